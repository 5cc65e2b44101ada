import Domain
import JSON
import OfflineJobs
import TestSupport
import Training

/// Interactions in files: users and items in groups, every user with items of the own group only, and some of them to find.
struct MatryoshkaFiles {
    static let k = 5
    let train: TemporaryFile
    let test: TemporaryFile
    let items: TemporaryFile

    init(seed: UInt64, groups: Int = 6) throws {
        var generator = TestSupport.SeededGenerator(seed: seed)
        var (train, test, items) = ("user_id,item_id\n", "user_id,item_id\n", "item_id,title\n")
        for group in 0..<groups {
            for item in 0..<12 { items += "\(group)-\(item),thing \(item % 3)\n" }
            for user in 0..<15 {
                let own = (0..<12).shuffled(using: &generator)
                for (position, item) in own.prefix(9).enumerated() {
                    let row = "u\(group)-\(user),\(group)-\(item)\n"
                    if position < 7 { train += row } else { test += row }
                }
            }
        }
        // What the training file does not know is no part of the test.
        test += "nobody,0-1\nu0-0,nothing\n"
        self.train = try TemporaryFile(train)
        self.test = try TemporaryFile(test)
        self.items = try TemporaryFile(items)
    }

    /// Settings that are quick on so little data.
    static func configuration(_ rungs: [Int] = [2, 4, 16]) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        configuration.ladder = try PrefixLadder(rungs)
        configuration.epochs = 6
        configuration.batchSize = 16
        return configuration
    }

    func benchmark(_ configuration: TrainingConfiguration, test: TemporaryFile? = nil) throws -> MatryoshkaBenchmark {
        try MatryoshkaBenchmark(
            train: train.source, test: (test ?? self.test).source, items: items.source, configuration: configuration,
            k: Self.k)
    }

    /// What an evaluation finds at each rung with the same settings.
    func evaluated(_ configuration: TrainingConfiguration) async throws -> [RungQuality] {
        let job = EvaluationJob(
            train: train.source, items: items.source, rule: .fullRanking(test: test.source, validation: nil),
            configuration: configuration, k: Self.k)
        let rungs = try await job.run { _ in }.json["rungs"]?.elements ?? []
        return rungs.compactMap { rung in
            guard case .integer(let dimensions) = rung["dims"], let recall = rung["recall"]?.double,
                let ndcg = rung["ndcg"]?.double
            else { return nil }
            return RungQuality(dimensions: dimensions, recall: recall, ndcg: ndcg)
        }
    }
}
