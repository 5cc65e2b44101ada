import Domain
import Synchronization

/// Full embeddings of the items that shortlists have had, in a stated number of bytes.
///
/// Generations that are asked for share them evenly. Only what was fetched and has not changed meanwhile is kept.
final class EmbeddingCache: Sendable {
    /// A fetch that is under way, for ``insert(_:fetchedUnder:)``.
    struct Fetch: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var tables: [GenerationNumber: SieveTable] = [:]
        /// The items that have changed during each fetch under way, in any generation.
        var changed: [Fetch: Set<Int64>] = [:]
        var lastNumber = 0
        var counters = CacheCounters()
    }

    private let byteCount: Int
    private let state = Mutex(State())

    init(byteCount: Int) {
        self.byteCount = byteCount
    }

    var counters: CacheCounters {
        state.withLock { state in
            var counters = state.counters
            counters.vectors = state.tables.values.reduce(0) { $0 + $1.count }
            return counters
        }
    }

    /// The embeddings that are kept of some items, and a fetch of the others to come.
    func embeddings(of items: [ItemNumber], generation: GenerationNumber) -> (found: HalfEmbeddings, fetch: Fetch) {
        state.withLock { state in
            state.lastNumber += 1
            let fetch = Fetch(number: state.lastNumber)
            state.changed[fetch] = []
            var numbers: [Int64] = []
            var bits: [UInt16] = []
            if state.tables[generation] != nil {
                for item in items where state.tables[generation]?.copy(item.rawValue, to: &bits) ?? false {
                    numbers.append(item.rawValue)
                }
            }
            state.counters.hits += numbers.count
            state.counters.misses += items.count - numbers.count
            let dimensions = state.tables[generation]?.dimensions ?? 1
            return (HalfEmbeddings(dimensions: dimensions, numbers: numbers, bits: bits), fetch)
        }
    }

    /// Ends a fetch and keeps what it brought; nothing when it failed.
    func insert(_ embeddings: HalfEmbeddings?, of generation: GenerationNumber, fetchedUnder fetch: Fetch) {
        state.withLock { state in
            let changed = state.changed.removeValue(forKey: fetch) ?? []
            guard let embeddings, embeddings.count > 0 else { return }
            if state.tables[generation] == nil {
                let lengths = state.tables.mapValues(\.dimensions)
                    .merging([generation: embeddings.dimensions]) { first, _ in first }
                state.tables = Self.tables(lengths, byteCount: byteCount)
            }
            for row in 0..<embeddings.count where !changed.contains(embeddings.numbers[row]) {
                state.tables[generation]?.insert(
                    embeddings.bits[embeddings.range(of: row)], for: embeddings.numbers[row])
            }
        }
    }

    /// Forgets items whose embeddings have changed in a generation.
    func remove(_ items: [Int64], of generation: GenerationNumber) {
        state.withLock { state in
            for item in items { state.tables[generation]?.remove(item) }
            for fetch in state.changed.keys { state.changed[fetch]?.formUnion(items) }
        }
    }

    /// Gives the room of generations that are not held any more to the others.
    func forget(allBut kept: Set<GenerationNumber>) {
        state.withLock { state in
            guard state.tables.keys.contains(where: { !kept.contains($0) }) else { return }
            state.tables = Self.tables(
                state.tables.mapValues(\.dimensions).filter { kept.contains($0.key) }, byteCount: byteCount)
        }
    }

    /// Empty tables that share the room.
    private static func tables(
        _ lengths: [GenerationNumber: Int], byteCount: Int
    ) -> [GenerationNumber: SieveTable] {
        lengths.mapValues { SieveTable(dimensions: $0, byteCount: byteCount / lengths.count) }
    }
}

/// What a cache of embeddings has done since it was made.
public struct CacheCounters: Hashable, Sendable {
    public internal(set) var hits = 0
    public internal(set) var misses = 0
    /// Embeddings that it holds now.
    public internal(set) var vectors = 0

    public init() {}
}
