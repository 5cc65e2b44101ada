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
    /// History items that it reads as a rule: none where the user's embedding is stored.
    public let usualHistoryItems: Int
    /// Where full vectors lie.
    public let vectors: VectorPlace
    /// Full vectors that the query itself is made of.
    public let queryVectors: Int
    /// The index's lists; `nil` when it has none.
    public let lists: ListShape?
    /// Whether a filter may leave few of the rows.
    public let isFiltered: Bool
    /// Share of the rows that the filter allows, 0 to 1.
    public let allowedShare: Double

    public init(
        rows: Int, filteredRows: Int, userFetches: Int, historyItems: Int, vectors: VectorPlace = .memory,
        queryVectors: Int = 0, lists: ListShape? = nil, isFiltered: Bool = false,
        allowedShare: Double = 1, usualHistoryItems: Int = 0
    ) {
        self.rows = rows
        self.filteredRows = filteredRows
        self.userFetches = userFetches
        self.historyItems = historyItems
        self.vectors = vectors
        self.queryVectors = queryVectors
        self.lists = lists
        self.isFiltered = isFiltered
        self.allowedShare = allowedShare
        self.usualHistoryItems = usualHistoryItems
    }
}

extension CostModel {
    /// The most that a plan can cost for a request of this shape; what is spent is never more.
    public func cost(of plan: ServingPlan, for shape: RequestShape) -> CostUnits {
        fixedCost(for: shape)
            + scan(by: plan, of: shape)
            + fetch(min(plan.shortlist, shape.rows), from: shape.vectors)
            + funnel(of: plan, shape.rows)
    }

    /// The most that a request of this shape pays whatever its plan.
    func fixedCost(for shape: RequestShape) -> CostUnits {
        fixedCost(for: shape, historyItems: shape.historyItems)
    }

    /// What it pays whatever its plan, with so many history items.
    func fixedCost(for shape: RequestShape, historyItems: Int) -> CostUnits {
        request
            + shape.userFetches * userFetch
            + historyItems * towerHistoryItem
            + shape.filteredRows * filteredRow
            + fetch(shape.queryVectors, from: shape.vectors)
    }

    /// The most that finding the candidates can cost: each probed list is taken for the longest.
    private func scan(by plan: ServingPlan, of shape: RequestShape) -> CostUnits {
        let row = scan(dimensions: plan.scanDimensions)
        guard let probes = plan.probes, let lists = shape.lists, probes < lists.count else { return shape.rows * row }
        return min(shape.rows, lists.rows(probes: probes)) * row
            + lists.scored(probes, shape.isFiltered) * scan(dimensions: lists.dimensions)
    }

    /// What each full vector costs that is had from a place, besides the round trip.
    func fetchedRow(from place: VectorPlace) -> CostUnits {
        switch place {
        case .memory: .zero
        case .database: fetchedRow
        case .cache: fetchedRow + cachedRow
        }
    }

    /// What it costs to ask a place for full vectors, however many.
    func roundTrip(to place: VectorPlace) -> CostUnits { place == .memory ? .zero : fetchRoundTrip }
}
