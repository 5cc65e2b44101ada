import Domain
import Experiments
import Planning
import Retrieval
import Towers
import VectorKernels

extension RecommendationService {
    /// Refuses to be asked for more items than there are; the usual number may always be asked for.
    func refuseTooMany(_ count: Int, of index: IndexSnapshot) throws(RequestError) {
        guard count > RecommendationRequest.usualCount else { return }
        let there = index.liveCount
        guard count <= there else { throw .tooManyItems(count, there: there) }
    }

    /// The plan's name, with where full vectors are fetched from, if they are: `s64-k200-r256@cache`.
    func name(of plan: ServingPlan) -> String {
        guard let fetcher, plan.shortlist > 0 else { return plan.description }
        return "\(plan)@\(fetcher.place.rawValue)"
    }

    /// The tier that the request is booked under, how it will be answered, and why, if it asks.
    func plan(
        _ request: RecommendationRequest, _ tier: TierDefinition?, _ snapshot: ServingSnapshot,
        sharing capacity: CapacityShares?
    ) throws(RequestError) -> RequestPlan {
        let shape = try shape(of: request, in: snapshot)
        // A request with a budget and no tier may have any plan that it pays for.
        let (range, named) = (tier?.plans ?? 0...planner.templates.count - 1, tier?.name)
        let allotment = try allotment(of: request, tier: named, range, shape, snapshot, capacity)
        do throws(PlanError) {
            let laidDown = laidDown(by: tier, request, limit: allotment ?? request.maxCost, shape, snapshot)
            let choice =
                if let laidDown { laidDown } else {
                    try planner.choice(
                        by: snapshot.frontier, in: range, limit: request.maxCost, allotment: allotment,
                        isTier: named != nil, count: request.count, shape: shape, ladder: snapshot.generation.ladder)
                }
            let explanation =
                request.explains
                ? planner.considered(
                    for: choice, by: snapshot.frontier, in: range, limit: request.maxCost, allotment: allotment,
                    tier: named, count: request.count, shape: shape, ladder: snapshot.generation.ladder) : nil
            return RequestPlan(
                tier: named ?? tiers.tierName(reaching: choice.template), choice: choice,
                planned: choice.planned, ceiling: choice.ceiling, reserve: choice.reserve,
                fetchesUser: request.userID != nil,
                explanation: explanation.map { AllottedExplanation(plans: $0, allotment: allotment) })
        } catch {
            switch error {
            case .budgetTooSmall(let budget, let floor, let plan):
                // A tier that promises more than the cheapest plan is not answered with less.
                guard range.lowerBound == 0 else {
                    throw .budgetTooSmall(budget: budget, floor: floor, plan: plan.description)
                }
                return try popularPlan(
                    of: request, tier: named ?? tiers.tierName(reaching: 0), budget: budget, snapshot,
                    explanation: planner.consideredInVain(
                        in: range, limit: budget, count: request.count, shape: shape,
                        ladder: snapshot.generation.ladder))
            }
        }
    }

    /// The plan that a tier lays down, if it does and the budget pays for it.
    private func laidDown(
        by tier: TierDefinition?, _ request: RecommendationRequest, limit: CostUnits?, _ shape: RequestShape,
        _ snapshot: ServingSnapshot
    ) -> Planner.Choice? {
        guard let knobs = tier?.knobs else { return nil }
        let ladder = snapshot.generation.ladder
        let plan = ServingPlan(
            scanAtLeast: knobs.prefixDimensions,
            shortlist: knobs.rankDimensions == 0 ? 0 : max(knobs.candidates, request.count), ladder: ladder)
        return planner.choice(
            layingDown: plan, by: snapshot.frontier, limit: limit, count: request.count, shape: shape, ladder: ladder)
    }

    /// What the price of the request's plans depends on.
    private func shape(
        of request: RecommendationRequest, in snapshot: ServingSnapshot
    ) throws(RequestError) -> RequestShape {
        let isPersonal = request.itemID == nil && request.embedding == nil
        let runsTower = isPersonal && !snapshot.model.isImported
        let session = request.sessionItemIDs.count
        let most = request.userID == nil ? session : snapshot.model.historyLength
        return RequestShape(
            rows: snapshot.index.scannedRows, userFetches: request.userID == nil ? 0 : 1,
            historyItems: runsTower ? min(most, snapshot.model.historyLength) : 0,
            vectors: fetcher?.place ?? .memory,
            queryVectors: request.itemID != nil && request.embedding == nil ? 1 : 0, lists: snapshot.lists,
            isFiltered: !request.filter.isEmpty, allowedShare: try allowedShare(request.filter, snapshot),
            // A session is read after the user's history, which is taken to be long; without one the embedding is stored.
            usualHistoryItems: runsTower && session > 0 ? most : 0, conditions: 1 + request.filter.conditionCount,
            excludedRows: request.excludedItemIDs.count + (request.excludesSeen ? session : 0)
                + (request.itemID == nil ? 0 : 1))
    }

    /// What the request gets of the node's capacity; `nil` where nothing is shared out.
    private func allotment(
        of request: RecommendationRequest, tier: String?, _ range: ClosedRange<Int>, _ shape: RequestShape,
        _ snapshot: ServingSnapshot, _ capacity: CapacityShares?
    ) throws(RequestError) -> CostUnits? {
        guard let capacity else { return nil }
        let offers = planner.offers(
            by: snapshot.frontier, in: range, limit: request.maxCost, isTier: tier != nil, count: request.count,
            shape: shape, ladder: snapshot.generation.ladder)
        guard !offers.isEmpty else { return nil }
        return try capacity.allotment(among: offers, value: request.value ?? 1, criticality: request.criticality)
    }

    /// Whether the shortlist's vectors could not be had.
    private func isUnranked(_ query: RequestQuery) -> Bool {
        fetcher != nil && query.degradation.contains(.storeAway)
    }

    /// The recall that the request's own scores tell, or that was measured for its plan in the mean.
    func estimatedRecall(of choice: Planner.Choice?, _ query: RequestQuery, _ told: Double?) -> Double? {
        guard query.vector != nil, !query.degradation.contains(.deadlineCut), !isUnranked(query) else { return nil }
        return told ?? (query.degradation.contains(.budgetCut) ? nil : choice?.expectedRecall)
    }

    /// Share of the rows that a filter allows.
    private func allowedShare(_ filter: ItemFilter, _ snapshot: ServingSnapshot) throws(RequestError) -> Double {
        guard !filter.isEmpty, snapshot.frontier != nil else { return 1 }
        let allowed = try mask(for: filter, excludedRows: [], snapshot).count
        return Double(allowed) / Double(max(1, snapshot.index.liveCount))
    }

    /// The rows that a filter allows, without those that must not come; the budget pays for making it.
    ///
    /// Leaving out what the user has seen was paid with fetching it.
    func mask(
        for filter: ItemFilter, without query: RequestQuery, _ snapshot: ServingSnapshot, paying meter: inout CostMeter
    ) throws(RequestError) -> RowMask {
        let tests = (1 + filter.conditionCount) * snapshot.index.scannedRows
        _ = meter.buy(tests, of: .one(.maskedRow), by: planner.model, besideRowsOf: .filter)
        _ = meter.buy(query.namedRows, of: .one(.excludedRow), by: planner.model, besideRowsOf: .filter)
        return try mask(for: filter, excludedRows: query.excludedRows, snapshot)
    }

    /// The rows that a filter allows, without some.
    func mask(
        for filter: ItemFilter, excludedRows: [Int], _ snapshot: ServingSnapshot
    ) throws(RequestError) -> RowMask {
        do throws(RetrievalError) {
            return try snapshot.index.mask(for: filter, excludedRows: excludedRows)
        } catch {
            throw .invalid(pointer: "/filter/attributes", detail: error.description)
        }
    }
}
