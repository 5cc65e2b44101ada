public import Towers

/// One rung's quality on the held-out items.
public struct RungRecall: Hashable, Sendable {
    /// Length of the prefix.
    public let dimensions: Int
    /// Mean share of a user's held-out items among the first k, from 0 to 1; higher is better.
    public let recall: Double
    /// Mean nDCG of the first k, from 0 to 1; higher is better.
    public let ndcg: Double

    package init(dimensions: Int, recall: Double, ndcg: Double) {
        self.dimensions = dimensions
        self.recall = recall
        self.ndcg = ndcg
    }
}

/// How training stands after an epoch.
public struct TrainingProgress: Sendable {
    /// Epochs done, from 1.
    public let epoch: Int
    /// Epochs planned.
    public let epochs: Int
    /// Mean loss of the epoch's targets, averaged over the rungs, in nats; lower is better.
    public let loss: Double
    /// Recall of each rung on the held-out items; empty without validation.
    public let validation: [RungRecall]
    /// Whether this epoch is the best so far.
    public let isBest: Bool
    public let elapsed: Duration
    /// What the epochs left would take at the pace so far.
    public let remaining: Duration
}

/// A trained model and how it came to be.
public struct TrainedModel: Sendable {
    public let model: TwoTowerModel
    /// Epoch that the model is from.
    public let bestEpoch: Int
    /// Every epoch done.
    public let history: [TrainingProgress]
    /// Whether the task was cancelled before training was through; the model is the best until then.
    public let wasInterrupted: Bool
    /// Time that training took, validation included.
    public let elapsed: Duration
    /// Share of the threads' time in epochs that went into matrix products, 0 to 1.
    ///
    /// Products of other work in the process count with it. `nil` when all epochs were done before training was resumed.
    public let productShare: Double?
}
