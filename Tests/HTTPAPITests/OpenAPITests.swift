import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Testing

@Suite("The OpenAPI document")
struct OpenAPITests {
    private static let routes = [
        "DELETE /v1/items/{id}", "DELETE /v1/users/{id}", "GET /health/live", "GET /health/ready", "GET /metrics",
        "GET /openapi.json", "GET /v1/experiments", "GET /v1/experiments/{key}/assignments/{id}",
        "GET /v1/experiments/{key}/report",
        "GET /v1/items/{id}/similar", "GET /v1/models", "GET /v1/tiers",
        "GET /v1/users/{id}/recommendations", "POST /v1/events", "POST /v1/items", "POST /v1/models/{id}/activate",
        "POST /v1/models/{id}/rollback", "POST /v1/recommendations",
        "POST /v1/users", "PUT /v1/items/{id}", "PUT /v1/tiers", "PUT /v1/users/{id}",
    ]

    @Test("lists every route, and no other")
    func listsRoutes() async throws {
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let document = try await client.get("/openapi.json").json
            #expect(document["openapi"] == "3.1.0")
            var listed: [String] = []
            for path in try #require(document["paths"]?.members) {
                for method in path.value.members ?? [] { listed.append("\(method.key.uppercased()) \(path.key)") }
            }
            #expect(listed.sorted() == Self.routes)
            for route in listed {
                let parts = route.split(separator: " ").map(String.init)
                let method = try #require(HTTPRequest.Method(parts[0]))
                let response = try await client.get(
                    parts[1].replacing("{id}", with: "x").replacing("{key}", with: "x"), method: method)
                #expect(response.status != .methodNotAllowed)
                if response.status == .notFound { #expect(try response.problem != "no-such-route") }
            }
        }
    }

    @Test("refers to nothing that is not there")
    func references() async throws {
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let document = try await client.get("/openapi.json").json
            let references = document.references
            #expect(references.count > 50)
            for reference in references {
                let target = reference.dropFirst(2).split(separator: "/").reduce(Optional(document)) { value, key in
                    value?[String(key)]
                }
                #expect(target != nil, "\(reference)")
            }
        }
    }

    @Test("names exactly the keys that the recommendation route reads")
    func keys() async throws {
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let document = try await client.get("/openapi.json").json
            let schema = document["components"]?["schemas"]?["RecommendationRequest"]?["properties"]
            let keys = try #require(schema?.members).map(\.key)
            let all = JSONValue.object(keys.map { JSONValue.Member(key: $0, value: .null) })
            #expect(try await client.send(.post, "/v1/recommendations", all.description).status == .serviceUnavailable)
            let unknown = try await client.send(.post, "/v1/recommendations", #"{"zzzzzzzzzz": 1}"#)
            let known = try #require(try unknown.json["errors"]?.elements?.first?["detail"]?.text)
            #expect(known == "There is no such key. Known here: \(keys.joined(separator: ", ")).")
        }
    }
}

extension JSONValue {
    /// All `$ref`s in the value.
    fileprivate var references: [String] {
        switch self {
        case .object(let members):
            members.flatMap { member in
                if member.key == "$ref", let text = member.value.text { [text] } else { member.value.references }
            }
        case .array(let elements): elements.flatMap(\.references)
        default: []
        }
    }
}
