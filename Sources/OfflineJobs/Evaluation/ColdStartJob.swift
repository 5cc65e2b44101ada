public import ByteStreams
public import Datasets
public import Domain
import Evaluation
public import JSON
import Towers
public import Training

/// Trains without some items or users and judges how they are served all the same: no database.
public struct ColdStartJob: Sendable {
    /// What training does not see.
    public enum Subject: String, Sendable, CaseIterable {
        case items = "cold-items"
        case users = "cold-users"
    }

    private let subject: Subject
    private let train: ByteSource
    private let items: ByteSource?
    private let options: ReadOptions
    private let weights: InteractionWeights
    private let configuration: TrainingConfiguration
    private let k: Int

    /// Prepares the job.
    ///
    /// - Parameters:
    ///   - subject: What training does not see.
    ///   - train: Interactions to split.
    ///   - items: What is known of the items.
    ///   - options: How interactions are read.
    ///   - weights: What a user's interactions with an item count in training.
    ///   - configuration: How to train.
    ///   - k: Items of each ranking that count.
    public init(
        _ subject: Subject, train: ByteSource, items: ByteSource?, options: ReadOptions,
        weights: InteractionWeights = .standard, configuration: TrainingConfiguration, k: Int
    ) {
        self.subject = subject
        self.train = train
        self.items = items
        self.options = options
        self.weights = weights
        self.configuration = configuration
        self.k = k
    }

    /// What came of it, for people and for scripts.
    public struct Report: Sendable {
        public let subject: Subject
        public let report: ColdStartEvaluation.Report
        public let k: Int

        /// A head, and a line a rung.
        public var lines: [String] {
            [
                "\(subject.rawValue): \(report.cold) \(subject == .items ? "items" : "users") unseen, "
                    + "best epoch \(report.training.bestEpoch) of \(report.training.history.count)"
            ]
                + report.rungs.map { rung in
                    "\(rung.dimensions) dims  recall@\(k) \(Self.rounded(rung.cold.recall))"
                        + zip(report.references, rung.references).map { name, reference in
                            let ratio = reference.recall > 0 ? rung.cold.recall / reference.recall : 0
                            return "  \(name) \(Self.rounded(reference.recall)) (ratio \(Self.rounded(ratio)))"
                        }.joined()
                }
        }

        /// The report as scripts read it.
        public var json: JSONValue {
            .object([
                "protocol": .string(subject.rawValue), "k": .integer(k), "cold": .integer(report.cold),
                "rungs": .array(
                    report.rungs.map { rung in
                        .object([
                            "dims": .integer(rung.dimensions), "recall": .number(rung.cold.recall),
                            "ndcg": .number(rung.cold.ndcg), "users": .integer(rung.cold.users),
                            "references": .array(
                                zip(report.references, rung.references).map { name, reference in
                                    .object([
                                        "name": .string(name), "recall": .number(reference.recall),
                                        "ndcg": .number(reference.ndcg), "users": .integer(reference.users),
                                    ])
                                }),
                        ])
                    }),
            ])
        }

        private static func rounded(_ value: Double) -> String { String((value * 10_000).rounded() / 10_000) }
    }

    /// Runs the job.
    ///
    /// - Parameter progress: Told after each epoch.
    /// - Returns: Quality at every rung, beside what it is held against.
    /// - Throws: ``Datasets/DatasetError`` for a file, ``Training/TrainingError``.
    public func run(progress: @escaping @Sendable (TrainingProgress) -> Void) async throws -> Report {
        let contents = try items.map { try CatalogueItemReader($0).readAll().map(ItemContent.init) } ?? []
        let data = try TrainingData(
            interactions: try InteractionReader(train, options: options).readAll(), items: contents, weighing: weights)
        let evaluation = ColdStartEvaluation(configuration, k: k)
        let report =
            switch subject {
            case .items: try await evaluation.items(data, progress: progress)
            case .users: try await evaluation.users(data, progress: progress)
            }
        return Report(subject: subject, report: report, k: k)
    }
}
