import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Testing

@Suite("The recommendation routes")
struct RecommendationRouteTests {
    @Test(
        "answer with n items and a receipt that adds up",
        arguments: [
            (.post, "/v1/recommendations", #"{"user_id": "u1", "n": 7}"#),
            (.post, "/v1/recommendations", #"{"session_item_ids": ["i3", "i9"], "n": 7, "user_id": null}"#),
            (.post, "/v1/recommendations", #"{"item_id": "i3", "n": 7}"#),
            (.post, "/v1/recommendations", #"{"embedding": [1, 0.5, 0, 0, 1e-3, 0, 0, -2], "n": 7}"#),
            (.get, "/v1/users/u1/recommendations?n=7&scene=home&tier=premium", nil),
            (.get, "/v1/items/i3/similar?n=7", nil),
        ] as [(HTTPRequest.Method, String, String?)]
    )
    func answer(method: HTTPRequest.Method, uri: String, body: String?) async throws {
        try await ServedCatalogue().application.test(.router) { client in
            let response = try await client.executeRequest(
                uri: uri, method: method, headers: [.contentType: "application/json"],
                body: body.map(ByteBuffer.init(string:)))
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            let answer = try response.json
            let items = try #require(answer["items"]?.elements)
            #expect(items.count == 7)
            #expect(items.compactMap { $0["rank"] } == (1...7).map(JSONValue.integer))
            #expect(Set(items.compactMap { $0["item_id"]?.text }).count == 7)
            let stages = try #require(answer["cost"]?["stages"]?.elements)
            let sum = stages.compactMap { $0["cost"]?.amount }.reduce(0, +)
            let spent = try #require(answer["cost"]?["spent"]?.amount)
            #expect(abs(spent - sum) < 1e-6)
            #expect(spent > 0)
            // Nothing was measured on this catalogue.
            #expect(answer["degraded"]?["reasons"] == ["uncalibrated"])
        }
    }

    @Test("answer the same request alike, but for its id and its times")
    func sameAnswer() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            let first = try await client.send(.post, "/v1/recommendations", #"{"user_id": "u2"}"#).json
            let second = try await client.send(.post, "/v1/recommendations", #"{"user_id": "u2"}"#).json
            #expect(first["items"] == second["items"])
            #expect(first["cost"]?["spent"] == second["cost"]?["spent"])
            #expect(first["recommendation_id"] != second["recommendation_id"])
        }
    }

    @Test("explain their plan to who asks, in the keys of the document, and to nobody else")
    func explains() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            let plain = try await client.send(.post, "/v1/recommendations", #"{"user_id": "u2"}"#).json
            #expect(plain["explain"] == nil)
            let answer = try await client.send(
                .post, "/v1/recommendations", #"{"user_id": "u2", "explain": true}"#
            ).json
            #expect(answer["items"] == plain["items"] && answer["cost"]?["spent"] == plain["cost"]?["spent"])
            let explanation = try #require(answer["explain"])
            #expect(explanation["why"] == "shipped plan: nothing was measured")
            #expect(explanation["chosen"] == answer["quality"]?["plan"])
            let names = explanation["plans"]?.elements?.compactMap { $0["plan"]?.text }
            #expect(names?.contains(explanation["chosen"]?.text ?? "") == true)
            let schemas = try await client.get("/openapi.json").json["components"]?["schemas"]
            let keys = schemas?["Explanation"]?["properties"]?.members?.map(\.key)
            #expect(keys == explanation.members?.map(\.key))
            let stranger = try await client.send(
                .post, "/v1/recommendations", #"{"user_id": "nobody", "explain": true}"#
            ).json
            #expect(stranger["explain"]?["chosen"] == "popular")
        }
    }

    @Test("give a stranger popular items, and say so")
    func stranger() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            let answer = try await client.get("/v1/users/nobody/recommendations").json
            #expect(answer["degraded"]?["reasons"] == ["unknown_user"])
            #expect(answer["items"]?.elements?.count == 10)
        }
    }

    @Test("keep to the filter and the exclusions")
    func filter() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            let answer = try await client.send(
                .post, "/v1/recommendations",
                #"{"user_id": "u0", "filter": {"categories": ["book"]}, "exclude_item_ids": ["i6", "none"], "n": 60}"#
            ).json
            let items = try #require(answer["items"]?.elements).compactMap { $0["item_id"]?.text }
            #expect(!items.isEmpty && !items.contains("i6"))
            #expect(items.allSatisfy { (Int($0.dropFirst()) ?? 1) % 3 == 0 })
            #expect(answer["degraded"]?["reasons"] == ["uncalibrated", "not_enough_items"])
        }
    }

    @Test(
        "refuse a body that is not what they ask for, and name the place",
        arguments: [
            (#"{"n": 0}"#, "/n"), (#"{"n": 1000000000}"#, "/n"), (#"{"n": 10.0}"#, "/n"), (#"{"n": 1e2}"#, "/n"),
            (#"{"n": "10"}"#, "/n"), (#"{"n": true}"#, "/n"), (#"{"n": 99999999999999999999}"#, "/n"),
            (#"{"budgt": {"max_cost": 1}}"#, "/budgt"), (#"{"budget": {"max_cots": 1}}"#, "/budget/max_cots"),
            (#"{"budget": {"max_cost": -1}}"#, "/budget/max_cost"), (#"{"budget": 5}"#, "/budget"),
            (#"{"budget": {"max_latency_ms": 0}}"#, "/budget/max_latency_ms"),
            (#"{"user_id": ""}"#, "/user_id"), (#"{"user_id": 7}"#, "/user_id"),
            (#"{"user_id": "\#(String(repeating: "x", count: 257))"}"#, "/user_id"),
            (#"{"exclude_item_ids": ["a", 1]}"#, "/exclude_item_ids/1"),
            (#"{"embedding": []}"#, "/embedding"), (#"{"embedding": [0, 0, 0, 0, 0, 0, 0, 0]}"#, "/embedding"),
            (#"{"embedding": [1, "x"]}"#, "/embedding/1"),
            (#"{"filter": {"attributes": {"language": "en"}}}"#, "/filter/attributes/language"),
            (#"{"filter": {"available": 1}}"#, "/filter/available"), (#"{"scene": ""}"#, "/scene"),
            (#"{"criticality": "urgent"}"#, "/criticality"), (#"{"context": {"a": {}}}"#, "/context/a"),
            (#"{"context": {"\u00e9": "", "e\u0301": ""}}"#, "/context/e\u{301}"),
            ("[]", ""), ("7", ""),
        ]
    )
    func refuse(body: String, pointer: String) async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let response = try await client.send(.post, "/v1/recommendations", body)
            #expect(response.status == .badRequest)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try response.problem == "invalid-request")
            let pointers = try response.pointers
            #expect(pointers.map { Array($0.utf8) } == [Array(pointer.utf8)])
        }
    }

    @Test("name all that is wrong at once, and the key that was meant")
    func refuseAll() async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let response = try await client.send(
                .post, "/v1/recommendations", #"{"n": 0, "tier": 3, "budgt": {}, "exclude_seen": "no"}"#)
            #expect(try response.pointers == ["/n", "/exclude_seen", "/tier", "/budgt"])
            #expect(try response.json["errors"]?.elements?.last?["detail"]?.text?.contains("'budget'") == true)
        }
    }

    @Test(
        "refuse what is not strict JSON, and name it",
        arguments: [
            (#"{"n": 1, "n": 2}"#, "/n"), (#"{"n": 1,}"#, ""), (#"{"value": NaN}"#, "/value"),
            (#"{"user_id": "a\u0000b"}"#, "/user_id"), ("", ""), ("{", ""), ("\u{FEFF}{}", ""),
        ]
    )
    func refuseMalformed(body: String, pointer: String) async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let response = try await client.send(.post, "/v1/recommendations", body)
            #expect(response.status == .badRequest)
            #expect(try response.problem == "malformed-json")
            #expect(try response.pointers == [pointer])
        }
    }

    @Test(
        "refuse a query that is not what they ask for",
        arguments: [
            ("n=0", "?n"), ("n=ten", "?n"), ("n=", "?n"), ("limit=5", "?limit"), ("n=1&n=2", "?n"), ("tier=%00", "?"),
            ("tier=%G0", "?"), ("tier=", "?tier"),
        ]
    )
    func refuseQuery(query: String, pointer: String) async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let response = try await client.get("/v1/users/u1/recommendations?\(query)")
            #expect(response.status == .badRequest)
            #expect(try response.pointers == [pointer])
        }
    }

    @Test("refuse a budget below the cheapest plan, and say the floor")
    func floor() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            let refused = try await client.send(
                .post, "/v1/recommendations", #"{"user_id": "u1", "budget": {"max_cost": 1}}"#)
            #expect(refused.status == .unprocessableContent)
            #expect(try refused.problem == "budget-too-small")
            let floor = try #require(try refused.json["floor"]?.amount)
            let granted = try await client.send(
                .post, "/v1/recommendations", #"{"user_id": "u1", "budget": {"max_cost": \#(floor)}}"#)
            #expect(granted.status == .ok)
            #expect(try #require(try granted.json["cost"]?["spent"]?.amount) <= floor)
        }
    }

    @Test("refuse a tier or an item that is not there")
    func unknown() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            let tier = try await client.get("/v1/users/u1/recommendations?tier=gold")
            #expect(tier.status == .unprocessableContent)
            #expect(try tier.problem == "unknown-tier")
            let item = try await client.get("/v1/items/none/similar")
            #expect(item.status == .notFound)
            #expect(try item.problem == "unknown-item")
        }
    }

    @Test("say that they have nothing to serve from")
    func notReady() async throws {
        try await ServedCatalogue(isReady: false).application.test(.router) { client in
            let response = try await client.send(.post, "/v1/recommendations", "{}")
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "5")
            #expect(try await client.get("/health/ready").status == .serviceUnavailable)
            #expect(try await client.get("/health/live").status == .ok)
        }
    }
}

extension JSONValue {
    /// A number of either kind.
    var amount: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }
}
