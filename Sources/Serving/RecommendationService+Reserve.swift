import Domain
import Planning
import Retrieval
import VectorKernels

extension RecommendationService {
    /// The plan of a request whose budget pays for no scan: popular items, if it pays for those.
    ///
    /// What the user has seen is left out where fetching it is paid for too.
    ///
    /// - Throws: ``RequestError/budgetTooSmall(budget:floor:plan:)`` below the price of popular items.
    func popularPlan(
        of request: RecommendationRequest, tier: String, budget: CostUnits, _ snapshot: ServingSnapshot,
        explanation: @autoclosure () -> PlanExplanation
    ) throws(RequestError) -> RequestPlan {
        let model = planner.model
        var excluded = request.excludedItemIDs + (request.excludesSeen ? request.sessionItemIDs : [])
        if let item = request.itemID { excluded.append(item) }
        let mask = try mask(
            for: request.filter, excludedRows: excluded.compactMap { snapshot.items.row(of: $0) }, snapshot)
        let places = snapshot.popular.places(count: request.count, allowed: mask.count)
        let tests = (1 + request.filter.conditionCount) * snapshot.index.scannedRows
        let reserve = tests * model.maskedRow + excluded.count * model.excludedRow + places * model.filteredRow
        let floor = model.request + reserve
        guard floor <= budget else {
            throw .budgetTooSmall(budget: budget, floor: floor, plan: Self.popularPlan)
        }
        // Every item that the user has seen may be among the popular ones.
        let seen = min(
            snapshot.popular.count - min(places, snapshot.popular.count), RecommendationRequest.excludedItemLimit)
        let withSeen = floor + model.userFetch + seen * model.filteredRow
        let fetches = request.userID != nil && request.excludesSeen && withSeen <= budget
        return RequestPlan(
            tier: tier, choice: nil, planned: fetches ? withSeen : floor, ceiling: budget, reserve: reserve,
            fetchesUser: fetches,
            explanation: request.explains ? AllottedExplanation(plans: explanation(), allotment: nil) : nil)
    }

    /// The most popular items that are allowed, as far as they are paid for.
    func popular(
        _ request: RecommendationRequest, _ mask: RowMask, in snapshot: ServingSnapshot,
        stopwatch: inout StageStopwatch, paying meter: inout CostMeter
    ) -> RankedAnswer {
        let popular = snapshot.popular.candidates(
            count: request.count, items: snapshot.items, isAllowed: { snapshot.index.allows($0, in: mask) },
            model: planner.model, paying: &meter)
        stopwatch.finish(.filter)
        return RankedAnswer(candidates: popular)
    }

    /// What a scan must leave, so that popular items can follow those that it finds when the budget cuts it short.
    ///
    /// Nothing where every row is paid for: such a scan finds all that there is.
    func reserve(
        for plan: ServingPlan, count: Int, allowed: () -> Int, in snapshot: ServingSnapshot, left: CostUnits
    ) -> CostUnits {
        let row = planner.model.filteredRow + planner.model.scan(dimensions: plan.scanDimensions)
        let kept = plan.candidates(for: count) * planner.model.keptRow
        if plan.probes == nil, snapshot.index.scannedRows * row + kept <= left { return .zero }
        // Of the places looked at, as many as were found may hold what is there already.
        return min(snapshot.popular.count, snapshot.popular.places(count: count, allowed: allowed()) + count)
            * planner.model.filteredRow
    }

    /// An answer with popular items after those that were found, where a scan that was cut short found too few.
    func filled(
        _ answer: RankedAnswer, to count: Int, among mask: RowMask, in snapshot: ServingSnapshot,
        stopwatch: inout StageStopwatch, paying meter: inout CostMeter
    ) -> RankedAnswer {
        let found = answer.candidates.count
        guard found < count, found < mask.count else { return answer }
        let rows = Set(answer.candidates.map(\.row))
        let more = snapshot.popular.candidates(
            count: count - found, items: snapshot.items,
            isAllowed: { !rows.contains($0) && snapshot.index.allows($0, in: mask) }, model: planner.model,
            paying: &meter)
        stopwatch.finish(.filter)
        let least = answer.candidates.last?.score ?? .greatestFiniteMagnitude
        var filled = answer
        filled.candidates += more.map { Candidate(row: $0.row, score: min($0.score, least)) }
        filled.popularCount = more.count
        return filled
    }
}
