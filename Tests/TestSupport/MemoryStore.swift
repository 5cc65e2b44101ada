public import Domain
import Foundation
import Synchronization

/// A store in memory: the second kind of every serving port, beside PostgreSQL.
///
/// Its feed numbers changes one by one; nothing is under way while another is read.
public final class MemoryStore: Sendable {
    struct State {
        var itemNumbers: [ItemID: ItemNumber] = [:]
        var items: [ItemNumber: CatalogueItem] = [:]
        var counts: [ItemNumber: Int] = [:]
        var users: [UserID: UserNumber] = [:]
        var seen: [UserNumber: [ItemNumber]] = [:]
        var embeddings: [GenerationNumber: [UserNumber: (bits: [UInt16], events: Int)]] = [:]
        var events: Set<Interaction> = []
        var changes: [ItemChange] = []
        var published: [GenerationNumber: MemoryGeneration] = [:]
        var active: GenerationNumber?
        /// Each generation that has served, the one that served last at the end.
        var activations: [GenerationNumber] = []
        /// What served before each generation that was activated.
        var replaced: [GenerationNumber: GenerationNumber] = [:]
        var runs: [TrainingRun] = []
        var costModels: [StoredCostModel] = []
        var tierRevisions: [TierRevision] = []
        var exposures: [[String]: Exposure] = [:]
        var isAway = false
        var isMeasuring = false
        var isBuilding = false
        var backfills: [GenerationNumber: BackfillProgress] = [:]
        var fetchedEmbeddings = 0
        var loads = 0
        var bells: [AsyncStream<Void>.Continuation] = []
    }

    let state = Mutex(State())
    /// Tells this store from every other.
    let name = UUID().uuidString

    public init() {}

    /// Makes every call fail from now on, as when the database is away, or work again.
    public func setAway(_ isAway: Bool) {
        state.withLock { $0.isAway = isAway }
    }

    func withState<Result>(_ body: (inout sending State) throws -> sending Result) throws -> sending Result {
        try state.withLock { state in
            if state.isAway { throw StoreAway(reason: "it was told to be away") }
            return try body(&state)
        }
    }
}

extension MemoryStore.State {
    mutating func number(of item: ItemID) -> ItemNumber {
        if let number = itemNumbers[item] { return number }
        let number = ItemNumber(Int64(itemNumbers.count + 1))
        itemNumbers[item] = number
        return number
    }

    mutating func number(of user: UserID) -> UserNumber {
        if let number = users[user] { return number }
        let number = UserNumber(Int64(users.count + 1))
        users[user] = number
        return number
    }

    mutating func add(_ change: ItemChange) {
        changes.append(change)
        for bell in bells { bell.yield() }
    }

    mutating func put(_ item: CatalogueItem) {
        let number = number(of: item.id)
        items[number] = item
        add(.upserted(StoredItem(number: number, item: item, interactions: counts[number] ?? 0)))
    }
}

extension MemoryStore: EventStore {
    public func append(_ interactions: [Interaction]) async throws -> Int {
        try withState { state in
            var new = 0
            for interaction in interactions where state.events.insert(interaction).inserted {
                new += 1
                let item = state.number(of: interaction.item)
                let user = state.number(of: interaction.user)
                if state.items[item] == nil { state.put(CatalogueItem(id: interaction.item)) }
                state.counts[item, default: 0] += 1
                if !state.seen[user, default: []].contains(item) { state.seen[user, default: []].append(item) }
            }
            return new
        }
    }
}

extension MemoryStore: CatalogueStore {
    public func upsert(_ items: [CatalogueItem]) async throws {
        try withState { state in
            for item in items { state.put(item) }
        }
    }

    public func delete(item: ItemID) async throws -> Bool {
        try withState { state in
            guard let number = state.itemNumbers[item], state.items.removeValue(forKey: number) != nil else {
                return false
            }
            state.add(.deleted(number))
            return true
        }
    }

    public func upsert(_ users: [CatalogueUser]) async throws {
        try withState { state in
            for user in users { _ = state.number(of: user.id) }
        }
    }

    public func delete(user: UserID) async throws -> Bool {
        try withState { state in
            guard let number = state.users.removeValue(forKey: user) else { return false }
            state.seen[number] = nil
            for generation in state.embeddings.keys { state.embeddings[generation]?[number] = nil }
            return true
        }
    }
}

extension MemoryStore: UserStateStore {
    public func state(of user: UserID, generation: GenerationNumber, seenLimit: Int) async throws -> UserState? {
        try withState { state in
            guard let number = state.users[user] else { return nil }
            let seen = state.seen[number] ?? []
            let stored = state.embeddings[generation]?[number]
            return UserState(
                seen: Array(seen.suffix(seenLimit)), embedding: stored?.bits,
                hasNewerEvents: stored.map { $0.events < seen.count } ?? !seen.isEmpty)
        }
    }
}

extension MemoryStore: ItemChangeFeed {
    public func changes(after position: FeedPosition) async throws -> (changes: [ItemChange], position: FeedPosition) {
        try withState { state in
            let start = min(Int(position.token) ?? 0, state.changes.count)
            return (Array(state.changes[start...]), FeedPosition(token: String(state.changes.count)))
        }
    }
}

extension MemoryStore: ChangeBell {
    public func listen(_ ring: @Sendable () -> Void) async throws {
        let (rings, bell) = AsyncStream.makeStream(of: Void.self)
        try withState { $0.bells.append(bell) }
        ring()
        for await _ in rings { ring() }
        try Task.checkCancellation()
    }
}
