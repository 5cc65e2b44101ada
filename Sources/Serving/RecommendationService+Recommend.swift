import Domain
import Experiments
import Planning
import Ranking
import Retrieval
import Synchronization
import VectorKernels

extension RecommendationService {
    /// Answers one request: plans it, resolves its query, scans a prefix, reranks a shortlist.
    ///
    /// - Throws: ``RequestError``; whatever else is thrown is a fault of ours.
    public func recommend(_ request: RecommendationRequest) async throws -> RecommendationResponse {
        try request.validate()
        let tiers = tiers
        let granted = try tiers.grant(request)
        if let experiment = interleaved(granted, tiers) {
            return try await interleave(request, experiment, granted, tiers)
        }
        let (snapshot, grant, degradation) = try snapshot(for: granted, tiers)
        let asked = grant.applied(to: request)
        var answer: RecommendationResponse
        do {
            answer = try await self.answer(asked, by: grant.tier, from: snapshot, because: degradation)
        } catch RequestError.shed(let seconds) {
            // The capacity does not pay for the tier's cheapest plan: the floor tier's may be cheaper.
            guard let floor = tiers.floorTier, floor.name != grant.tier?.name, request.tier == nil else {
                throw RequestError.shed(retryAfterSeconds: seconds)
            }
            let less = TierGrant(tier: floor, generation: grant.generation).applied(to: request)
            answer = try await self.answer(less, by: floor, from: snapshot, because: degradation + [.fallbackTier])
        }
        answer.tierRevision = tiers.revision
        if let decision = grant.decision, let key = decision.experiment, let arm = decision.arm {
            answer.experiment = ServedExperiment(key: key, arm: arm)
        }
        expose(answer, to: grant, tiers)
        offerToShadows(asked, answer)
        return answer
    }

    /// Answers a request from one snapshot.
    ///
    /// - Parameters:
    ///   - request: A valid one, with what its tier adds.
    ///   - tier: Serves it; `nil` where a budget alone was named.
    ///   - snapshot: All that is read beside the store is in it.
    ///   - degradation: Why the answer is less than its tier promises, as far as that is known already.
    ///   - shares: Whether it takes its share of the node's capacity.
    /// - Returns: The answer.
    /// - Throws: As ``recommend(_:)`` does.
    func answer(
        _ request: RecommendationRequest, by tier: TierDefinition?, from snapshot: ServingSnapshot,
        because degradation: [DegradationReason] = [], shares: Bool = true
    ) async throws -> RecommendationResponse {
        try refuseTooMany(request.count, of: snapshot.index)
        let clock = RequestClock(now: now, limit: request.maxLatency)
        let capacity = shares ? capacity : nil
        let rules = tier?.rules
        let wide = widened(request, for: rules, in: snapshot)
        let plan = try plan(wide, tier, snapshot, sharing: capacity)
        let budget = request.maxCost ?? plan.ceiling
        var meter = CostMeter(budget: CostBudget(limit: budget))
        _ = meter.buy(1, of: .one(.request), by: planner.model, for: .request)
        var stopwatch = StageStopwatch(clock)

        let vectors = requestVectors(snapshot, clock)
        meter.reserve(plan.reserve)
        var query = try await RequestQuery.resolve(
            request, by: plan, in: snapshot, users: ports.users, vectors: vectors, model: planner.model, paying: &meter)
        query.degradation += degradation
        meter.reserve(.zero)
        stopwatch.finish(.query)
        let found = try await find(
            wide, query: &query, by: plan.choice, in: snapshot, vectors: vectors, clock: clock,
            stopwatch: &stopwatch, paying: &meter)
        let popular = Set(found.candidates.suffix(found.popularCount).map(\.row))
        let candidates = follow(rules, found.candidates, count: request.count, in: snapshot.index)

        let wasCut = meter.wasCut
        let statement = meter.finish()
        capacity?.book(statement.spent)
        if statement.spent > budget { overspent.add(1, ordering: .relaxed) }
        if let choice = plan.choice, choice.expectedRecall == nil, query.vector != nil {
            query.degradation.append(.uncalibrated)
        }
        if wasCut { query.degradation.append(.budgetCut) }
        if candidates.count < request.count { query.degradation.append(.notEnoughItems) }
        let usedPlan = plan.choice.flatMap { query.vector == nil ? nil : name(of: $0.plan) } ?? Self.popularPlan
        var generator = SystemRandomNumberGenerator()
        return RecommendationResponse(
            recommendationID: RecommendationID.make(using: &generator),
            generation: snapshot.generation.number, tier: plan.tier, scene: request.scene,
            items: candidates.enumerated().map { rank, candidate in
                RecommendedItem(
                    itemID: snapshot.items[candidate.row].id, score: candidate.score, rank: rank + 1,
                    reasons: [popular.contains(candidate.row) ? RequestQuery.popular : query.reason])
            },
            cost: CostReport(
                modelRevision: planner.model.revision, budget: budget, planned: plan.planned,
                spent: statement.spent, stages: stopwatch.reports(of: statement), price: price),
            plan: usedPlan, estimatedRecall: estimatedRecall(of: plan.choice, query, found.estimatedRecall),
            degradation: query.degradation, took: clock.elapsed,
            explanation: plan.explanation.map { report($0, plan: usedPlan) })
    }

    /// Scans and reranks, or falls back on popular items when there is nothing to ask with.
    private func find(
        _ request: RecommendationRequest, query: inout RequestQuery, by choice: Planner.Choice?,
        in snapshot: ServingSnapshot, vectors: RequestVectors?, clock: RequestClock,
        stopwatch: inout StageStopwatch, paying meter: inout CostMeter
    ) async throws -> RankedAnswer {
        let mask = try mask(for: request.filter, without: query, snapshot, paying: &meter)
        guard let vector = query.vector, let choice else {
            return popular(request, mask, in: snapshot, stopwatch: &stopwatch, paying: &meter)
        }
        let plan = choice.plan
        meter.reserve(
            reserve(for: plan, count: request.count, allowed: { mask.count }, in: snapshot, left: meter.remaining))
        let found = try await scan(request, for: vector, by: plan, mask, in: snapshot, clock: clock, paying: &meter)
        var (answer, wasLate) = (RankedAnswer(candidates: found.candidates), found.wasStopped)
        stopwatch.finish(.scan)
        if answer.candidates.count >= request.count { meter.reserve(.zero) }
        if plan.shortlist > 0, !wasLate, !clock.isLate {
            let goal = choice.goal(
                count: min(request.count, answer.candidates.count),
                hasAll: answer.candidates.count < plan.candidates(for: request.count))
            answer = try await rerank(
                answer.candidates, for: vector, through: plan.middle, until: goal, vectors, in: snapshot,
                degradation: &query.degradation, stopwatch: &stopwatch, paying: &meter)
        } else if plan.shortlist > 0 {
            wasLate = true
        }
        if wasLate { query.degradation.append(.deadlineCut) }
        meter.reserve(.zero)
        answer.candidates = Array(
            answer.candidates.breakingTies { snapshot.items[$0].number }.prefix(request.count))
        return filled(answer, to: request.count, among: mask, in: snapshot, stopwatch: &stopwatch, paying: &meter)
    }

    /// Finds candidates, in a pass over the index that requests that wait share.
    private func scan(
        _ request: RecommendationRequest, for vector: [Float], by plan: ServingPlan, _ mask: RowMask,
        in snapshot: ServingSnapshot, clock: RequestClock, paying meter: inout CostMeter
    ) async throws -> ScanAnswer {
        do {
            return try await snapshot.index.candidates(
                by: plan, for: vector, in: snapshot.lists,
                count: plan.candidates(for: request.count), atLeast: request.count, mask: mask, model: planner.model,
                paying: &meter
            ) { scan in
                try await scans.answer(
                    to: ScanJob(index: snapshot.index, mark: snapshot.mark, scan: scan, clock: clock))
            }
        } catch RetrievalError.query(let cause) where request.embedding != nil {
            throw RequestError.invalid(pointer: "/embedding", detail: cause.description)
        } catch ScanRefusal.queueFull(let limit) {
            throw RequestError.busy(waiting: limit)
        }
    }

    /// Reranks a shortlist, or leaves it in prefix order when its vectors cannot be had.
    private func rerank(
        _ shortlist: [Candidate], for query: [Float], through funnel: [FunnelStep], until goal: RecallGoal?,
        _ vectors: RequestVectors?, in snapshot: ServingSnapshot,
        degradation: inout [DegradationReason], stopwatch: inout StageStopwatch, paying meter: inout CostMeter
    ) async throws -> RankedAnswer {
        var ranked = RankedAnswer(candidates: shortlist)
        if let vectors {
            do {
                ranked.candidates = try await vectors.rerank(
                    shortlist, for: query, through: funnel, stopwatch: &stopwatch, paying: &meter)
            } catch is StoreAway {
                stopwatch.finish(.fetch)
                if !degradation.contains(.storeAway) { degradation.append(.storeAway) }
                return ranked
            }
        } else if let goal {
            let found = try Reranker(vectors: snapshot.vectors, model: planner.model)
                .rerank(shortlist, for: query.span, until: goal, paying: &meter)
            ranked = RankedAnswer(candidates: found.candidates, estimatedRecall: found.estimatedRecall)
        } else {
            ranked.candidates = try Reranker(vectors: snapshot.vectors, model: planner.model)
                .rerank(shortlist, for: query.span, through: funnel, paying: &meter)
        }
        stopwatch.finish(.rerank)
        return ranked
    }

    /// What fetches the request's full vectors; `nil` when the snapshot has them.
    func requestVectors(_ snapshot: ServingSnapshot, _ clock: RequestClock) -> RequestVectors? {
        fetcher.map { fetcher in
            RequestVectors(
                fetcher: fetcher, snapshot: snapshot, model: planner.model, clock: clock)
        }
    }
}
