public import Domain

/// How towers are trained.
///
/// The defaults are those that the figures in the README were measured with.
public struct TrainingConfiguration: Hashable, Sendable {
    /// Prefix lengths that get a loss of their own.
    public var ladder = PrefixLadder.standard
    /// Weight of each rung's loss, in the ladder's order; empty for equal weights.
    public var rungWeights: [Float] = []
    /// Passes over the users, at most.
    ///
    /// `nil` for 12, or 10 where order carries meaning: there an epoch shows every interaction as a target.
    public var epochs: Int?
    /// Users a step, or an eighth of the targets where order carries meaning.
    ///
    /// `nil` for 128, or 512 where order carries meaning.
    public var batchSize: Int?
    /// Items that a step ranks each user's targets against.
    ///
    /// They are the targets of the whole batch and, up to this number, a uniform sample of the rest. A catalogue no larger is
    /// ranked whole. `nil` for 8192, or 4096 where order carries meaning.
    public var candidates: Int?
    /// Length of a step of a row whose gradients are as large as usual, at the start; falls to a twentieth by the last epoch.
    ///
    /// `nil` for what the order asks for: 0.03 where it carries meaning, for the reader learns more slowly, and 0.2 where not.
    public var learningRate: Float?
    /// Share of a row that decays in each of its steps, times the learning rate.
    public var weightDecay: Float = 0
    /// What the cosine is divided by to be a logit; from 0.03 up.
    ///
    /// `nil` for 0.05, or 0.07 where order carries meaning.
    public var temperature: Float?
    /// Items of a history that the user tower reads, counted from its end.
    public var historyLength = 512
    /// Share of a user's items that a training step takes for targets, where order carries no meaning; the others are the
    /// history.
    public var targetShare: Float = 0.5
    /// How a user's weight grows with the number of targets: 0 counts users alike, 1 counts interactions alike.
    public var targetExponent: Float = 0.5
    /// How an item's weight in a history falls with its frequency: 0 counts all alike, 0.5 divides by the root.
    public var rarityExponent: Float = 0
    /// How often an item that has content is embedded without its own row, so that new items are served from content.
    public var idDropout: Float = 0.1
    /// How often users of unordered histories are taught by the interaction graph, and not by a part of their own items.
    public var taughtShare: Float = 0.85
    /// Items of the teacher's list that are targets.
    public var taughtDepth = 100
    /// Power of the teacher's score that the share of a target grows with.
    public var taughtSharpness: Float = 3
    /// Length of the vectors inside the reader of ordered histories.
    public var readerWidth = 128
    /// Blocks of the reader of ordered histories.
    public var readerBlocks = 2
    /// Rate of the reader's parameters, at the start.
    public var readerRate: Float = 0.001
    /// Share of the elements of a layer's output that a step of the reader leaves out.
    public var readerDropout: Float = 0.2
    /// Items of an ordered history that are read at once.
    public var sequenceLength = 100
    /// Whether users get rows of their own beside their history.
    public var userIDEmbedding = false
    /// Whether the order of a user's interactions carries meaning; `nil` when it does if timestamps are given.
    public var isOrdered: Bool?
    /// Share of the users from whom the last (or, without order, some) items are held out, to choose the best epoch by;
    /// 0 keeps the last epoch.
    public var validationShare = 0.05
    /// Epochs without a better validation recall after which training stops.
    public var patience = 5
    /// k of the validation recall.
    public var validationK = 20
    /// Threads; results depend on their number, in the last bits.
    public var threads = 1
    /// The one source of randomness.
    public var seed: UInt64 = 1

    public init() {}

    /// Passes over the users, at most.
    public func epochs(isOrdered: Bool) -> Int { epochs ?? (isOrdered ? 10 : 12) }

    /// Users a step, or an eighth of the targets.
    public func batchSize(isOrdered: Bool) -> Int { batchSize ?? (isOrdered ? 512 : 128) }

    /// Items that a step ranks each user's targets against.
    public func candidates(isOrdered: Bool) -> Int { candidates ?? (isOrdered ? 4096 : 8192) }

    /// The learning rate of items' rows.
    public func learningRate(isOrdered: Bool) -> Float { learningRate ?? (isOrdered ? 0.03 : 0.2) }

    /// What the cosine is divided by to be a logit.
    public func temperature(isOrdered: Bool) -> Float { temperature ?? (isOrdered ? 0.07 : 0.05) }

    /// Refuses settings that make no sense.
    func check() throws(TrainingError) {
        func require(_ holds: Bool, _ name: String, _ value: some Any, _ allowed: String) throws(TrainingError) {
            if !holds { throw .badSetting(name: name, value: "\(value)", allowed: allowed) }
        }
        if let epochs { try require(1...10_000 ~= epochs, "epochs", epochs, "1 to 10000") }
        if let batchSize { try require(1...65_536 ~= batchSize, "batch size", batchSize, "1 to 65536") }
        if let candidates { try require(2...10_000_000 ~= candidates, "candidates", candidates, "2 to 10000000") }
        if let rate = learningRate {
            try require(rate > 0 && rate <= 10, "learning rate", rate, "a number above 0, up to 10")
        }
        try require(0..<1 ~= weightDecay, "weight decay", weightDecay, "a number from 0 to below 1")
        if let temperature {
            try require(0.03...10 ~= temperature, "temperature", temperature, "a number from 0.03 to 10")
        }
        try require(1...65_536 ~= historyLength, "history length", historyLength, "1 to 65536")
        try require(targetShare > 0 && targetShare < 1, "target share", targetShare, "a number between 0 and 1")
        try require(0...1 ~= targetExponent, "target exponent", targetExponent, "a number from 0 to 1")
        try require(0...2 ~= rarityExponent, "rarity exponent", rarityExponent, "a number from 0 to 2")
        try require(0...1 ~= taughtShare, "taught share", taughtShare, "a number from 0 to 1")
        try require(1...10_000 ~= taughtDepth, "taught depth", taughtDepth, "1 to 10000")
        try require(0...10 ~= taughtSharpness, "taught sharpness", taughtSharpness, "a number from 0 to 10")
        try require(1...4096 ~= readerWidth, "reader width", readerWidth, "1 to 4096")
        try require(0...64 ~= readerBlocks, "reader blocks", readerBlocks, "0 to 64")
        try require(readerRate > 0 && readerRate <= 1, "reader rate", readerRate, "a number above 0, up to 1")
        try require(readerDropout >= 0 && readerDropout < 1, "reader dropout", readerDropout, "from 0 to below 1")
        try require(1...65_536 ~= sequenceLength, "sequence length", sequenceLength, "1 to 65536")
        try require(0...1 ~= idDropout, "id dropout", idDropout, "a number from 0 to 1")
        try require(0...0.5 ~= validationShare, "validation share", validationShare, "a number from 0 to 0.5")
        try require(1...10_000 ~= patience, "patience", patience, "1 to 10000")
        try require(1...10_000 ~= validationK, "validation k", validationK, "1 to 10000")
        try require(1...1024 ~= threads, "threads", threads, "1 to 1024")
        try require(ladder.rungs.count <= 32, "ladder", "\(ladder)", "at most 32 rungs")
        try require(
            rungWeights.isEmpty || rungWeights.count == ladder.rungs.count, "rung weights", rungWeights,
            "one for each of the \(ladder.rungs.count) rungs, or none")
        try require(
            rungWeights.allSatisfy { $0 >= 0 && $0.isFinite }
                && (rungWeights.isEmpty || rungWeights.contains { $0 > 0 }),
            "rung weights", rungWeights, "numbers from 0 up, one of them above 0")
    }
}
