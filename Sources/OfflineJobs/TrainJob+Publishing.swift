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
        let artefact = trained.model.encoded()
        let ladder = trained.model.ladder
        let draft = GenerationDraft(
            fingerprint: GenerationFingerprint.sha256(
                artefact: artefact, ladder: ladder, normRule: .cosineAtEachRung),
            ladder: ladder, normRule: .cosineAtEachRung, cutoff: end.cutoff, rungs: end.rungs, settings: end.settings,
            artefact: artefact, items: embedded.items, users: embedded.users,
            userEvents: embedded.histories.map(\.count))
        let generation = try await store.publish(draft)
        report(.calibrating)
        let frontier = try FrontierMeasurement(
            model: options.planner.model, threads: configuration.threads, host: ProcessInfo.processInfo.hostName
        ).frontier(ladder: ladder, items: embedded.items, users: embedded.users, seen: embedded.histories)
        if let frontier { try await store.store(frontier, generation: generation.number) }
        if generation.state == .built { try await store.move(generation.number, to: .verified) }
        return (generation, frontier)
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
