package import Domain

/// The plans that an allocator benchmark measures: every scan with every depth of the rerank.
package struct AllocatorGrid: Sendable {
    /// How candidates are found.
    package struct Scan: Hashable, Sendable {
        /// Lists probed; `nil` scans all rows.
        let probes: Int?
        let dimensions: Int
    }

    /// One plan.
    package struct Plan: Hashable, Sendable {
        /// Position in ``AllocatorGrid/scans``.
        let scan: Int
        /// Position in ``AllocatorGrid/depths``.
        let depth: Int
    }

    let ladder: PrefixLadder
    let scans: [Scan]
    /// Candidates reranked, ascending; 0 answers in the scan's order.
    let depths: [Int]
    /// Items of an answer.
    let k: Int
    /// Every scan with every depth; a scan's depths stand together, ascending.
    let plans: [Plan]
    private let rerank: CostUnits

    /// Makes the grid for a catalogue's index.
    ///
    /// - Parameters:
    ///   - ladder: The model's.
    ///   - depth: The longest prefix that can be scanned.
    ///   - lists: Lists of the index; 0 for one that has none.
    ///   - rows: Items.
    ///   - k: Items of an answer.
    ///   - model: The prices.
    package init(ladder: PrefixLadder, depth: Int, lists: Int, rows: Int, k: Int, model: CostModel) {
        self.ladder = ladder
        self.k = k
        let powers = Array(sequence(first: 16) { $0 * 2 }.prefix { $0 < lists / 2 })
        let scans = ladder.rungs.filter { $0 <= depth }.flatMap { rung in
            (powers.map(Optional.some) + [nil]).map { Scan(probes: $0, dimensions: rung) }
        }
        var depths = [0]
        var next = Double(k) * 1.2
        while Int(next) < min(1_000, rows) {
            depths.append(Int(next))
            next *= 1.25
        }
        self.scans = scans
        self.depths = depths
        plans = scans.indices.flatMap { scan in depths.indices.map { Plan(scan: scan, depth: $0) } }
        // A candidate that is kept only because the answer needs it costs every plan the same.
        rerank = model.rerank(dimensions: ladder.fullLength) + model.keptRow
    }

    /// The longest rerank, or the answer's length where none is longer.
    var deepest: Int { max(k, depths.last ?? 0) }

    /// Share of the full answer that a plan finds for a query.
    func recall(of plan: Plan, for query: MeasuredQuery) -> Double {
        query.recall(scan: plan.scan, candidates: max(k, depths[plan.depth]))
    }

    /// Units that a plan spends on a query: the scan's by the meter, and a rerank of so many candidates.
    func cost(of plan: Plan, for query: MeasuredQuery) -> Double {
        (query.scans[plan.scan].cost + depths[plan.depth] * rerank).units
    }

    /// The plan's name, as receipts have it.
    func name(of plan: Plan) -> String {
        let (scan, depth) = (scans[plan.scan], depths[plan.depth])
        let scanned = (scan.probes.map { "p\($0)-" } ?? "") + "s\(scan.dimensions)"
        return depth == 0 ? scanned : "\(scanned)-k\(depth)-r\(ladder.fullLength)"
    }
}
