public import Domain

/// What a plan depends on besides its budget: all of it counted before the request spends anything.
public struct RequestShape: Sendable {
    /// Rows of the index, live or not.
    public let rows: Int
    /// Conditions that each row is held against to make the request's mask, 1 or more.
    public let conditions: Int
    /// Rows that the request names to be left out; what its user has seen comes with the user.
    public let excludedRows: Int
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
        rows: Int, userFetches: Int, historyItems: Int, vectors: VectorPlace = .memory,
        queryVectors: Int = 0, lists: ListShape? = nil, isFiltered: Bool = false, allowedShare: Double = 1,
        usualHistoryItems: Int = 0, conditions: Int = 1, excludedRows: Int = 0
    ) {
        self.rows = rows
        self.conditions = conditions
        self.excludedRows = excludedRows
        self.userFetches = userFetches
        self.historyItems = historyItems
        self.vectors = vectors
        self.queryVectors = queryVectors
        self.lists = lists
        self.isFiltered = isFiltered
        self.allowedShare = allowedShare
        self.usualHistoryItems = min(usualHistoryItems, historyItems)
    }
}

extension CostModel {
    /// What a plan can cost for a request of this shape, at most but for the tower: it reads what it reads as a rule.
    ///
    /// - Parameters:
    ///   - plan: What is done.
    ///   - shape: For whom.
    ///   - count: Items wanted.
    /// - Returns: Its price; what is spent is no more, for users like most.
    public func cost(of plan: ServingPlan, for shape: RequestShape, count: Int) -> CostUnits {
        fixedCost(for: shape)
            + scan(by: plan, of: shape, count: count)
            + fetch(min(plan.shortlist, shape.rows), from: shape.vectors)
            + funnel(of: plan, shape.rows)
    }

    /// What a request of this shape pays whatever its plan, when the tower reads what it reads as a rule.
    func fixedCost(for shape: RequestShape) -> CostUnits {
        request
            + shape.userFetches * userFetch
            + tower(historyItems: shape.usualHistoryItems)
            + mask(for: shape)
            + fetch(shape.queryVectors, from: shape.vectors)
    }

    /// What a user costs at most beyond what one does as a rule: a longer history for the tower.
    func unusual(for shape: RequestShape) -> CostUnits {
        let (most, usual) = (tower(historyItems: shape.historyItems), tower(historyItems: shape.usualHistoryItems))
        return CostUnits(microunits: most.microunits - usual.microunits)
    }

    /// Cost of making the request's mask.
    func mask(for shape: RequestShape) -> CostUnits {
        shape.rows * shape.conditions * maskedRow + shape.excludedRows * excludedRow
    }

    /// The most that finding the candidates can cost: each probed list is taken for the longest.
    func scan(by plan: ServingPlan, of shape: RequestShape, count: Int) -> CostUnits {
        let row = scan(dimensions: plan.scanDimensions)
        let kept = min(plan.candidates(for: count), shape.rows) * keptRow
        guard let probes = plan.probes, let lists = shape.lists, probes < lists.count else {
            return shape.rows * (row + filteredRow) + kept
        }
        return min(shape.rows, lists.rows(probes: probes)) * row
            + lists.tailRows * filteredRow
            + lists.scored(probes, shape.isFiltered) * scan(dimensions: lists.dimensions)
            + lists.kept(probes: probes, isFiltered: shape.isFiltered) * keptRow
            + probes * probedList
            + kept
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
