import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Testing

@Suite("The responder")
struct ResponderTests {
    @Test(
        "answers a wrong path or method with a problem",
        arguments: [
            (.get, "/", 404, nil), (.get, "/v1", 404, nil), (.get, "/v1/items/a/b/c", 404, nil),
            (.get, "/v1/recommendations", 405, "POST"), (.post, "/v1/items/a", 405, "PUT, DELETE"),
            (.delete, "/metrics", 405, "GET, HEAD"), (.get, "/v1/items/%zz/similar", 400, nil),
            (.get, "/v1/items/caf\u{E9}/similar", 400, nil),
            (.get, "/v1/items/" + String(repeating: "x", count: 9_000), 414, nil),
        ] as [(HTTPRequest.Method, String, Int, String?)]
    )
    func wrongTurn(method: HTTPRequest.Method, uri: String, status: Int, allow: String?) async throws {
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let response = try await client.get(uri, method: method)
            #expect(response.status.code == status)
            #expect(response.headers[.allow] == allow)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try response.json["status"] == .integer(status))
        }
    }

    @Test(
        "takes JSON only",
        arguments: [
            ("application/json", 503), ("Application/JSON; charset=UTF-8", 503), ("text/plain", 415), ("", 415),
            ("application/x-www-form-urlencoded", 415), ("application/json; charset=latin1", 415),
        ]
    )
    func mediaType(type: String, status: Int) async throws {
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let response = try await client.send(.post, "/v1/recommendations", "{}", headers: [.contentType: type])
            #expect(response.status.code == status)
        }
    }

    @Test("reads a body of 1 MiB and no more", arguments: [(1_048_576, 503), (1_048_577, 413)])
    func bodyLimit(bytes: Int, status: Int) async throws {
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let body = "{}" + String(repeating: " ", count: bytes - 2)
            let response = try await client.send(.post, "/v1/recommendations", body)
            #expect(response.status.code == status)
        }
    }

    @Test(
        "keeps a plain request id and replaces any other",
        arguments: [("abc-1.2_3", true), ("a b", false), ("\"", false), (String(repeating: "a", count: 129), false)]
    )
    func requestID(id: String, isKept: Bool) async throws {
        let name = try #require(HTTPField.Name("X-Request-Id"))
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let response = try await client.get("/nowhere", headers: [name: id])
            let answered = try #require(response.headers[name])
            #expect((answered == id) == isKept)
            #expect(!answered.isEmpty)
            #expect(try response.json["instance"]?.text == "urn:linden:request:" + answered)
        }
    }

    @Test("says nothing of an error that it does not know")
    func unexpectedError() async throws {
        struct Secret: Error, CustomStringConvertible {
            var description: String { "SELECT password FROM /var/lib/db host=10.0.0.1" }
        }
        struct FailingStore: EventStore {
            func append(_ interactions: [Interaction]) async throws -> Int { throw Secret() }
        }
        let application = try await ServedCatalogue(items: 15).application(events: FailingStore())
        try await application.test(.router) { client in
            let response = try await client.send(
                .post, "/v1/events",
                #"{"events": [{"event_id": "e", "user_id": "u", "item_id": "i", "type": "view"}]}"#)
            #expect(response.status == .internalServerError)
            let text = String(buffer: response.body)
            #expect(!text.contains("SELECT") && !text.contains("10.0.0.1") && !text.contains("Secret"))
            #expect(try response.problem == "internal")
        }
    }

    @Test("answers HEAD like GET, without the body")
    func head() async throws {
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let get = try await client.get("/health/live")
            let head = try await client.get("/health/live", method: .head)
            #expect(head.status == .ok)
            #expect(head.body.readableBytes == 0)
            #expect(head.headers[.contentLength] == get.headers[.contentLength])
        }
    }

    @Test("counts what it answered under the route's template")
    func metrics() async throws {
        let served = try await ServedCatalogue()
        try await served.application.test(.router) { client in
            _ = try await client.get("/v1/users/u1/recommendations?tier=economy")
            _ = try await client.get("/v1/users/u2/recommendations?n=0")
            _ = try await client.get("/nowhere")
            let response = try await client.get("/metrics")
            #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let text = String(buffer: response.body)
            let route = #"method="GET",route="/v1/users/{id}/recommendations""#
            #expect(text.contains("linden_http_requests_total{\(route),status=\"200\"} 1\n"))
            #expect(text.contains("linden_http_requests_total{\(route),status=\"400\"} 1\n"))
            #expect(text.contains(#"linden_http_requests_total{method="GET",route="unmatched",status="404"} 1"#))
            #expect(text.contains("linden_http_request_duration_seconds_count{\(route)} 2\n"))
            #expect(text.contains(#"linden_recommendations_total{degraded="true",tier="economy"} 1"#))
            #expect(text.contains("linden_http_requests_in_flight 1\n"))
        }
    }

    @Test("shows the generations and the tiers")
    func operatorRoutes() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            let models = try await client.get("/v1/models").json
            let model = try #require(models["models"]?.elements?.first)
            #expect(model["generation"] == "g1")
            #expect(model["ladder"] == [4, 8])
            #expect(model["rungs"] == [["dims": 8, "recall": 0.5, "ndcg": 0.25]])
            #expect(model["fingerprint"] == "010203")
            let tiers = try await client.get("/v1/tiers").json
            #expect(tiers["tiers"]?.elements?.compactMap { $0["name"]?.text } == ["economy", "standard", "premium"])
            #expect(tiers["default_tier"] == "standard")
        }
    }
}
