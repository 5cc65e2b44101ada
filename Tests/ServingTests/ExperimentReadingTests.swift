import Domain
import Experiments
import ExperimentStatistics
import Logging
import Serving
import TestSupport
import Testing

@Suite("A reading of an experiment")
struct ExperimentReadingTests {
    /// Two arms over everybody, judged by clicks, with a bound on cost that `limit` sets.
    private static func document(limit: Double = 1e9, mix: String = "") -> String {
        TierAssignmentTests.document.replacing(
            "\"overrides\": {\"drama-user-19\": \"cheap\"},",
            with: """
                "metrics": {"primary": "ctr", "guardrails": [{"metric": "cost_per_request", "max": \(limit)}]}, \(mix)
                """)
    }

    private static func published(_ text: String) async throws -> (PlantedStore, RecommendationService) {
        let planted = try await PlantedStore()
        let node = RecommendationService(
            ports: RecommendationService.Ports(
                events: planted.store, catalogue: planted.store, users: planted.store, generations: planted.store,
                feed: planted.store, tiers: planted.store, experiments: planted.store),
            mergePolicy: nil, exposures: 100_000, date: { Timestamp(seconds: 1_000_000) })
        try await node.refresh()
        let publisher = node.tierPublisher
        let proposal = try await publisher.proposal(
            try TierConfiguration(parsing: Array(text.utf8)), document: text)
        _ = try await publisher.publish(proposal, actor: "a", reason: "r")
        try await node.followTiers()
        return (planted, node)
    }

    /// What some made users were served, and what they clicked: all in one arm, nobody in the other.
    private static func expose(
        _ store: MemoryStore, arm: String, users: Range<Int>, clicks: Bool, spent: Int
    ) async throws {
        var (exposures, events) = ([Exposure](), [Interaction]())
        for user in users {
            let item = try ItemID("drama-1")
            let clicked = clicks ? user % 2 == 0 : user % 20 == 0
            exposures.append(
                Exposure(
                    recommendation: "r-\(arm)-\(user)", at: Timestamp(seconds: 1_000_000), unit: "made-\(user)",
                    experiment: "e", arm: arm, revision: 1, tier: arm == "cheap" ? "economy" : "standard",
                    generation: GenerationNumber(1), scene: "home", plan: "s8",
                    planned: .zero, spent: CostUnits(microunits: spent * (1_000_000 + user % 7)), estimatedRecall: nil,
                    took: .milliseconds(2), degraded: [], isFallback: false, isOverride: false, propensity: 0.5,
                    items: [Exposure.Shown(item: item, propensity: 0.5)]))
            guard clicked else { continue }
            events.append(
                Interaction(
                    user: try UserID("made-\(user)"), item: item, timestamp: Timestamp(seconds: 1_000_005),
                    kind: "click", recommendation: "r-\(arm)-\(user)"))
        }
        _ = try await store.append(exposures: exposures)
        _ = try await store.append(events)
    }

    @Test("finds the arm that is clicked more, and says by how much")
    func verdict() async throws {
        let (planted, node) = try await Self.published(Self.document())
        var reading = try await node.reading(of: "e")
        #expect(reading.report == nil && reading.sentences.first?.hasPrefix("No verdict: not every arm") == true)
        try await Self.expose(planted.store, arm: "control", users: 0..<2_000, clicks: false, spent: 40)
        try await Self.expose(planted.store, arm: "cheap", users: 2_000..<4_010, clicks: true, spent: 10)
        reading = try await node.reading(of: "e")
        let report = try #require(reading.report)
        #expect(!report.mismatch.isAlarm && reading.since?.number == 1)
        #expect(reading.arms.map(\.arm) == ["control", "cheap"] && reading.arms.map(\.units) == [2_000, 2_010])
        let difference = try #require(report.comparisons.first?.difference)
        #expect(abs(difference.difference - 0.45) < 0.01 && difference.alwaysValid.lower > 0.3)
        #expect(reading.sentences.first?.hasPrefix("cheap is better than control by 0.45") == true)
        await #expect(throws: NoSuchExperiment(key: "x", known: ["e"])) { _ = try await node.reading(of: "x") }
    }

    @Test("forbids to read on where the arms hold other units than planned")
    func mismatch() async throws {
        let (planted, node) = try await Self.published(Self.document())
        try await Self.expose(planted.store, arm: "control", users: 0..<2_000, clicks: false, spent: 40)
        try await Self.expose(planted.store, arm: "cheap", users: 2_000..<3_500, clicks: true, spent: 10)
        let reading = try await node.reading(of: "e")
        #expect(reading.sentences.count == 1 && reading.sentences[0].hasPrefix("Do not read on"))
    }

    @Test("begins where the arms were changed last")
    func changed() async throws {
        let (planted, node) = try await Self.published(Self.document())
        let publisher = node.tierPublisher
        for (old, new) in [("\"max\": 1000000000.0", "\"max\": 5"), ("[500000, 1000000]", "[500000, 600000]")] {
            let text = try #require(try await publisher.active()).revision.draft.document.replacing(old, with: new)
            let proposal = try await publisher.proposal(
                try TierConfiguration(parsing: Array(text.utf8)), document: text)
            #expect(!proposal.diff.lines.isEmpty)
            _ = try await publisher.publish(proposal, actor: "a", reason: "r")
            try await node.followTiers()
        }
        #expect(try await node.reading(of: "e").since?.number == 3)
        _ = planted
    }

    @Test("that breaks a guardrail stops the experiment, with the evidence in the history")
    func guardrail() async throws {
        let (planted, node) = try await Self.published(Self.document(limit: 20))
        let keeper = GuardrailKeeper(service: node, turn: planted.store, logger: Logger(label: "test"))
        try await Self.expose(planted.store, arm: "control", users: 0..<2_000, clicks: false, spent: 10)
        try await Self.expose(planted.store, arm: "cheap", users: 2_000..<4_000, clicks: false, spent: 12)
        try await keeper.look()
        #expect(try await planted.store.activeTierRevision() == 1)
        try await Self.expose(planted.store, arm: "cheap", users: 4_000..<4_050, clicks: false, spent: 900)
        try await Self.expose(planted.store, arm: "control", users: 4_050..<4_100, clicks: false, spent: 10)
        try await keeper.look()
        let stopped = try #require(try await planted.store.tierRevisions(limit: 1).first)
        #expect(stopped.number == 2 && stopped.draft.actor == "guardrail")
        #expect(stopped.draft.reason.hasPrefix("cheap breaks cost_per_request at most 20"), "\(stopped.draft.reason)")
        try await node.followTiers()
        #expect(try await node.recommend(try PlantedStore.request(user: "drama-user-1")).experiment == nil)
        try await keeper.look()
        #expect(try await planted.store.activeTierRevision() == 2)
    }

    @Test("counts clicks for the list that the item came from, where two were interleaved")
    func interleaved() async throws {
        let (planted, node) = try await Self.published(
            Self.document(mix: "\"interleaving\": {\"share_ppm\": 1000000},")
                .replacing("\"tier\": \"economy\"}", with: "\"tier\": \"boosted\"}"))
        let writer = ExposureWriter(
            service: node, store: planted.store, retention: .seconds(86_400), now: { Timestamp(seconds: 1_000_000) },
            logger: Logger(label: "test"))
        for user in 0..<20 {
            let answer = try await node.recommend(try PlantedStore.request(user: "drama-user-\(user)"))
            #expect(answer.experiment == ServedExperiment(key: "e", arm: "control+cheap"))
            #expect(answer.items.map(\.rank) == [1, 2, 3] && Set(answer.items.map(\.itemID)).count == 3)
            #expect(answer.cost.stages.reduce(.zero) { $0 + $1.cost } == answer.cost.spent)
        }
        await writer.writeAll()
        let exposures = try planted.store.storedExposures()
        #expect(exposures.count == 20 && exposures.allSatisfy { $0.items.allSatisfy { $0.team != nil } })
        _ = try await planted.store.append(
            try exposures.compactMap { exposure in
                // Who clicks, clicks what the second list brought.
                guard let item = exposure.items.first(where: { $0.team == 1 }) else { return nil }
                return Interaction(
                    user: try UserID(exposure.unit), item: item.item, timestamp: Timestamp(seconds: 1_000_010),
                    kind: "click", recommendation: exposure.recommendation)
            })
        let score = try #require(try await node.reading(of: "e").interleaving)
        let drafted = exposures.count { $0.items.contains { $0.team == 1 } }
        #expect(score.controlWins == 0 && score.treatmentWins == drafted && score.alwaysValidP < 0.01)
    }

    @Test("replays what other tiers would have cost and brought")
    func replay() async throws {
        let (planted, node) = try await Self.published(Self.document())
        try await Self.expose(planted.store, arm: "control", users: 0..<1_000, clicks: false, spent: 40)
        try await Self.expose(planted.store, arm: "cheap", users: 1_000..<2_000, clicks: true, spent: 10)
        let cheap = try TierAssignmentTests.configuration(
            TierAssignmentTests.document.replacing(
                "\"default_tier\": \"standard\"", with: "\"default_tier\": \"economy\""
            )
            .replacing("RUNNING", with: "STOPPED"))
        let outcome = try await ExperimentReplay(service: node, records: planted.store)
            .run("e", under: cheap, limit: 10_000)
        #expect(outcome.exposures == 2_000 && outcome.parts.map(\.tier) == ["economy"])
        #expect(abs(outcome.loggedCost - 25) < 0.1 && outcome.cost > 0)
        #expect(abs(outcome.reward.selfNormalised.estimate - 0.5) < 1e-9 && outcome.reward.coverage == 1)
        #expect(outcome.reward.effectiveSampleSize == 1_000)
        // Nobody was served by the tier that the default asks for here.
        let other = try TierAssignmentTests.configuration(
            TierAssignmentTests.document.replacing(
                "\"default_tier\": \"standard\"", with: "\"default_tier\": \"mixed\""
            )
            .replacing("RUNNING", with: "STOPPED"))
        await #expect(throws: OffPolicyError.self) {
            _ = try await ExperimentReplay(service: node, records: planted.store).run("e", under: other, limit: 10_000)
        }
        await #expect(throws: NothingExposed.self) {
            _ = try await ExperimentReplay(service: node, records: planted.store).run("x", under: cheap, limit: 10)
        }
    }
}
