import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Serving
import TestSupport
import Testing

@Suite("The model routes")
struct ModelRouteTests {
    /// A catalogue whose model is there once more, as g2.
    private static func served() async throws -> ServedCatalogue {
        let served = try await ServedCatalogue(items: 15)
        let first = try #require(served.service.generation)
        _ = try await served.store.publish(
            GenerationDraft(
                fingerprint: [9], ladder: first.ladder, normRule: first.normRule, cutoff: 20, rungs: [], settings: "{}",
                artefact: try await served.store.artefact(of: first.number), items: HalfEmbeddings(dimensions: 8),
                users: HalfEmbeddings(dimensions: 8), userEvents: []))
        return served
    }

    @Test("activate a generation and go back, and say which one this node answers from")
    func switches() async throws {
        let served = try await Self.served()
        try await served.store.move(GenerationNumber(2), to: .verified)
        try await served.application.test(.router) { client in
            for (path, active) in [("g2/activate", "g2"), ("g2/rollback", "g1"), ("g2/activate", "g2")] {
                let response = try await client.send(.post, "/v1/models/\(path)", "{}")
                #expect(response.status == .ok)
                #expect(try response.json == ["active": .string(active)])
                try await served.service.refresh()
                let models = try await client.get("/v1/models").json
                #expect(models["node"]?["active"]?.text == active)
                let answer = try await client.get("/v1/users/u1/recommendations?n=3").json
                #expect(answer["generation"]?.text == active)
            }
            let metrics = String(buffer: try await client.get("/metrics").body)
            #expect(metrics.contains(#"linden_generation_held{generation="g2"} 1"#))
            #expect(metrics.contains(#"linden_generation_held{generation="g1"} 0"#))
        }
    }

    @Test(
        "refuse what cannot be",
        arguments: [
            ("g9/activate", "{}", 404, "unknown-generation"), ("x/activate", "{}", 404, "unknown-generation"),
            ("g1/activate", "{}", 409, "generation-state"), ("g2/activate", "{}", 409, "generation-state"),
            ("g9/rollback", "{}", 404, "unknown-generation"), ("g2/rollback", "{}", 409, "generation-state"),
            ("g1/rollback", "{}", 409, "generation-state"),
            ("g1/rollback", #"{"force": true}"#, 400, "invalid-request"),
            ("g1/rollback", "", 400, "malformed-json"),
        ])
    func refuses(path: String, body: String, status: Int, problem: String) async throws {
        try await Self.served().application.test(.router) { client in
            let response = try await client.send(.post, "/v1/models/\(path)", body)
            #expect(response.status.code == status)
            #expect(try response.problem == problem)
        }
    }

    @Test("want JSON, which browsers do not send across sites without asking")
    func wantsJSON() async throws {
        try await Self.served().application.test(.router) { client in
            let response = try await client.get("/v1/models/g2/activate", method: .post)
            #expect(response.status == .unsupportedMediaType)
        }
    }
}
