/// What ways of answering find and cost on a generation's own queries: what plans are chosen by.
public struct Frontier: Hashable, Sendable {
    /// Revision of the cost model that the costs are counted by.
    public let costModel: Int
    /// Machine that measured.
    public let host: String
    /// Queries asked, those included that only checked.
    public let queries: Int
    /// Rows of the index that was asked; a catalogue that has grown far beyond them should be measured again.
    public let rows: Int
    /// A curve for each way to scan, share of rows allowed and number of items wanted.
    public let curves: [RecallCurve]

    public init(costModel: Int, host: String, queries: Int, rows: Int, curves: [RecallCurve]) {
        self.costModel = costModel
        self.host = host
        self.queries = queries
        self.rows = rows
        self.curves = curves
    }
}

/// Recall by the depth of the rerank, after one way to scan.
public struct RecallCurve: Hashable, Sendable {
    /// Lists probed; `nil` scans all rows.
    public let probes: Int?
    /// Prefix that is scanned.
    public let dimensions: Int
    /// Share of the rows that was allowed, above 0 to 1.
    public let allowedShare: Double
    /// Items of an answer.
    public let count: Int
    /// Mean cost of the scan, lists included, but for keeping candidates.
    public let scanCost: CostUnits
    /// Cost of the scan that 19 of 20 queries do not exceed.
    public let highScanCost: CostUnits
    /// By depths that are the same for all queries, ascending, from 0: the order of the scan.
    public let fixed: [DepthPoint]
    /// By depths that end for each query where its estimated recall reaches a target, ascending.
    public let adaptive: [TargetPoint]
    /// Tells a query's recall from its scores; `nil` where too few queries were asked to fit it.
    public let predictor: RecallPredictor?
    /// Largest difference of estimated and measured mean recall over queries with like estimates, none of which fitted the
    /// predictor; `nil` where too few were asked to tell.
    public let estimateError: Double?

    public init(
        probes: Int?, dimensions: Int, allowedShare: Double, count: Int, scanCost: CostUnits, highScanCost: CostUnits,
        fixed: [DepthPoint], adaptive: [TargetPoint], predictor: RecallPredictor?,
        estimateError: Double? = nil
    ) {
        self.probes = probes
        self.dimensions = dimensions
        self.allowedShare = allowedShare
        self.count = count
        self.scanCost = scanCost
        self.highScanCost = highScanCost
        self.fixed = fixed
        self.adaptive = adaptive
        self.predictor = predictor
        self.estimateError = estimateError
    }
}

/// What is found when so many candidates are reranked.
public struct DepthPoint: Hashable, Sendable {
    public let depth: Int
    /// Mean recall against the full-vector answer, 0 to 1.
    public let recall: Double
    /// Mean nDCG against the same, 0 to 1.
    public let ndcg: Double

    public init(depth: Int, recall: Double, ndcg: Double) {
        self.depth = depth
        self.recall = recall
        self.ndcg = ndcg
    }
}

/// What is found, and reranked in the mean, when each query goes on until its estimated recall reaches a target.
public struct TargetPoint: Hashable, Sendable {
    public let target: Double
    /// Mean candidates reranked.
    public let depth: Double
    /// Candidates at which all but a few queries have ended, and the others are ended.
    public let highDepth: Double
    public let recall: Double

    public init(target: Double, depth: Double, highDepth: Double, recall: Double) {
        self.target = target
        self.depth = depth
        self.highDepth = highDepth
        self.recall = recall
    }
}

/// A plan's measured place on a generation's frontier.
public struct FrontierPoint: Hashable, Sendable {
    /// The plan's name, as in receipts.
    public let plan: String
    /// Mean recall@10 against the full-vector answer, 0 to 1.
    public let recall: Double
    /// Mean nDCG@10 against the same, 0 to 1.
    public let ndcg: Double
    /// Mean cost of its scan and rerank.
    public let cost: CostUnits

    public init(plan: String, recall: Double, ndcg: Double, cost: CostUnits) {
        self.plan = plan
        self.recall = recall
        self.ndcg = ndcg
        self.cost = cost
    }
}
