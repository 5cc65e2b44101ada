public import Domain
public import JSON
public import Training

/// What a Matryoshka benchmark found.
public struct MatryoshkaReport: Sendable {
    /// Quality by length for one method.
    public struct Series: Hashable, Sendable {
        public let method: ShorteningMethod
        /// In the ladder's order.
        public let qualities: [RungQuality]

        public init(method: ShorteningMethod, qualities: [RungQuality]) {
            self.method = method
            self.qualities = qualities
        }

        /// Recall at a length, divided by the recall of the same method at full length; `nil` when that is 0.
        public func keptShare(at dimensions: Int) -> Double? {
            guard let full = qualities.last?.recall, full > 0 else { return nil }
            return qualities.first { $0.dimensions == dimensions }.map { $0.recall / full }
        }
    }

    /// A model that was trained.
    public struct Model: Sendable {
        /// Lengths it was trained for.
        public let ladder: PrefixLadder
        public let bestEpoch: Int
        public let epochs: Int
        public let elapsed: Duration

        init(ladder: PrefixLadder, training: TrainedModel) {
            self.ladder = ladder
            bestEpoch = training.bestEpoch
            epochs = training.history.count
            elapsed = training.elapsed
        }
    }

    /// Items of each ranking that count.
    public let k: Int
    /// Users with test items.
    public let users: Int
    /// Items that could be recommended.
    public let items: Int
    /// How all models were trained; the ladder is that of the lengths compared.
    public let configuration: TrainingConfiguration
    /// In the order of their training; empty in a report that was not measured.
    public let models: [Model]
    /// One for each method.
    public let series: [Series]

    public init(
        k: Int, users: Int, items: Int, configuration: TrainingConfiguration, models: [Model], series: [Series]
    ) {
        self.k = k
        self.users = users
        self.items = items
        self.configuration = configuration
        self.models = models
        self.series = series
    }

    /// The lengths compared.
    public var ladder: PrefixLadder { configuration.ladder }

    /// The longest rung of at most a quarter of the full length; the shortest where all are longer.
    public var quarterLength: Int { ladder.longest(atMost: ladder.fullLength / 4) }

    /// The report as scripts read it: an array for each series, in the order of `dims`.
    public var json: JSONValue {
        .object([
            "protocol": .string("full-ranking"), "k": .integer(k), "users": .integer(users), "items": .integer(items),
            "seed": .integer(Int(clamping: configuration.seed)), "threads": .integer(configuration.threads),
            "epochs": configuration.epochs.map(JSONValue.integer), "dims": .array(ladder.rungs.map(JSONValue.integer)),
            "quarter_dims": .integer(quarterLength), "series": .array(series.map(json)),
            "models": .array(models.map(json)),
        ])
    }

    private func json(_ series: Series) -> JSONValue {
        .object([
            "method": .string(series.method.rawValue),
            "recall": .array(series.qualities.map { .number($0.recall) }),
            "ndcg": .array(series.qualities.map { .number($0.ndcg) }),
            "kept_at_quarter": series.keptShare(at: quarterLength).map(JSONValue.number) ?? .null,
        ])
    }

    private func json(_ model: Model) -> JSONValue {
        .object([
            "ladder": .array(model.ladder.rungs.map(JSONValue.integer)), "epochs": .integer(model.epochs),
            "best_epoch": .integer(model.bestEpoch), "train_seconds": .number(model.elapsed / .seconds(1)),
        ])
    }
}
