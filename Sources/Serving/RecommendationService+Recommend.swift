import Domain
import Experiments
import Planning
import Ranking
import Retrieval
import Synchronization
import Towers
import VectorKernels

extension RecommendationService {
    /// Answers one request: plans it, resolves its query, scans a prefix, reranks a shortlist.
    ///
    /// - Throws: ``RequestError``; whatever else is thrown is a fault of ours.
    public func recommend(_ request: RecommendationRequest) async throws -> RecommendationResponse {
        try request.validate()
        guard let snapshot = current else { throw RequestError.noGeneration }
        let clock = RequestClock(now: now, limit: request.maxLatency)
        let (tier, choice) = try plan(request, snapshot)
        let budget = request.maxCost ?? choice.planned
        var meter = CostMeter(budget: CostBudget(limit: budget))
        _ = meter.buy(1, each: planner.model.request, for: .request)
        var stopwatch = StageStopwatch(clock)

        let vectors = requestVectors(snapshot, clock)
        var query = try await RequestQuery.resolve(
            request, in: snapshot, users: ports.users, vectors: vectors, model: planner.model, paying: &meter)
        stopwatch.finish(.query)
        let candidates = try await find(
            request, query: &query, plan: choice.plan, in: snapshot, vectors: vectors, clock: clock,
            stopwatch: &stopwatch, paying: &meter)

        let wasCut = meter.wasCut
        let statement = meter.finish()
        if wasCut { query.degradation.append(.budgetCut) }
        if candidates.count < request.count { query.degradation.append(.notEnoughItems) }
        let usedPlan = query.vector == nil ? "popular" : name(of: choice.plan)
        var generator = SystemRandomNumberGenerator()
        return RecommendationResponse(
            recommendationID: RecommendationID.make(using: &generator),
            generation: snapshot.generation.number, tier: tier, scene: request.scene,
            items: candidates.enumerated().map { rank, candidate in
                RecommendedItem(
                    itemID: snapshot.items[candidate.row].id, score: candidate.score, rank: rank + 1,
                    reasons: [query.reason])
            },
            cost: CostReport(
                modelRevision: planner.model.revision, budget: budget, planned: choice.planned,
                spent: statement.spent, stages: stopwatch.reports(of: statement)),
            plan: usedPlan, estimatedRecall: estimatedRecall(of: choice, query, snapshot),
            degradation: query.degradation, took: clock.elapsed)
    }

    /// The plan's name, with where full vectors are fetched from, if they are: `s64-k200-r256@cache`.
    private func name(of plan: ServingPlan) -> String {
        guard let fetcher, plan.shortlist > 0 else { return plan.description }
        return "\(plan)@\(fetcher.place.rawValue)"
    }

    /// The tier that the request is booked under, and the plan that it will carry out.
    private func plan(
        _ request: RecommendationRequest, _ snapshot: ServingSnapshot
    ) throws(RequestError) -> (tier: String, choice: Planner.Choice) {
        let isPersonal = request.itemID == nil && request.embedding == nil
        let reads = isPersonal && (request.userID != nil || !request.sessionItemIDs.isEmpty)
        let shape = RequestShape(
            rows: snapshot.index.scannedRows, filteredRows: snapshot.index.scannedRows,
            userFetches: request.userID == nil ? 0 : 1,
            historyItems: reads ? snapshot.model.historyLength : 0, vectors: fetcher?.place ?? .memory,
            queryVectors: request.itemID != nil && request.embedding == nil ? 1 : 0)
        var range = tiers.allPlans
        // A request with a budget and no tier may have any plan that it pays for; with neither, the default tier's.
        let named = request.tier ?? (request.maxCost == nil ? tiers.defaultTier : nil)
        if let named {
            guard let tier = tiers.tier(named: named) else {
                throw .unknownTier(named, known: tiers.tiers.map(\.name))
            }
            range = tier.plans
        }
        do throws(PlanError) {
            let choice = try planner.choice(
                in: range, limit: request.maxCost, count: request.count, shape: shape,
                ladder: snapshot.generation.ladder)
            return (named ?? tiers.tier(reaching: choice.template)?.name ?? tiers.defaultTier, choice)
        } catch {
            switch error {
            case .budgetTooSmall(let budget, let floor, let plan):
                throw .budgetTooSmall(budget: budget, floor: floor, plan: plan.description)
            }
        }
    }

    /// Scans and reranks, or falls back on popular items when there is nothing to ask with.
    private func find(
        _ request: RecommendationRequest, query: inout RequestQuery, plan: ServingPlan, in snapshot: ServingSnapshot,
        vectors: RequestVectors?, clock: RequestClock, stopwatch: inout StageStopwatch, paying meter: inout CostMeter
    ) async throws -> [Candidate] {
        let mask = try mask(for: request, query, snapshot)
        guard let vector = query.vector else {
            let popular = snapshot.popular.candidates(
                count: request.count, items: snapshot.items, isAllowed: { snapshot.index.allows($0, in: mask) },
                model: planner.model, paying: &meter)
            stopwatch.finish(.filter)
            return popular
        }
        var wasLate = false
        var candidates = try snapshot.index.candidates(
            for: vector.span, dimensions: plan.scanDimensions,
            count: plan.shortlist == 0 ? request.count + Self.tieMargin : max(plan.shortlist, request.count),
            mask: mask,
            model: planner.model, paying: &meter
        ) {
            wasLate = wasLate || clock.isLate
            return wasLate
        }
        stopwatch.finish(.scan)
        if plan.shortlist > 0, !wasLate, !clock.isLate {
            candidates = try await rerank(
                candidates, for: vector, vectors, in: snapshot, degradation: &query.degradation,
                stopwatch: &stopwatch, paying: &meter)
        } else if plan.shortlist > 0 {
            wasLate = true
        }
        if wasLate { query.degradation.append(.deadlineCut) }
        return Array(candidates.breakingTies { snapshot.items[$0].number }.prefix(request.count))
    }

    /// Candidates kept beyond those wanted, so that of equal scores at the cut those of lower item numbers stay.
    private static let tieMargin = 16

    /// Reranks a shortlist, or leaves it in prefix order when its vectors cannot be had.
    private func rerank(
        _ shortlist: [Candidate], for query: [Float], _ vectors: RequestVectors?, in snapshot: ServingSnapshot,
        degradation: inout [DegradationReason], stopwatch: inout StageStopwatch, paying meter: inout CostMeter
    ) async throws -> [Candidate] {
        var ranked = shortlist
        if let vectors {
            do {
                ranked = try await vectors.rerank(shortlist, for: query, stopwatch: &stopwatch, paying: &meter)
            } catch is StoreAway {
                stopwatch.finish(.fetch)
                if !degradation.contains(.storeAway) { degradation.append(.storeAway) }
                return shortlist
            }
        } else {
            ranked = try Reranker(vectors: snapshot.vectors, model: planner.model)
                .rerank(shortlist, for: query.span, paying: &meter)
        }
        stopwatch.finish(.rerank)
        return ranked
    }

    /// What fetches the request's full vectors; `nil` when the snapshot has them.
    func requestVectors(_ snapshot: ServingSnapshot, _ clock: RequestClock) -> RequestVectors? {
        fetcher.map { fetcher in
            RequestVectors(
                fetcher: fetcher, pending: unstored.withLock { $0 }, snapshot: snapshot, model: planner.model,
                clock: clock)
        }
    }

    private func mask(
        for request: RecommendationRequest, _ query: RequestQuery, _ snapshot: ServingSnapshot
    ) throws -> RowMask {
        do throws(RetrievalError) {
            return try snapshot.index.mask(for: request.filter, excludedRows: query.excludedRows)
        } catch {
            guard case .undeclaredAttribute = error else { throw error }
            throw RequestError.invalid(pointer: "/filter/attributes", detail: error.description)
        }
    }

    /// Whether the shortlist's vectors could not be had.
    private func isUnranked(_ query: RequestQuery) -> Bool {
        fetcher != nil && query.degradation.contains(.storeAway)
    }

    /// The recall that was measured for the plan of the same template, on this generation's own queries.
    private func estimatedRecall(
        of choice: Planner.Choice, _ query: RequestQuery, _ snapshot: ServingSnapshot
    ) -> Double? {
        guard query.vector != nil, !query.degradation.contains(.deadlineCut), !isUnranked(query) else { return nil }
        let measured = planner.templates[choice.template].plan(on: snapshot.generation.ladder, count: 10)
        return snapshot.frontier[measured.description]
    }
}
