import Domain
import Synchronization

/// Full embeddings of the items that shortlists have had, in a stated number of bytes.
///
/// Of one generation at a time. Only what was fetched and has not changed meanwhile is kept.
final class EmbeddingCache: Sendable {
    /// A fetch that is under way, for ``insert(_:fetchedUnder:)``.
    struct Fetch: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var generation: GenerationNumber?
        var table: SieveTable?
        /// The items that have changed during each fetch under way.
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
            counters.vectors = state.table?.count ?? 0
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
            if state.generation == generation, state.table != nil {
                for item in items where state.table?.copy(item.rawValue, to: &bits) ?? false {
                    numbers.append(item.rawValue)
                }
            }
            state.counters.hits += numbers.count
            state.counters.misses += items.count - numbers.count
            let dimensions = state.table?.dimensions ?? 1
            return (HalfEmbeddings(dimensions: dimensions, numbers: numbers, bits: bits), fetch)
        }
    }

    /// Ends a fetch and keeps what it brought; nothing when it failed.
    func insert(_ embeddings: HalfEmbeddings?, of generation: GenerationNumber, fetchedUnder fetch: Fetch) {
        state.withLock { state in
            let changed = state.changed.removeValue(forKey: fetch) ?? []
            guard let embeddings, embeddings.count > 0 else { return }
            if state.generation != generation || state.table?.dimensions != embeddings.dimensions {
                state.generation = generation
                state.table = SieveTable(dimensions: embeddings.dimensions, byteCount: byteCount)
            }
            for row in 0..<embeddings.count where !changed.contains(embeddings.numbers[row]) {
                state.table?.insert(embeddings.bits[embeddings.range(of: row)], for: embeddings.numbers[row])
            }
        }
    }

    /// Forgets items whose embeddings have changed.
    func remove(_ items: [Int64]) {
        state.withLock { state in
            for item in items { state.table?.remove(item) }
            for fetch in state.changed.keys { state.changed[fetch]?.formUnion(items) }
        }
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
