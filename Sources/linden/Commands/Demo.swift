import ByteStreams
import Datasets
import Domain
import Experiments
import Foundation
import OfflineJobs
import Serving
import Training

/// The main job, end to end: import → train → publish → calibrate → recommend under each tier.
struct Demo: Sendable {
    let files: DatasetDirectory
    let configuration: TrainingConfiguration
    let weights: InteractionWeights
    let user: UserID?
    let isQuiet: Bool

    /// Items in the answer.
    static let count = 10

    func run(_ installation: Installation, stop: @escaping @Sendable () async -> Void) async throws -> DemoResult {
        let clock = ContinuousClock()
        let start = clock.now
        try await importFiles(installation)
        let imported = clock.now
        let times = StepTimes(clock)
        let reporter = TrainingReporter()
        let store = installation.bulkStore
        let user = try await chosenUser(store)
        var options = TrainJob.Options()
        // A demonstration shows the model that it has just trained, whatever served before.
        options.activatesAnyway = true
        options.weights = weights
        options.planner = try await installation.planner()
        let job = TrainJob(store: store, configuration: configuration, options: options)
        let outcome = try await job.run(stop: stop) { step in
            times.mark(step)
            if !isQuiet { reporter.show(step) }
        }
        reporter.finish()
        times.end()

        let service = try await installation.service()
        guard let history = try await service.history(of: user, limit: 10) else { throw DemoUserError(user: user) }
        var tiers: [DemoResult.Tier] = []
        for tier in service.tiers.fromCheapest {
            var request = RecommendationRequest()
            request.userID = user
            request.count = Self.count
            request.tier = tier.name
            let response = try await service.recommend(request)
            let exact = try await service.exactItems(for: request)
            tiers.append(DemoResult.Tier(response: response, exact: exact))
        }
        return DemoResult(
            dataset: files.name, user: user, history: history.map { service.title(of: $0) ?? $0.text },
            tiers: tiers, generation: outcome.generation,
            titles: Dictionary(
                tiers.flatMap(\.response.items).map { ($0.itemID, service.title(of: $0.itemID) ?? "") }
            ) { first, _ in first },
            seconds: [
                ("import", (imported - start) / .seconds(1)), ("train", times.training), ("publish", times.publishing),
                ("calibrate", times.calibrating), ("total", (clock.now - start) / .seconds(1)),
            ])
    }

    private func importFiles(_ installation: Installation) async throws {
        let job = ImportJob(importer: installation.bulkStore)
        var parts: [(ImportJob.Kind, ByteSource)] = []
        if let items = files.items { parts.append((.items, items)) }
        if let users = files.users { parts.append((.users, users)) }
        parts.append((.interactions, files.interactions))
        for (kind, file) in parts {
            let report = try await job.run(kind, source: file)
            if !isQuiet { Terminal.printAnswer(report.sentence) }
        }
    }

    /// The user asked for, or the first with a history long enough to tell something and short enough to read.
    private func chosenUser(_ log: some InteractionLogSource) async throws -> UserID {
        let log = try await log.interactionLog()
        if let user {
            guard log.users.contains(where: { $0.id == user }) else { throw DemoUserError(user: user) }
            return user
        }
        var counts = [Int](repeating: 0, count: log.users.count)
        for user in log.userPositions { counts[Int(user)] += 1 }
        let position = counts.firstIndex { (30...60).contains($0) } ?? counts.indices.max { counts[$0] < counts[$1] }
        guard let position else { throw TrainingError.noInteractions }
        return log.users[position].id
    }
}

/// Thrown when the user asked for is not in the data set.
struct DemoUserError: Error, CustomStringConvertible {
    let user: UserID

    var description: String { "The data set has no user '\(user)'. Name another with --user, or leave it out." }
}
