/// The price of each kind of work: a numbered revision of weights.
///
/// Revision 1 ships with Linden: measured on one core of a server CPU with AVX-512 (`tools/benchmark scan` prints the time
/// to scan a byte), so that one unit is about a microsecond there. `linden calibrate` fits others to what work takes on a
/// machine of one's own.
public struct CostModel: Hashable, Sendable {
    /// Number of this set of weights; answers under different revisions are not comparable in cost.
    public let revision: Int
    /// What every request pays.
    public let request: CostUnits
    /// Fetching the user's embedding and seen items, and leaving those out: one round trip to PostgreSQL, whatever they are.
    public let userFetch: CostUnits
    /// Running the user tower: what does not depend on the history.
    public let towerRun: CostUnits
    /// Running the user tower, for each item of the history that it reads.
    public let towerHistoryItem: CostUnits
    /// Making the mask of the rows that a request allows: one row by one condition.
    public let maskedRow: CostUnits
    /// Leaving one row out of the mask that the request names.
    public let excludedRow: CostUnits
    /// Testing one row against the mask, in a scan that reads all rows.
    public let filteredRow: CostUnits
    /// Probing one list, besides its rows: finding them, and reading where the last list's reading did not prepare for it.
    public let probedList: CostUnits
    /// Scanning one row: what does not depend on the prefix.
    public let scannedRow: CostUnits
    /// Scanning one byte of a row's int8 prefix.
    public let scannedByte: CostUnits
    /// Keeping one of the best rows of a scan, or one of the best lists, in order.
    public let keptRow: CostUnits
    /// Reranking one candidate from memory in one step: what does not depend on the step's length.
    public let rerankedRow: CostUnits
    /// Reranking one dimension of a candidate's full vector.
    public let rerankedDimension: CostUnits
    /// Asking the store for full vectors: one round trip to PostgreSQL, however many.
    public let fetchRoundTrip: CostUnits
    /// Fetching one full vector from the store, besides the round trip.
    public let fetchedRow: CostUnits
    /// Looking for one full vector in the cache.
    public let cachedRow: CostUnits

    /// The weights that ship with Linden.
    public static let shipped = CostModel(revision: 1) { kind in
        switch kind {
        case .request: CostUnits(microunits: 20_000_000)
        case .userFetch: CostUnits(microunits: 150_000_000)
        case .towerRun: CostUnits(microunits: 130_000_000)
        case .towerHistoryItem: CostUnits(microunits: 17_000_000)
        case .maskedRow: CostUnits(microunits: 60)
        case .excludedRow: CostUnits(microunits: 15_000)
        case .filteredRow: CostUnits(microunits: 30)
        case .probedList: CostUnits(microunits: 200_000)
        case .scannedRow: CostUnits(microunits: 300)
        case .scannedByte: CostUnits(microunits: 45)
        case .keptRow: CostUnits(microunits: 10_000)
        case .rerankedRow: CostUnits(microunits: 100_000)
        case .rerankedDimension: CostUnits(microunits: 800)
        case .fetchRoundTrip: CostUnits(microunits: 150_000_000)
        case .fetchedRow: CostUnits(microunits: 6_000_000)
        case .cachedRow: CostUnits(microunits: 200_000)
        }
    }

    /// Creates a revision from the weight of each kind.
    public init(revision: Int, weight: (CostKind) -> CostUnits) {
        precondition(revision > 0, "A cost model of revision \(revision).")
        self.revision = revision
        request = weight(.request)
        userFetch = weight(.userFetch)
        towerRun = weight(.towerRun)
        towerHistoryItem = weight(.towerHistoryItem)
        maskedRow = weight(.maskedRow)
        excludedRow = weight(.excludedRow)
        filteredRow = weight(.filteredRow)
        probedList = weight(.probedList)
        scannedRow = weight(.scannedRow)
        scannedByte = weight(.scannedByte)
        keptRow = weight(.keptRow)
        rerankedRow = weight(.rerankedRow)
        rerankedDimension = weight(.rerankedDimension)
        fetchRoundTrip = weight(.fetchRoundTrip)
        fetchedRow = weight(.fetchedRow)
        cachedRow = weight(.cachedRow)
    }

    /// The weight of one kind of work.
    public subscript(kind: CostKind) -> CostUnits {
        switch kind {
        case .request: request
        case .userFetch: userFetch
        case .towerRun: towerRun
        case .towerHistoryItem: towerHistoryItem
        case .maskedRow: maskedRow
        case .excludedRow: excludedRow
        case .filteredRow: filteredRow
        case .probedList: probedList
        case .scannedRow: scannedRow
        case .scannedByte: scannedByte
        case .keptRow: keptRow
        case .rerankedRow: rerankedRow
        case .rerankedDimension: rerankedDimension
        case .fetchRoundTrip: fetchRoundTrip
        case .fetchedRow: fetchedRow
        case .cachedRow: cachedRow
        }
    }

    /// The same weights under another number.
    public func with(revision: Int) -> CostModel { CostModel(revision: revision) { self[$0] } }

    /// What receipts call the revision: `linden-cost/2`.
    public var name: String { "linden-cost/\(revision)" }

    /// Cost of one piece of work.
    public func price(of work: CostedWork) -> CostUnits {
        (work.whole.map { self[$0] } ?? .zero) + (work.part.map { work.parts * self[$0] } ?? .zero)
    }

    /// Cost of all that was counted.
    public func cost(of counts: CostCounts) -> CostUnits {
        CostKind.allCases.reduce(.zero) { $0 + counts[$1] * self[$1] }
    }

    /// Cost of scanning one row's prefix of `dimensions` int8 values.
    public func scan(dimensions: Int) -> CostUnits { price(of: .scan(dimensions: dimensions)) }

    /// Cost of running the user tower on a history; nothing is run on none.
    public func tower(historyItems: Int) -> CostUnits {
        historyItems == 0 ? .zero : towerRun + historyItems * towerHistoryItem
    }

    /// The most that getting `count` full vectors from a place can cost.
    public func fetch(_ count: Int, from place: VectorPlace) -> CostUnits {
        guard count > 0 else { return .zero }
        return switch place {
        case .memory: .zero
        case .database: fetchRoundTrip + count * fetchedRow
        case .cache: fetchRoundTrip + count * (fetchedRow + cachedRow)
        }
    }

    /// Cost of reranking one candidate by `dimensions` values of its full vector.
    public func rerank(dimensions: Int) -> CostUnits { price(of: .rerank(dimensions: dimensions)) }

    /// The most that taking `count` candidates of a scan through a plan's funnel, its last step included, can cost.
    public func funnel(of plan: ServingPlan, _ count: Int) -> CostUnits {
        var cost = CostUnits.zero
        var (left, dimensions) = (min(count, plan.shortlist), 0)
        for step in plan.middle + [FunnelStep(dimensions: plan.rerankDimensions, keep: 1)] {
            cost += left * rerank(dimensions: step.dimensions - dimensions)
            (left, dimensions) = (min(left, step.keep), step.dimensions)
        }
        return cost
    }
}
