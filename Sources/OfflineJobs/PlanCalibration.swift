public import Domain
public import Planning
import Ranking
import Retrieval
import VectorKernels

/// Measures what each shipped plan finds and costs on a catalogue's own queries.
public struct PlanCalibration: Sendable {
    /// Items of an answer that count.
    public static let k = 10

    private let planner: Planner
    private let queries: Int

    /// Prepares a calibration.
    ///
    /// - Parameters:
    ///   - planner: Whose plans are measured.
    ///   - queries: Users asked for at most, spread evenly over all.
    public init(planner: Planner, queries: Int = 500) {
        precondition(queries > 0, "A calibration over \(queries) queries measures nothing.")
        self.planner = planner
        self.queries = queries
    }

    /// Answers a sample of the users by each plan and by all dimensions of all items.
    ///
    /// - Parameters:
    ///   - ladder: The generation's.
    ///   - items: A row for each item.
    ///   - users: A row for each user.
    ///   - seen: Rows of `items` that each user has events with; they are left out of both answers.
    /// - Returns: Mean recall@10 against the full answer and mean cost of each plan, cheapest first; nothing without users.
    /// - Throws: ``Retrieval/RetrievalError`` or ``Ranking/RankingError`` when an embedding is damaged, and when the task
    ///   is cancelled.
    public func frontier(
        ladder: PrefixLadder, items: HalfEmbeddings, users: HalfEmbeddings, seen: [[Int]]
    ) throws -> [FrontierPoint] {
        guard users.count > 0, items.count > 0 else { return [] }
        var indexBuilder = IndexBuilder(ladder: ladder)
        var vectorsBuilder = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: items.count)
        for row in 0..<items.count {
            try indexBuilder.append(halves: items.bits.span.extracting(items.range(of: row)))
            try vectorsBuilder.append(halves: items.bits.span.extracting(items.range(of: row)))
        }
        let index = indexBuilder.finish()
        let vectors = vectorsBuilder.finish()
        // On a short ladder two templates can come to the same plan.
        let plans = planner.templates.map { $0.plan(on: ladder, count: Self.k, lists: index.listCount) }
            .reduce(into: [ServingPlan]()) { plans, plan in if !plans.contains(plan) { plans.append(plan) } }
        var sums = [(recall: Double, cost: Int)](repeating: (0, 0), count: plans.count)
        let step = max(1, users.count / queries)
        let sample = stride(from: 0, to: users.count, by: step).prefix(queries)
        var asked = 0
        for user in sample {
            try Task.checkCancellation()
            let query = HalfPrecision.values(of: users.bits.span.extracting(users.range(of: user)))
            let mask = try index.mask(excludedRows: seen[user])
            let exact = Set(
                try vectors.exactSearch(query.span, count: Self.k, mask: index.byRow(mask)).map(\.row))
            guard !exact.isEmpty else { continue }
            asked += 1
            for (position, plan) in plans.enumerated() {
                let (rows, spent) = try answer(query, plan, mask, index, vectors)
                sums[position].recall += Double(rows.count { exact.contains($0) }) / Double(exact.count)
                sums[position].cost += spent.microunits
            }
        }
        guard asked > 0 else { return [] }
        return zip(plans, sums).map { plan, sum in
            FrontierPoint(
                plan: plan.description, recall: sum.recall / Double(asked),
                cost: CostUnits(microunits: sum.cost / asked))
        }
    }

    /// The rows that a plan answers with, and what they cost; without a ceiling.
    private func answer(
        _ query: [Float], _ plan: ServingPlan, _ mask: RowMask, _ index: IndexSnapshot, _ vectors: FullVectors
    ) throws -> (rows: [Int], spent: CostUnits) {
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
        var candidates = try index.candidates(
            for: query.span, probes: plan.probes, dimensions: plan.scanDimensions, count: max(plan.shortlist, Self.k),
            mask: mask, model: planner.model, paying: &meter)
        if plan.shortlist > 0 {
            candidates = try Reranker(vectors: vectors, model: planner.model)
                .rerank(candidates, for: query.span, through: plan.middle, paying: &meter)
        }
        return (candidates.prefix(Self.k).map(\.row), meter.finish().spent)
    }
}
