public import ByteStreams
import Datasets
import Domain
import Evaluation
public import JSON
import Towers
public import Training

/// Trains on one file and judges on another: no database.
public struct EvaluationJob: Sendable {
    private let train: ByteSource
    private let test: ByteSource
    private let items: ByteSource?
    private let configuration: TrainingConfiguration
    private let k: Int

    /// Prepares the job.
    ///
    /// - Parameters:
    ///   - train: Interactions to train on.
    ///   - test: Interactions to find.
    ///   - items: What is known of the items, if anything is.
    ///   - configuration: How to train.
    ///   - k: Items of each ranking that count.
    public init(
        train: ByteSource, test: ByteSource, items: ByteSource?, configuration: TrainingConfiguration, k: Int
    ) {
        self.train = train
        self.test = test
        self.items = items
        self.configuration = configuration
        self.k = k
    }

    /// Runs the job.
    ///
    /// - Parameter progress: Told after each epoch.
    /// - Returns: Quality at every rung.
    /// - Throws: ``Datasets/DatasetError`` for a file, ``Training/TrainingError``.
    public func run(progress: @escaping @Sendable (TrainingProgress) -> Void) async throws -> EvaluationReport {
        let contents = try items.map { try CatalogueItemReader($0).readAll().map(ItemContent.init) } ?? []
        let data = try TrainingData(interactions: try InteractionReader(train).readAll(), items: contents)
        let users = Dictionary(uniqueKeysWithValues: data.users.enumerated().map { ($1, $0) })
        let rows = Dictionary(uniqueKeysWithValues: data.items.enumerated().map { ($1.id, Int32($0)) })
        var wanted = [[Int32]](repeating: [], count: data.users.count)
        for interaction in try InteractionReader(test).readAll() {
            guard let user = users[interaction.user], let item = rows[interaction.item] else { continue }
            wanted[user].append(item)
        }
        let report = try await OfflineEvaluation(configuration, k: k)
            .report(train: data, test: wanted, progress: progress)
        return EvaluationReport(report: report, k: k)
    }
}

/// What an evaluation found, for people and for scripts.
public struct EvaluationReport: Sendable {
    public let report: OfflineEvaluation.Report
    public let k: Int

    /// A line a rung.
    public var lines: [String] {
        let seconds = (report.training.elapsed / .seconds(1)).rounded()
        let head =
            "\(report.users) users, \(report.items) items, epoch \(report.training.bestEpoch) of "
            + "\(report.training.history.count), \(Int(seconds)) s of training"
        return [head]
            + report.rungs.map { rung in
                "\(rung.dimensions) dims  recall@\(k) \(Self.rounded(rung.quality.recall))  nDCG@\(k) "
                    + "\(Self.rounded(rung.quality.ndcg))  coverage \(Self.rounded(rung.quality.coverage))"
            }
    }

    /// The report as scripts read it.
    public func json(seed: UInt64) -> JSONValue {
        .object([
            "protocol": .string("full-ranking"), "k": .integer(k), "users": .integer(report.users),
            "items": .integer(report.items), "seed": .integer(Int(clamping: seed)),
            "train_seconds": .number(report.training.elapsed / .seconds(1)),
            "epochs": .integer(report.training.history.count), "best_epoch": .integer(report.training.bestEpoch),
            "rungs": .array(
                report.rungs.map { rung in
                    .object([
                        "dims": .integer(rung.dimensions), "recall": .number(rung.quality.recall),
                        "ndcg": .number(rung.quality.ndcg), "mrr": .number(rung.quality.meanReciprocalRank),
                        "hit_rate": .number(rung.quality.hitRate), "coverage": .number(rung.quality.coverage),
                    ])
                }),
        ])
    }

    private static func rounded(_ value: Double) -> String { String((value * 10_000).rounded() / 10_000) }
}
