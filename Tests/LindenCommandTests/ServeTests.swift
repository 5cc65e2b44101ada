import Foundation
import FoundationNetworking
import Testing

@Suite("The service with its embedded PostgreSQL", .timeLimit(.minutes(10)))
struct ServeTests {
    @Test("lives without a generation, shares its server, and stops with it at SIGTERM")
    func stops() async throws {
        try await LindenProcess.with { linden in
            let service = try linden.start(["serve", "--port", "0"])
            let address = try #require(await service.address())
            let (body, answer) = try await URLSession.shared.data(from: address.appendingPathComponent("health/ready"))
            #expect((answer as? HTTPURLResponse)?.statusCode == 503)
            #expect(String(decoding: body, as: UTF8.self).contains("with `linden train`"))
            #expect(linden.serverRuns)
            let beside = try await linden.run(["models", "list", "--json"])
            #expect(beside.output == "{\"models\":[]}\n")
            #expect(linden.serverRuns)
            let taken = try await linden.run(["serve", "--port", "\(address.port ?? 0)"])
            #expect(taken.exitCode == 1)
            #expect(taken.errors.contains("is taken. Stop what listens there, or choose another with --port."))
            #expect(await service.terminate() == 0)
            #expect(!linden.serverRuns)
        }
    }
}
