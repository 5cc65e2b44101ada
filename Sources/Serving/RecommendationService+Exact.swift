public import Domain
import Planning
import Ranking
import Retrieval
import VectorKernels

extension RecommendationService {
    /// The answer that all dimensions of all items would give: what a plan's answer is measured against.
    ///
    /// Nothing is paid, planned or cut; for demonstrations and measurements, not for traffic.
    ///
    /// - Returns: At most `request.count` items, best first; none when nothing is known to ask with.
    /// - Throws: As ``recommend(_:)`` does.
    public func exactItems(for request: RecommendationRequest) async throws -> [ItemID] {
        try request.validate()
        let tiers = tiers
        let snapshot = try snapshot(for: try tiers.grant(request), tiers).snapshot
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
        let vectors = requestVectors(snapshot, RequestClock(now: now, limit: nil))
        let query = try await RequestQuery.resolve(
            request, by: nil, in: snapshot, users: ports.users, vectors: vectors, model: planner.model, paying: &meter)
        guard let vector = query.vector else { return [] }
        let mask = try snapshot.index.mask(for: request.filter, excludedRows: query.excludedRows)
        let allowed = snapshot.index.byRow(mask)
        let candidates =
            if let vectors {
                try await vectors.exactSearch(vector, count: request.count, among: allowed.rows)
            } else {
                try snapshot.vectors.exactSearch(vector.span, count: request.count, mask: allowed)
            }
        return candidates.map { snapshot.items[$0.row].id }
    }

    /// An item's title as the snapshot has it, for people.
    public func title(of item: ItemID) -> String? {
        guard let snapshot = current, let row = snapshot.items.row(of: item) else { return nil }
        return snapshot.items[row].title
    }

    /// What a user did, oldest first, as far as the snapshot has the items.
    ///
    /// - Returns: `nil` when there is no such user.
    public func history(of user: UserID, limit: Int) async throws -> [ItemID]? {
        guard let snapshot = current else { throw RequestError.noGeneration }
        let state = try await ports.users.state(of: user, generation: snapshot.generation.number, seenLimit: limit)
        return state?.seen.compactMap { number in snapshot.items.row(of: number).map { snapshot.items[$0].id } }
    }

    /// The active generation that requests are answered from.
    public var generation: Generation? { current?.generation }
}
