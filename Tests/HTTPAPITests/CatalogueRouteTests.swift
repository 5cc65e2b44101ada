import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Serving
import TestSupport
import Testing

@Suite("The routes of events, items and users")
struct CatalogueRouteTests {
    private static let event = #"{"event_id": "e1", "user_id": "new", "item_id": "i1", "type": "click"}"#

    @Test("store an event once, however often it comes")
    func eventOnce() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            for new in [1, 0] {
                let response = try await client.send(.post, "/v1/events", #"{"events": [\#(Self.event)]}"#)
                #expect(response.status == .accepted)
                #expect(try response.json == ["accepted": 1, "new": .integer(new)])
            }
            let answer = try await client.get("/v1/users/new/recommendations").json
            #expect(answer["degraded"]?["reasons"]?.elements?.contains("unknown_user") == false)
        }
    }

    @Test(
        "refuse an event that makes no sense, and store none of its batch",
        arguments: [
            (#""timestamp": -5"#, "timestamp"), (#""timestamp": "1969-12-31T23:59:59Z""#, "timestamp"),
            (#""timestamp": "2026-02-29T00:00:00Z""#, "timestamp"), (#""timestamp": 999999999999999999"#, "timestamp"),
            (#""timestamp": "2100-01-01T00:00:00Z""#, "timestamp"), (#""timestamp": 1.5"#, "timestamp"),
            (#""value": "5""#, "value"), (#""recommendation_id": """#, "recommendation_id"), (#""kind": "x""#, "kind"),
        ]
    )
    func badEvent(member: String, key: String) async throws {
        let served = try await ServedCatalogue(items: 15)
        try await served.application.test(.router) { client in
            let bad = #"{"event_id": "e2", "user_id": "new", "item_id": "i1", "type": "click", \#(member)}"#
            let response = try await client.send(.post, "/v1/events", #"{"events": [\#(Self.event), \#(bad)]}"#)
            #expect(response.status == .badRequest)
            #expect(try response.pointers == ["/events/1/\(key)"])
            let good = try await client.send(.post, "/v1/events", #"{"events": [\#(Self.event)]}"#)
            #expect(try good.json["new"] == 1)
        }
    }

    @Test("name each key that an event lacks")
    func missingKeys() async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let response = try await client.send(.post, "/v1/events", #"{"events": [{}]}"#)
            #expect(
                try response.pointers
                    == ["event_id", "user_id", "item_id", "type"].map { "/events/0/" + $0 })
        }
    }

    @Test("take 500 events and refuse 501", arguments: [(500, 202), (501, 400), (0, 400)])
    func batch(count: Int, status: Int) async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let events = (0..<count).map {
                #"{"event_id": "b\#($0)", "user_id": "u1", "item_id": "i1", "type": "view", "timestamp": \#($0)}"#
            }
            let response = try await client.send(
                .post, "/v1/events", #"{"events": [\#(events.joined(separator: ","))]}"#)
            #expect(response.status.code == status)
        }
    }

    @Test("promise nothing while the store is away")
    func storeAway() async throws {
        let served = try await ServedCatalogue(items: 15)
        served.store.setAway(true)
        try await served.application.test(.router) { client in
            let response = try await client.send(.post, "/v1/events", #"{"events": [\#(Self.event)]}"#)
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers[.retryAfter] == "1")
            #expect(try response.problem == "store-away")
        }
    }

    @Test("put an item, replace it, and take it out again")
    func item() async throws {
        let served = try await ServedCatalogue()
        try await served.application.test(.router) { client in
            for title in ["A", "B"] {
                let put = try await client.send(
                    .put, "/v1/items/caf%C3%A9%2F1", #"{"title": "\#(title)", "categories": ["x"], "available": true}"#)
                #expect(put.status == .noContent)
                #expect(put.body.readableBytes == 0)
            }
            try await served.service.refresh()
            #expect(try await client.get("/v1/items/caf%C3%A9%2F1/similar").status == .ok)
            let decomposed = try await client.get("/v1/items/cafe%CC%81%2F1/similar")
            #expect(decomposed.status == .notFound)
            #expect(try await client.get("/v1/items/caf%C3%A9%2F1", method: .delete).status == .noContent)
            let again = try await client.get("/v1/items/caf%C3%A9%2F1", method: .delete)
            #expect(again.status == .notFound)
            #expect(try again.problem == "unknown-item")
        }
    }

    @Test(
        "refuse a path id that cannot be one",
        arguments: ["", "%00", "%FF", "a%00b", String(repeating: "x", count: 257)]
    )
    func badID(id: String) async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let response = try await client.get("/v1/items/\(id)/similar")
            #expect(response.status == .badRequest)
            #expect(try response.pointers == ["{id}"])
        }
    }

    @Test("put batches of items and users, each once")
    func batches() async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let items = try await client.send(
                .post, "/v1/items", #"{"items": [{"item_id": "a"}, {"item_id": "b", "attributes": {"k": ["v"]}}]}"#)
            #expect(try items.json == ["stored": 2])
            let users = try await client.send(.post, "/v1/users", #"{"users": [{"user_id": "a"}]}"#)
            #expect(try users.json == ["stored": 1])
            let twice = try await client.send(
                .post, "/v1/items", #"{"items": [{"item_id": "a"}, {"item_id": "a"}]}"#)
            #expect(try twice.pointers == ["/items/1/item_id"])
        }
    }

    @Test("put and forget a user")
    func user() async throws {
        try await ServedCatalogue(items: 15).application.test(.router) { client in
            let put = try await client.send(.put, "/v1/users/x", #"{"attributes": {"a": ["b"]}}"#)
            #expect(put.status == .noContent)
            let other = try await client.send(.put, "/v1/users/x", #"{"user_id": "y"}"#)
            #expect(try other.pointers == ["/user_id"])
            for status in [HTTPResponse.Status.noContent, .notFound] {
                let deleted = try await client.get("/v1/users/x", method: .delete)
                #expect(deleted.status == status)
            }
        }
    }
}
