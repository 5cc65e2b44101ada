import Domain
import Ranking
import Towers
import VectorKernels

/// What a request is scanned with, and what must not come back.
struct RequestQuery {
    /// A vector of the generation's full length; `nil` when nothing is known to ask with.
    var vector: [Float]?
    /// Why items come, as answers say it: `two_tower`, `similar_item`, `popular`.
    var reason = "two_tower"
    /// Why items come that nobody asked for in particular.
    static let popular = "popular"
    /// Rows that must not come: seen, excluded, the item itself.
    var excludedRows: [Int] = []
    /// How many of them the request names itself.
    var namedRows = 0
    var degradation: [DegradationReason] = []

    /// Resolves what the caller asked with: an embedding, an item, or a user and a session, in this order.
    ///
    /// - Parameters:
    ///   - request: What was asked for.
    ///   - plan: How it will be answered; `nil` for by a scan, whatever it costs.
    ///   - snapshot: Whose towers and rows answer it.
    ///   - users: Where the user's state is kept.
    ///   - vectors: Fetches full vectors that the snapshot does not have.
    ///   - model: Prices of the work.
    ///   - meter: Pays for the fetch and for the tower, out of what is not reserved for the answer.
    /// - Returns: The query; without a vector when neither user nor session says anything, and where no scan is paid for.
    /// - Throws: ``RequestError`` for an item that is not there or an embedding of the wrong length.
    static func resolve(
        _ request: RecommendationRequest, by plan: RequestPlan?, in snapshot: ServingSnapshot,
        users: any UserStateStore, vectors: RequestVectors?, model: CostModel, paying meter: inout CostMeter
    ) async throws -> RequestQuery {
        var query = RequestQuery()
        let isPopular = plan.map { $0.choice == nil } ?? false
        query.excludedRows = request.excludedItemIDs.compactMap { snapshot.items.row(of: $0) }
        query.namedRows = query.excludedRows.count
        var state: UserState?
        if let plan, !plan.fetchesUser {
            if request.userID != nil, request.excludesSeen { meter.miss(1, for: .query) }
        } else if let user = request.userID {
            state = try await query.fetch(user, snapshot, users, model, paying: &meter)
            if request.excludesSeen, let state {
                query.excludedRows += state.seen.compactMap { snapshot.items.row(of: $0) }
            }
        }
        if request.excludesSeen {
            let session = request.sessionItemIDs.compactMap { snapshot.items.row(of: $0) }
            query.excludedRows += session
            query.namedRows += session.count
        }
        if let embedding = request.embedding {
            query.vector = try checked(embedding, snapshot.generation.ladder)
        } else if let item = request.itemID {
            guard let row = snapshot.items.row(of: item) else { throw RequestError.unknownItem(item) }
            query.excludedRows.append(row)
            query.namedRows += 1
            if !isPopular { try await query.askAsItem(row, in: snapshot, vectors, paying: &meter) }
        } else if !isPopular {
            query.askAsUser(request, state, snapshot, model, paying: &meter)
        }
        if isPopular {
            query.vector = nil
            query.reason = popular
            query.degradation.append(.budgetFloor)
        }
        return query
    }

    private static func checked(_ embedding: [Float], _ ladder: PrefixLadder) throws(RequestError) -> [Float] {
        guard embedding.count == ladder.fullLength else {
            throw .invalid(
                pointer: "/embedding",
                detail: "The embedding has \(embedding.count) elements. Send \(ladder.fullLength), as this model has.")
        }
        return embedding
    }

    private mutating func fetch(
        _ user: UserID, _ snapshot: ServingSnapshot, _ users: any UserStateStore, _ model: CostModel,
        paying meter: inout CostMeter
    ) async throws -> UserState? {
        guard meter.buy(1, of: .one(.userFetch), by: model, for: .query) == 1 else { return nil }
        do {
            return try await users.state(
                of: user, generation: snapshot.generation.number, seenLimit: RecommendationRequest.excludedItemLimit)
        } catch is StoreAway {
            degradation.append(.storeAway)
            return nil
        }
    }

    /// Takes the item's own embedding, from the snapshot or from the store.
    private mutating func askAsItem(
        _ row: Int, in snapshot: ServingSnapshot, _ vectors: RequestVectors?, paying meter: inout CostMeter
    ) async throws {
        reason = "similar_item"
        guard let vectors else {
            vector = snapshot.vectors.embedding(ofRow: row)
            return
        }
        do {
            vector = try await vectors.embedding(ofRow: row, paying: &meter)
        } catch is StoreAway {
            degradation.append(.storeAway)
        }
        if vector == nil { reason = Self.popular }
    }

    /// Takes the stored embedding when nothing came since it was made; else runs the user tower.
    ///
    /// A vector that came from elsewhere is never made here, so a session goes beside it. Where the tower cannot be paid for,
    /// not even for one item, it takes the stored embedding all the same.
    private mutating func askAsUser(
        _ request: RecommendationRequest, _ state: UserState?, _ snapshot: ServingSnapshot, _ model: CostModel,
        paying meter: inout CostMeter
    ) {
        if request.sessionItemIDs.isEmpty, let state, !state.hasNewerEvents, let bits = state.embedding {
            vector = HalfPrecision.values(of: bits.span)
            return
        }
        let own = snapshot.model.isImported ? state?.embedding : nil
        let session = request.sessionItemIDs.compactMap { snapshot.items.row(of: $0) }
        let rows = (own == nil ? state?.seen ?? [] : []).compactMap { snapshot.items.row(of: $0) } + session
        let recent = rows.suffix(snapshot.model.historyLength)
        let paid =
            snapshot.model.isImported
            ? recent.count
            : meter.buyTower(historyItems: recent.count, by: model)
        let history = recent.suffix(paid).map { snapshot.items[$0].features }
        guard paid > 0 || recent.isEmpty else {
            // An embedding from before the user's latest events says more than none.
            vector = state?.embedding.map { HalfPrecision.values(of: $0.span) }
            return
        }
        vector =
            own.map { snapshot.model.userEmbedding(own: HalfPrecision.values(of: $0.span), session: history) }
            ?? snapshot.model.userEmbedding(history: history, user: request.userID)
        guard vector == nil else { return }
        reason = Self.popular
        if !degradation.contains(.storeAway) {
            degradation.append(state == nil ? .unknownUser : .emptyHistory)
        }
    }
}

extension CostMeter {
    /// Buys a run of the user tower on as much of a history as what is left pays for.
    ///
    /// - Returns: Items that it may read; 0 when not even one is paid for, and then nothing is.
    fileprivate mutating func buyTower(historyItems: Int, by model: CostModel) -> Int {
        guard historyItems > 0, remaining >= model.tower(historyItems: 1) else {
            miss(historyItems, for: .query)
            return 0
        }
        let left = remaining.microunits - model.towerRun.microunits
        let paid = min(historyItems, left / max(1, model.towerHistoryItem.microunits))
        miss(historyItems - paid, for: .query)
        _ = buy(1, of: .one(.towerRun), by: model, besideRowsOf: .query)
        return buy(paid, of: .one(.towerHistoryItem), by: model, for: .query)
    }
}
