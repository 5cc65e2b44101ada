import Domain
import Foundation
import Planning
import Towers
import Training

extension TrainJob {
    /// Embeds users and items by a model, writes them as a generation, and measures the plans on it; it does not serve yet.
    func publish(
        _ trained: TrainedModel, _ end: TrainingRunEnd, _ log: InteractionLog, _ report: @Sendable (Step) -> Void
    ) async throws -> (generation: Generation, frontier: Frontier?) {
        report(.publishing(users: log.users.count, items: log.items.count))
        let embedded = EmbeddedLog(log, model: trained.model, threads: configuration.threads)
        let draft = draft(
            trained, end, items: embedded.items, users: embedded.users, userEvents: embedded.histories.map(\.count))
        let ladder = draft.ladder
        let generation = try await store.publish(draft)
        report(.calibrating)
        let frontier = try FrontierMeasurement(
            model: options.planner.model, threads: configuration.threads, host: ProcessInfo.processInfo.hostName
        ).frontier(ladder: ladder, items: embedded.items, users: embedded.users, seen: embedded.histories)
        if let frontier { try await store.store(frontier, generation: generation.number) }
        if generation.state == .built {
            // Its prefixes and what it finds have been judged already, by ways of their own.
            var checks = VerificationJob.Options()
            (checks.prefixRecall, checks.heldOutShare, checks.threads) = (0, 0, configuration.threads)
            checks.memory = .max
            _ = try await VerificationJob(store: store, options: checks).run(generation.number)
        }
        return (generation, frontier)
    }

    /// Stores a model by itself.
    func register(_ trained: TrainedModel, _ end: TrainingRunEnd) async throws -> Generation {
        let none = HalfEmbeddings(dimensions: trained.model.ladder.fullLength)
        return try await store.register(draft(trained, end, items: none, users: none, userEvents: []))
    }

    private func draft(
        _ trained: TrainedModel, _ end: TrainingRunEnd, items: HalfEmbeddings, users: HalfEmbeddings, userEvents: [Int]
    ) -> GenerationDraft {
        let (artefact, ladder) = (trained.model.encoded(), trained.model.ladder)
        return GenerationDraft(
            fingerprint: GenerationFingerprint.sha256(artefact: artefact, ladder: ladder, normRule: .cosineAtEachRung),
            ladder: ladder, normRule: .cosineAtEachRung, cutoff: end.cutoff, rungs: end.rungs, settings: end.settings,
            artefact: artefact, items: items, users: users, userEvents: userEvents)
    }
}

extension TrainingData {
    /// The interactions of a log that are not held out; all users and items keep their positions.
    init(_ log: InteractionLog, isTimed: Bool, leavingOut heldOut: GateHoldOut) throws(TrainingError) {
        func kept<Element>(_ column: [Element]) -> [Element] {
            heldOut.users.isEmpty ? column : zip(column, heldOut.isHeldOut).filter { !$1 }.map(\.0)
        }
        try self.init(
            users: log.users.map(\.id), items: log.items.map { ItemContent($0.item) },
            userIndices: kept(log.userPositions), itemIndices: kept(log.itemPositions),
            times: isTimed ? kept(log.timestamps) : [], weights: kept(log.weights))
    }
}
