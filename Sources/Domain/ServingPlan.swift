/// What a request will do: scan one prefix of every row, then rerank a shortlist by the full vectors.
public struct ServingPlan: Hashable, Sendable {
    /// Prefix that candidate generation scans, a rung of the ladder.
    public let scanDimensions: Int
    /// Candidates that are reranked by the full vectors; 0 answers in prefix order.
    public let shortlist: Int
    /// Full length of the vectors that rerank, in dimensions.
    public let rerankDimensions: Int

    /// Creates a plan over the prefixes that a model was trained for.
    ///
    /// - Throws: ``PrefixLadderError/untrainedPrefix(requested:trained:)``.
    public init(scanDimensions: Int, shortlist: Int, ladder: PrefixLadder) throws(PrefixLadderError) {
        precondition(shortlist >= 0, "A shortlist of \(shortlist) is negative.")
        _ = try ladder.rung(of: scanDimensions)
        self.scanDimensions = scanDimensions
        self.shortlist = shortlist
        rerankDimensions = ladder.fullLength
    }

    /// Creates a plan that scans the shortest trained prefix of at least `scanAtLeast` dimensions.
    public init(scanAtLeast: Int, shortlist: Int, ladder: PrefixLadder) {
        precondition(shortlist >= 0, "A shortlist of \(shortlist) is negative.")
        scanDimensions = ladder.shortest(atLeast: scanAtLeast)
        self.shortlist = shortlist
        rerankDimensions = ladder.fullLength
    }
}

extension ServingPlan: CustomStringConvertible {
    /// The plan's name in receipts: `s32` scans 32 dimensions, `s32-k400-r256` also reranks 400 candidates by 256.
    public var description: String {
        shortlist == 0 ? "s\(scanDimensions)" : "s\(scanDimensions)-k\(shortlist)-r\(rerankDimensions)"
    }
}
