import Foundation
import Testing

@Suite("linden tiers", .timeLimit(.minutes(10)))
struct TiersTests {
    private static let document = """
        # Half of the users get the cheap tier.
        schema: linden-tiers/1
        hash_version: 1
        tiers:
          economy: {max_cost: 400, ceiling: 1}
          standard: {ceiling: 3}
        default_tier: standard
        layers: [{key: l, salt: "1e5"}]
        experiments:
          - key: e
            layer: l
            salt: x
            state: RUNNING
            range_ppm: [0, 1000000]
            arms:
              - {key: control, range_ppm: [0, 500000], tier: standard}
              - {key: cheap, range_ppm: [500000, 1000000], tier: economy}

        """

    @Test("applies a document, shows it byte for byte, lists revisions and goes back")
    func life() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            func tiers(_ arguments: String...) async throws -> LindenProcess.Outcome {
                try await linden.run(["tiers"] + arguments, environment: environment)
            }
            _ = try await linden.run(["migrate", "up"], environment: environment)
            // What ships reads back as it is.
            try linden.write(try await tiers("show").output, to: "tiers.yaml")
            #expect(try await tiers("diff", "tiers.yaml").output.contains("Nothing changes."))
            try linden.write(Self.document, to: "tiers.yaml")
            let diff = try await tiers("diff", "tiers.yaml")
            #expect(diff.exitCode == 0 && diff.output.contains("/experiments/e: nothing"), "\(diff)")
            #expect(try await tiers("history").output.contains("no revision yet"))
            let applied = try await tiers("apply", "tiers.yaml", "--reason", "try it", "--actor", "ann")
            #expect(applied.exitCode == 0 && applied.output.contains("Revision 1 holds"), "\(applied)")
            #expect(try await tiers("show").output == Self.document)
            let stale = try await tiers("apply", "tiers.yaml", "--parent", "0")
            #expect(stale.exitCode == 1 && stale.errors.contains("revision 1 holds"))
            try linden.write(Self.document.replacing("tier: economy}", with: "tier: economic}"), to: "tiers.yaml")
            let refused = try await tiers("apply", "tiers.yaml")
            #expect(refused.exitCode == 2 && refused.errors.contains("/experiments/0/arms/1/tier"), "\(refused)")
            try linden.write(Self.document.replacing("RUNNING", with: "STOPPED"), to: "tiers.yaml")
            #expect(try await tiers("apply", "tiers.yaml").exitCode == 0)
            let back = try await tiers("rollback", "1")
            #expect(back.exitCode == 0, "\(back)")
            #expect(try await tiers("show").output == Self.document)
            let history = try await tiers("history").output.split(separator: "\n")
            #expect(history.count == 3 && history[0].hasPrefix("* 3") && history[2].contains("ann"), "\(history)")
            #expect(try await tiers("rollback", "9").exitCode == 2)
            #expect(try await tiers("apply", "none.yaml").errors.contains("none.yaml could not be read"))
        }
    }
}
