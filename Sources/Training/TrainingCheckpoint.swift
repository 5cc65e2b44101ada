/// A training between two of its epochs: all that the next ones depend on and that data and settings do not give again.
///
/// That is the towers' parameters, their optimisers' moments, the generators, the best model so far and what was reported.
public struct TrainingCheckpoint: Sendable, Equatable {
    /// Whose state it is.
    public let training: TrainingFingerprint
    /// Epochs done.
    public let epoch: Int
    /// Counters, generators and figures, in an order that only training knows.
    public let words: [UInt64]
    /// Parameters and moments, in an order that only training knows.
    public let tables: [[Float]]

    /// Takes the parts of a checkpoint that was stored.
    public init(training: TrainingFingerprint, epoch: Int, words: [UInt64], tables: [[Float]]) {
        self.training = training
        self.epoch = epoch
        self.words = words
        self.tables = tables
    }

    /// Length of all parts.
    public var byteCount: Int { 8 * words.count + 4 * tables.reduce(0) { $0 + $1.count } }
}

/// Keeps the last checkpoint of a training, so that one that was killed goes on where it was.
///
/// Conformers: a file of the installation's, and ``NoCheckpoints``.
public protocol TrainingCheckpointStore: Sendable {
    /// Least time of training between two checkpoints.
    var interval: Duration { get }
    /// What is kept of a training, if anything is; it goes on from there.
    func checkpoint(of training: TrainingFingerprint) -> TrainingCheckpoint?
    /// Puts a checkpoint in the place of the one before; training waits for it, and goes on if it could not be kept.
    func keep(_ checkpoint: TrainingCheckpoint)
    /// Lets go of what is kept: the training has borne its fruit.
    func removeCheckpoint()
}

/// Keeps nothing: a training that is killed starts anew.
public struct NoCheckpoints: TrainingCheckpointStore {
    public init() {}

    public var interval: Duration { .seconds(Int64.max) }
    public func checkpoint(of training: TrainingFingerprint) -> TrainingCheckpoint? { nil }
    public func keep(_ checkpoint: TrainingCheckpoint) {}
    public func removeCheckpoint() {}
}
