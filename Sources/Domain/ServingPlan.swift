/// One narrowing of a shortlist: score it by a longer prefix, and keep the best.
public struct FunnelStep: Hashable, Sendable {
    /// Prefix that candidates are scored by, a rung of the ladder.
    public let dimensions: Int
    /// Candidates kept.
    public let keep: Int

    public init(dimensions: Int, keep: Int) {
        precondition(keep > 0, "A funnel that keeps \(keep).")
        self.dimensions = dimensions
        self.keep = keep
    }
}

/// What a request will do: probe lists, scan one prefix of their rows, narrow the shortlist by longer and longer prefixes,
/// and rerank what is left by the full vectors.
///
/// Kusupati et al., "Matryoshka Representation Learning" (arXiv:2205.13147), section 4.3.1, call the chain of prefixes
/// funnel retrieval.
public struct ServingPlan: Hashable, Sendable {
    /// Lists probed, best first; `nil` scans every row, and so does a number that is not below that of the lists.
    public let probes: Int?
    /// Prefix that candidate generation scans, a rung of the ladder.
    public let scanDimensions: Int
    /// Candidates kept of the scan; 0 answers in prefix order.
    public let shortlist: Int
    /// Narrowings between the scan and the rerank, each by a longer prefix than the one before.
    public let middle: [FunnelStep]
    /// Full length of the vectors that rerank, in dimensions.
    public let rerankDimensions: Int

    /// Creates a plan over the prefixes that a model was trained for.
    ///
    /// - Throws: ``PrefixLadderError/untrainedPrefix(requested:trained:)``, or
    ///   ``PrefixLadderError/notAFunnel(_:)`` when the prefixes do not grow.
    public init(
        probes: Int? = nil, scanDimensions: Int, shortlist: Int, middle: [FunnelStep] = [], ladder: PrefixLadder
    ) throws(PrefixLadderError) {
        precondition(shortlist >= 0, "A shortlist of \(shortlist) is negative.")
        precondition(probes.map { $0 > 0 } ?? true, "A plan that probes no list.")
        let chain = [scanDimensions] + middle.map(\.dimensions)
        for dimensions in chain {
            _ = try ladder.rung(of: dimensions)
        }
        guard zip(chain, chain.dropFirst()).allSatisfy({ $0 < $1 }), middle.isEmpty || shortlist > 0 else {
            throw .notAFunnel(chain)
        }
        self.probes = probes
        self.scanDimensions = scanDimensions
        self.shortlist = shortlist
        self.middle = middle
        rerankDimensions = ladder.fullLength
    }

    /// Creates a plan that scans by the shortest trained prefix of at least `scanAtLeast` dimensions, but none longer than
    /// ``PrefixLadder/scanDepth``.
    public init(probes: Int? = nil, scanAtLeast: Int, shortlist: Int, ladder: PrefixLadder) {
        precondition(shortlist >= 0, "A shortlist of \(shortlist) is negative.")
        precondition(probes.map { $0 > 0 } ?? true, "A plan that probes no list.")
        self.probes = probes
        scanDimensions = min(ladder.shortest(atLeast: scanAtLeast), ladder.scanDepth)
        self.shortlist = shortlist
        middle = []
        rerankDimensions = ladder.fullLength
    }
}

extension ServingPlan {
    /// Candidates that its scan keeps for so many items.
    ///
    /// Where no rerank follows these are some more than are wanted, so that of equal scores at the cut those of lower item
    /// numbers stay.
    public func candidates(for count: Int) -> Int { shortlist == 0 ? count + Self.tieMargin : max(shortlist, count) }

    private static let tieMargin = 16
}

extension ServingPlan: CustomStringConvertible {
    /// The plan's name in receipts: `s32` scans 32 dimensions of every row, `s32-k400-r256` also reranks 400 candidates by 256,
    /// and `p24-s32-k400-s128-k80-r256` probes 24 lists, and keeps 80 of the 400 by 128 dimensions before the rerank.
    public var description: String {
        let probed = probes.map { "p\($0)-" } ?? ""
        guard shortlist > 0 else { return "\(probed)s\(scanDimensions)" }
        let narrowed = middle.map { "-s\($0.dimensions)-k\($0.keep)" }.joined()
        return "\(probed)s\(scanDimensions)-k\(shortlist)\(narrowed)-r\(rerankDimensions)"
    }
}
