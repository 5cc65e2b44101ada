public import Domain
import Evaluation
import Training
import VectorKernels

/// What one prefix length finds of what the full length finds.
public struct MeasuredRung: Hashable, Sendable {
    /// Prefix length.
    public let dimensions: Int
    /// recall@k and nDCG@k of the prefix's own order, 0 to 1, against the full length's first k.
    public let alone: RungQuality
    /// Share of the full length's first k in each of ``RungMeasurement/shortlists`` by the prefix, 0 to 1.
    ///
    /// It is the recall@k of that shortlist once it is reranked by the full vectors.
    public let reranked: [Double]
    /// Whether each vector has a direction in so many dimensions; without one a prefix cannot be served.
    public let isWhole: Bool

    public init(dimensions: Int, alone: RungQuality, reranked: [Double], isWhole: Bool = true) {
        self.dimensions = dimensions
        self.alone = alone
        self.reranked = reranked
        self.isWhole = isWhole
    }
}

/// How well short prefixes of some vectors stand in for the full length, on a sample of real queries.
public struct RungMeasurement: Hashable, Sendable {
    /// Shortest first; the last is the full length.
    public let rungs: [MeasuredRung]
    /// Items of an answer that count.
    public let k: Int
    /// Lengths of the shortlists that were reranked, ascending: 100 and 200, but no more than a tenth of the items, since a
    /// long shortlist of few items holds what it should whatever made it.
    public let shortlists: [Int]
    /// Queries asked.
    public let queries: Int

    /// Items of an answer that count at most.
    static let k = 10
    /// Queries asked at most.
    static let maximumQueries = 1_000

    package init(rungs: [MeasuredRung], k: Int, shortlists: [Int], queries: Int) {
        self.rungs = rungs
        self.k = k
        self.shortlists = shortlists
        self.queries = queries
    }

    /// Measures the rungs of a ladder.
    ///
    /// - Parameters:
    ///   - ladder: Its full length is the vectors'.
    ///   - items: Row-major half-precision bits of the items' vectors.
    ///   - queries: Full-length vectors to ask with, one row a query.
    ///   - excluded: For each query, a row of items to leave out: its own, if it is one of them.
    ///   - shortestWhole: The shortest prefix in which each vector has a direction.
    ///   - threads: Share the queries; the result does not depend on their number.
    package init(
        ladder: PrefixLadder, items: [UInt16], queries: EmbeddingTable, excluded: [Int?], shortestWhole: Int,
        threads: Int
    ) {
        let itemCount = items.count / ladder.fullLength
        let others = max(1, itemCount - (excluded.contains { $0 != nil } ? 1 : 0))
        let k = min(Self.k, others)
        let longest = max(k, itemCount / 10)
        let shortlists = Array(Set([100, 200].map { min($0, longest) })).sorted()
        let search = RungSearch(ladder: ladder, workers: MatrixWorkers(count: threads))
        let found = search.best(shortlists.reduce(k, max), for: queries, among: items, excluding: excluded)
        let exact = (found.last ?? []).map { Set($0.prefix(k)) }
        self.rungs = zip(ladder.rungs, found).map { dimensions, lists in
            let metrics = zip(lists, exact).compactMap { RankingMetrics(ranking: $0, relevant: $1, k: k) }
            let recalls = ([k] + shortlists).map { Self.recall(of: exact, in: lists, first: $0) }
            return MeasuredRung(
                dimensions: dimensions,
                alone: RungQuality(
                    dimensions: dimensions, recall: recalls[0],
                    ndcg: metrics.reduce(0) { $0 + $1.ndcg } / Double(max(1, metrics.count))),
                reranked: Array(recalls.dropFirst()), isWhole: dimensions >= shortestWhole)
        }
        self.k = k
        self.shortlists = shortlists
        self.queries = queries.count
    }

    /// The prefix lengths that may be served: those from which on every rung finds enough with the longest shortlist.
    ///
    /// - Parameter minimumRecall: Share of the full length's answer that must be found, 0 to 1.
    /// - Returns: Never empty: the full length finds all of its own answer.
    public func servableRungs(minimumRecall: Double) -> [Int] {
        let servable = rungs.reversed().prefix { $0.isWhole && ($0.reranked.last ?? 0) >= minimumRecall }
            .map(\.dimensions).reversed()
        return servable.isEmpty ? rungs.suffix(1).map(\.dimensions) : Array(servable)
    }

    /// Share of all wanted rows that are among the first of their lists.
    private static func recall(of wanted: [Set<Int>], in lists: [[Int]], first length: Int) -> Double {
        let hits = zip(lists, wanted).reduce(0) { sum, query in
            sum + query.0.prefix(length).count { query.1.contains($0) }
        }
        return Double(hits) / Double(max(1, wanted.reduce(0) { $0 + $1.count }))
    }

    /// Rows of a table to ask with: all, or a sample that is the same every time.
    static func sample(of count: Int, seed: UInt64 = 1) -> [Int] {
        guard count > maximumQueries else { return Array(0..<count) }
        var generator = SeededGenerator(seed: seed)
        return Array(0..<count).shuffled(using: &generator).prefix(maximumQueries).sorted()
    }
}
