public import Domain

/// What a plan depends on besides its budget: all of it counted before the request spends anything.
public struct RequestShape: Sendable {
    /// Rows of the index, live or not.
    public let rows: Int
    /// Rows that the filter and the exclusions are tested on.
    public let filteredRows: Int
    /// Round trips to the store for the user's state.
    public let userFetches: Int
    /// History items that the user tower reads at most.
    public let historyItems: Int
    /// Where full vectors lie.
    public let vectors: VectorPlace
    /// Full vectors that the query itself is made of.
    public let queryVectors: Int
    /// The index's lists; `nil` when it has none.
    public let lists: ListShape?
    /// Whether a filter may leave few of the rows.
    public let isFiltered: Bool

    public init(
        rows: Int, filteredRows: Int, userFetches: Int, historyItems: Int, vectors: VectorPlace = .memory,
        queryVectors: Int = 0, lists: ListShape? = nil, isFiltered: Bool = false
    ) {
        self.rows = rows
        self.filteredRows = filteredRows
        self.userFetches = userFetches
        self.historyItems = historyItems
        self.vectors = vectors
        self.queryVectors = queryVectors
        self.lists = lists
        self.isFiltered = isFiltered
    }
}

extension CostModel {
    /// The most that a plan can cost for a request of this shape; what is spent is never more.
    public func cost(of plan: ServingPlan, for shape: RequestShape) -> CostUnits {
        request
            + shape.userFetches * userFetch
            + shape.historyItems * towerHistoryItem
            + shape.filteredRows * filteredRow
            + scan(by: plan, of: shape)
            + fetch(shape.queryVectors, from: shape.vectors)
            + fetch(min(plan.shortlist, shape.rows), from: shape.vectors)
            + funnel(of: plan, shape.rows)
    }

    /// The most that finding the candidates can cost: each probed list is taken for the longest.
    private func scan(by plan: ServingPlan, of shape: RequestShape) -> CostUnits {
        let row = scan(dimensions: plan.scanDimensions)
        guard let probes = plan.probes, let lists = shape.lists, probes < lists.count else { return shape.rows * row }
        return min(shape.rows, lists.rows(probes: probes)) * row
            + lists.scored(probes, shape.isFiltered) * scan(dimensions: lists.dimensions)
    }
}
