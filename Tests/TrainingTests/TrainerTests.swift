import Domain
import Evaluation
import Synchronization
import Testing
import Towers
import Training

@Suite("Training")
struct TrainerTests {
    @Test("finds two planted clusters at every rung", arguments: 1...3 as ClosedRange<UInt64>, [false, true])
    func planted(seed: UInt64, times: Bool) async throws {
        let data = try PlantedData(seed: seed, times: times)
        let evaluation = OfflineEvaluation(try PlantedData.configuration(seed: seed), k: 15)
        let report = try await evaluation.report(train: data.train, test: data.test)
        #expect(report.users == 2 * PlantedData.usersPerCluster)
        #expect(report.rungs.map(\.dimensions) == [4, 8, 16])
        // Chance is 15 of the 45 items that a user has not met.
        for rung in report.rungs { #expect(rung.quality.recall > 0.97, "\(rung)") }
    }

    @Test("samples candidates and still finds the clusters", arguments: [false, true])
    func sampled(userIDs: Bool) async throws {
        let data = try PlantedData(seed: 4, content: false)
        var configuration = try PlantedData.configuration()
        configuration.candidates = 40
        configuration.batchSize = 4
        configuration.userIDEmbedding = userIDs
        let report = try await OfflineEvaluation(configuration, k: 15).report(train: data.train, test: data.test)
        for rung in report.rungs { #expect(rung.quality.recall > 0.9, "\(rung)") }
    }

    @Test("gives the same bytes twice with one seed and one number of threads", arguments: [1, 2], [false, true])
    func deterministic(threads: Int, times: Bool) async throws {
        let data = try PlantedData(seed: 5, times: times)
        var configuration = try PlantedData.configuration(threads: threads)
        configuration.epochs = 3
        configuration.candidates = 40
        configuration.userIDEmbedding = true
        let first = try await Trainer(configuration).train(data.train).model.encoded()
        let second = try await Trainer(configuration).train(data.train).model.encoded()
        #expect(first == second)
        configuration.seed = 2
        let other = try await Trainer(configuration).train(data.train).model.encoded()
        #expect(first != other)
    }

    @Test("lets unseen items be found by their content")
    func coldItems() async throws {
        let data = try PlantedData(seed: 6)
        let model = try await Trainer(try PlantedData.configuration()).train(data.train).model
        let noir = model.itemEmbedding(
            model.features(of: ItemContent(id: try ItemID("new"), title: "Night", categories: ["Noir"])))
        let comedy = model.itemEmbedding(
            model.features(of: ItemContent(id: try ItemID("newer"), title: "Day", categories: ["Comedy"])))
        let history = data.train.items.prefix(5).map(model.features(of:))
        let user = try #require(model.userEmbedding(history: history))
        func score(_ item: [Float], _ rung: Int) -> Float {
            let pairs = zip(user, item).prefix(rung)
            let norms = pairs.reduce((0, 0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
            return pairs.reduce(0) { $0 + $1.0 * $1.1 } / (norms.0 * norms.1).squareRoot()
        }
        for rung in model.ladder.rungs { #expect(score(noir, rung) > score(comedy, rung) + 0.5, "rung \(rung)") }
    }

    @Test("shares fewer histories than threads")
    func fewHistories() async throws {
        let data = try PlantedData(seed: 14, times: true)
        var configuration = try PlantedData.configuration(threads: 3)
        configuration.batchSize = 1
        configuration.epochs = 1
        let trained = try await Trainer(configuration).train(data.train)
        #expect(trained.history.count == 1)
    }

    @Test("goes on from an earlier model, and then needs one epoch", arguments: [false, true])
    func warmStart(times: Bool) async throws {
        let data = try PlantedData(seed: 8, times: times)
        let earlier = try await Trainer(try PlantedData.configuration()).train(data.train).model
        var configuration = try PlantedData.configuration(seed: 9)
        configuration.epochs = 1
        let cold = try await Trainer(configuration).train(data.train)
        let warm = try await Trainer(configuration).train(data.train, startingFrom: earlier)
        #expect(warm.history[0].loss < cold.history[0].loss)
        let rungs = OfflineEvaluation.rungs(of: warm.model, train: data.train, test: data.test, k: 15, threads: 1)
        for rung in rungs { #expect(rung.quality.recall > 0.95, "\(rung.dimensions)") }
    }

    @Test("chooses the best epoch by the items that it is given")
    func givenValidation() async throws {
        let data = try PlantedData(seed: 10)
        var configuration = try PlantedData.configuration()
        configuration.epochs = 2
        let all = OfflineEvaluation.rungs(
            of: try await Trainer(configuration).train(data.train, validation: data.test).model, train: data.train,
            test: data.test, k: configuration.validationK, threads: 1)
        let trained = try await Trainer(configuration).train(data.train, validation: data.test)
        let chosen = trained.history[trained.bestEpoch - 1].validation
        for (rung, found) in zip(chosen, all) { #expect(abs(rung.recall - found.quality.recall) < 1e-9) }
    }

    @Test("keeps items without interactions out of the vocabulary")
    func untrainedItems() async throws {
        let data = try PlantedData(seed: 7)
        let extra = ItemContent(id: try ItemID("unsold"), title: "bright night", categories: ["Noir"])
        let train = try TrainingData(
            users: data.train.users, items: data.train.items + [extra], userIndices: data.train.userIndices,
            itemIndices: data.train.itemIndices)
        var configuration = try PlantedData.configuration()
        configuration.epochs = 1
        let model = try await Trainer(configuration).train(train).model
        #expect(model.itemCount == data.train.items.count)
        #expect(model.itemEmbedding(model.features(of: extra)).contains { $0 != 0 })
    }

    @Test("keeps the best so far when cancelled after an epoch, and says so")
    func cancellation() async throws {
        let data = try PlantedData(seed: 8)
        var configuration = try PlantedData.configuration()
        configuration.epochs = 1_000
        configuration.patience = 1_000
        let settings = configuration
        let reports = AsyncStream<Int>.makeStream()
        let trained = try await withThrowingTaskGroup(of: TrainedModel?.self) { group in
            group.addTask {
                try await Trainer(settings).train(data.train) { reports.continuation.yield($0.epoch) }
            }
            group.addTask {
                _ = await reports.stream.first { $0 == 2 }
                return nil
            }
            _ = try await group.next()
            group.cancelAll()
            return try #require(await group.next() ?? nil)
        }
        #expect(trained.wasInterrupted)
        #expect(trained.history.count >= 2 && trained.history.count < 1_000)
        #expect(1...trained.history.count ~= trained.bestEpoch)
        #expect(trained.model.itemCount == 60)
    }

    @Test("reports every epoch, with the seconds left by the clock that it is given")
    func progress() async throws {
        let data = try PlantedData(seed: 9)
        var configuration = try PlantedData.configuration()
        configuration.epochs = 4
        let seen = Mutex<[TrainingProgress]>([])
        let trained = try await Trainer(configuration).train(data.train, clock: SteppingClock()) { progress in
            seen.withLock { $0.append(progress) }
        }
        let epochs = seen.withLock { $0 }
        #expect(epochs.map(\.epoch) == [1, 2, 3, 4])
        // The clock moves a second each time that it is read: once at the start, once an epoch.
        #expect(epochs.map(\.elapsed) == (1...4).map { .seconds($0) })
        #expect(epochs.map(\.remaining) == [.seconds(3), .seconds(2), .seconds(1), .zero])
        #expect(epochs.allSatisfy { $0.validation.map(\.dimensions) == [4, 8, 16] })
        #expect(epochs[3].loss < epochs[0].loss)
        #expect(!trained.wasInterrupted)
        let share = try #require(trained.productShare)
        #expect(share > 0 && share <= 1)
        let best = epochs.last { $0.isBest }
        #expect(best?.epoch == trained.bestEpoch)
    }
}
