/// The price of each kind of work: a numbered revision of weights.
///
/// Revision 1 ships with Linden: measured on one core of a server CPU with AVX-512 (`tools/benchmark scan` prints the time
/// to scan a byte), so that one unit is about a microsecond there.
public struct CostModel: Hashable, Sendable {
    /// Number of this set of weights; answers under different revisions are not comparable in cost.
    public let revision: Int
    /// What every request pays.
    public let request: CostUnits
    /// Fetching the user's embedding and seen items: one round trip to PostgreSQL.
    public let userFetch: CostUnits
    /// Running the user tower, for each item of the history that it reads.
    public let towerHistoryItem: CostUnits
    /// Testing one row against the request's filter and exclusions.
    public let filteredRow: CostUnits
    /// Scanning one row: what does not depend on the prefix.
    public let scannedRow: CostUnits
    /// Scanning one byte of a row's int8 prefix.
    public let scannedByte: CostUnits
    /// Reranking one candidate from memory: what does not depend on its length.
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
    public static let shipped = CostModel(
        revision: 1,
        request: CostUnits(microunits: 20_000_000),
        userFetch: CostUnits(microunits: 150_000_000),
        towerHistoryItem: CostUnits(microunits: 100_000),
        filteredRow: CostUnits(microunits: 30),
        scannedRow: CostUnits(microunits: 300),
        scannedByte: CostUnits(microunits: 45),
        rerankedRow: CostUnits(microunits: 100_000),
        rerankedDimension: CostUnits(microunits: 800),
        fetchRoundTrip: CostUnits(microunits: 150_000_000),
        fetchedRow: CostUnits(microunits: 6_000_000),
        cachedRow: CostUnits(microunits: 200_000)
    )

    /// Cost of scanning one row's prefix of `dimensions` int8 values.
    public func scan(dimensions: Int) -> CostUnits { scannedRow + dimensions * scannedByte }

    /// The most that getting `count` full vectors from a place can cost.
    public func fetch(_ count: Int, from place: VectorPlace) -> CostUnits {
        guard count > 0 else { return .zero }
        return switch place {
        case .memory: .zero
        case .database: fetchRoundTrip + count * fetchedRow
        case .cache: fetchRoundTrip + count * (fetchedRow + cachedRow)
        }
    }

    /// Cost of reranking one candidate by its full vector of `dimensions` values.
    public func rerank(dimensions: Int) -> CostUnits { rerankedRow + dimensions * rerankedDimension }

    /// The most that taking `count` candidates of a scan through a plan's funnel, its last step included, can cost.
    public func funnel(of plan: ServingPlan, _ count: Int) -> CostUnits {
        var cost = CostUnits.zero
        var (left, dimensions) = (min(count, plan.shortlist), 0)
        for step in plan.middle + [FunnelStep(dimensions: plan.rerankDimensions, keep: 1)] {
            let price = (step.dimensions - dimensions) * rerankedDimension
            cost += left * (dimensions == 0 ? rerank(dimensions: step.dimensions) : price)
            (left, dimensions) = (min(left, step.keep), step.dimensions)
        }
        return cost
    }
}
