import Domain
import Planning

/// What half of the queries says that plans find and cost: all that is known when the other half comes.
package struct ExpectedPlans: Sendable {
    let grid: AllocatorGrid
    /// Plans that none beats by their means, cheapest first.
    let frontier: [AllocatorGrid.Plan]
    /// What those offer.
    let offers: [PlanOffer]
    /// Ends of the classes of each scan, by the candidates in the band.
    private let classEnds: [[Int]]
    /// What the depths of each scan offer, by class.
    private let depthOffers: [[[PlanOffer]]]

    /// Classes of queries for each scan, as large as each other.
    static let classes = 6

    /// Takes means.
    ///
    /// - Parameters:
    ///   - grid: The plans.
    ///   - queries: Half of them; one at least.
    package init(grid: AllocatorGrid, queries: [MeasuredQuery]) {
        precondition(!queries.isEmpty, "Nothing to expect from no queries.")
        self.grid = grid
        func offer(_ plan: AllocatorGrid.Plan, _ queries: [MeasuredQuery]) -> PlanOffer {
            let recall = queries.reduce(0) { $0 + grid.recall(of: plan, for: $1) } / Double(queries.count)
            let cost = queries.reduce(0) { $0 + grid.cost(of: plan, for: $1) } / Double(queries.count)
            return PlanOffer(expectedRecall: min(1, recall), cost: CostUnits(microunits: Int(cost * 1e6)))
        }
        var best = -1.0
        let measured = grid.plans.map { (plan: $0, offer: offer($0, queries)) }.sorted { $0.offer.cost < $1.offer.cost }
        let kept = measured.filter { entry in
            defer { best = max(best, entry.offer.expectedRecall) }
            return entry.offer.expectedRecall > best
        }
        frontier = kept.map(\.plan)
        offers = kept.map(\.offer)
        let ends = grid.scans.indices.map { scan in
            let bands = queries.map { $0.scans[scan].band }.sorted()
            return (1..<Self.classes).map { bands[$0 * bands.count / Self.classes] }
        }
        classEnds = ends
        depthOffers = grid.scans.indices.map { scan in
            let groups = Dictionary(grouping: queries) { Self.number($0.scans[scan].band, ends[scan]) }
            return (0..<Self.classes).map { number in
                let group = groups[number] ?? queries
                return grid.depths.indices.map { offer(AllocatorGrid.Plan(scan: scan, depth: $0), group) }
            }
        }
    }

    /// What the depths of a scan offer a query, once it has been scanned.
    func offers(after scan: Int, for query: MeasuredQuery) -> [PlanOffer] {
        depthOffers[scan][Self.number(query.scans[scan].band, classEnds[scan])]
    }

    /// The frontier's corners: between two neighbours a mix of both is better than any plan between.
    private var corners: [Int] {
        var corners: [Int] = []
        for next in offers.indices {
            while let last = corners.last, corners.count > 1,
                slope(corners[corners.count - 2], last) <= slope(last, next)
            {
                corners.removeLast()
            }
            corners.append(next)
        }
        return corners
    }

    private func slope(_ first: Int, _ second: Int) -> Double {
        (offers[second].expectedRecall - offers[first].expectedRecall)
            / (offers[second].cost.units - offers[first].cost.units)
    }

    /// The mix of plans with the highest expected recall that a mean spend pays for; `nil` when it pays for none.
    func mix(spending units: Double) -> PlanMix? {
        let corners = corners
        guard let last = corners.last(where: { offers[$0].cost.units <= units }) else { return nil }
        guard let next = corners.first(where: { offers[$0].cost.units > units }) else {
            return PlanMix(first: frontier[last], second: frontier[last], share: 0)
        }
        let (low, high) = (offers[last].cost.units, offers[next].cost.units)
        return PlanMix(first: frontier[last], second: frontier[next], share: (units - low) / (high - low))
    }

    /// The one plan with the highest expected recall that a mean spend pays for; `nil` when it pays for none.
    func fixed(spending units: Double) -> PlanMix? {
        offers.lastIndex { $0.cost.units <= units }.map {
            PlanMix(first: frontier[$0], second: frontier[$0], share: 0)
        }
    }

    private static func number(_ band: Int, _ ends: [Int]) -> Int { ends.count { $0 <= band } }
}

/// Two plans, the second for a share of the requests.
struct PlanMix: Hashable, Sendable {
    let first: AllocatorGrid.Plan
    let second: AllocatorGrid.Plan
    /// Of the second, 0 to 1.
    let share: Double
}
