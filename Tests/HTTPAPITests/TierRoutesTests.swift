import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Serving
import TestSupport
import Testing

@Suite("The routes of tiers and experiments")
struct TierRoutesTests {
    private static func document(state: String = "RUNNING", tier: String = "economy") -> String {
        """
        {"schema": "linden-tiers/1", "hash_version": 1, "default_tier": "standard",
         "tiers": {"economy": {"ceiling": 1}, "standard": {"ceiling": 3}},
         "layers": [{"key": "l", "salt": "s"}],
         "experiments": [{"key": "e", "layer": "l", "salt": "x", "state": "\(state)", "range_ppm": [0, 1000000],
            "targeting": {"attr": "country", "in": ["DE"]},
            "arms": [{"key": "control", "range_ppm": [0, 500000], "tier": "standard"},
                     {"key": "cheap", "range_ppm": [500000, 1000000], "tier": "\(tier)"}]}]}
        """
    }

    private static func put(
        _ client: some TestClientProtocol, _ body: String, match: String?, query: String = ""
    ) async throws -> TestResponse {
        try await client.send(
            .put, "/v1/tiers" + query, body, headers: match.map { [.ifMatch: $0] } ?? [:])
    }

    @Test("publish what was written for the revision that holds, and serve by it at once")
    func publishes() async throws {
        let catalogue = try await ServedCatalogue()
        try await catalogue.application.test(.router) { client in
            #expect(try await client.get("/v1/tiers").headers[.eTag] == "\"0\"")
            let first = try await Self.put(
                client, Self.document(), match: "\"0\"", query: "?actor=ann&reason=try%20it")
            let published = try first.json
            #expect(first.status == .ok && first.headers[.eTag] == "\"1\"" && published["revision"] == 1)
            #expect(published["experiments"]?.elements?.first?["key"] == "e")
            let revision = try #require(try await catalogue.store.tierRevision(1))
            #expect(revision.draft.actor == "ann" && revision.draft.reason == "try it")
            #expect(revision.draft.document == Self.document())
            let shown = try await client.get("/v1/tiers").json
            #expect(shown["revision"] == 1 && shown["configuration"]?["default_tier"] == "standard")
            // An experiment that is aimed at some takes those only.
            for (context, isIn) in [
                (#"{"country": "DE", "beta": true, "age": 3}"#, true), (#"{"country": "FR"}"#, false),
            ] {
                let answer = try await client.send(
                    .post, "/v1/recommendations", #"{"user_id": "u1", "n": 2, "context": \#(context)}"#
                ).json
                #expect(answer["config_revision"] == 1 && (answer["experiment"] != .null) == isIn)
                if isIn { #expect(answer["experiment"]?["config_revision"] == 1) }
            }
        }
    }

    @Test("refuse what names no revision, an old one, or is no configuration, and change nothing")
    func refuses() async throws {
        let catalogue = try await ServedCatalogue()
        try await catalogue.application.test(.router) { client in
            #expect(try await Self.put(client, Self.document(), match: "\"0\"").status == .ok)
            for (match, body, status, problem) in [
                (nil, Self.document(), HTTPResponse.Status.preconditionRequired, "precondition-required"),
                ("soon", Self.document(), .preconditionRequired, "precondition-required"),
                ("\"0\"", Self.document(), .preconditionFailed, "stale-revision"),
                ("\"1\"", Self.document(tier: "gold"), .badRequest, "invalid-configuration"),
                ("\"1\"", "{}", .badRequest, "invalid-configuration"),
                ("\"1\"", "{", .badRequest, "invalid-configuration"),
                (
                    "\"1\"", Self.document().replacing("\"salt\": \"x\"", with: "\"salt\": \"y\""), .badRequest,
                    "invalid-configuration"
                ),
            ] {
                let response = try await Self.put(client, body, match: match)
                #expect(response.status == status, "\(response)")
                #expect(try response.problem == problem)
            }
            let wrong = try await Self.put(client, Self.document(tier: "gold"), match: "\"1\"").json
            #expect(wrong["errors"]?.elements?.first?["pointer"] == "/experiments/0/arms/1/tier")
            let context = try await client.send(
                .post, "/v1/recommendations", #"{"user_id": "u1", "context": {"country": ["DE"]}}"#)
            #expect(context.status == .badRequest)
            #expect(try await client.get("/v1/tiers").headers[.eTag] == "\"1\"")
        }
    }

    @Test("show experiments, whom they assign, and what came of them")
    func experiments() async throws {
        try await ServedCatalogue().application.test(.router) { client in
            _ = try await Self.put(client, Self.document(), match: "0")
            let listed = try await client.get("/v1/experiments").json
            #expect(listed["config_revision"] == 1 && listed["experiments"]?.elements?.first?["key"] == "e")
            let assigned = try await client.get("/v1/experiments/e/assignments/u1").json
            #expect(assigned["unit"] == "u1" && assigned["layer"] == "l" && assigned["reason"] == "DEFAULT")
            let report = try await client.get("/v1/experiments/e/report").json
            #expect(report["experiment"] == "e" && report["state"] == "RUNNING" && report["since_revision"] == 1)
            #expect(report["verdict"]?.elements?.first?.text?.hasPrefix("No verdict") == true)
            for path in ["/v1/experiments/x/report", "/v1/experiments/x/assignments/u1"] {
                let response = try await client.get(path)
                #expect(response.status == .notFound)
                #expect(try response.problem == "unknown-experiment")
            }
        }
    }
}
