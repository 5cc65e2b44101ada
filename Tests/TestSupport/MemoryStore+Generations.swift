public import Domain
import Synchronization

extension MemoryStore {
    /// The number of an item, given on first sight.
    public func itemNumber(of item: ItemID) throws -> ItemNumber {
        try withState { $0.number(of: item) }
    }

    /// Embeddings that a serving node stored after publication.
    public func storedEmbeddings(of generation: GenerationNumber) throws -> HalfEmbeddings? {
        try withState { $0.published[generation]?.embeddings }
    }
}

/// What the store in memory keeps of a generation.
struct MemoryGeneration: Sendable {
    let generation: Generation
    let artefact: [UInt8]
    let items: [StoredItem]
    let embeddings: HalfEmbeddings
    let frontier: Frontier?
    let position: FeedPosition
}

extension MemoryStore.State {
    /// The catalogue without deleted items, by number.
    var storedItems: [StoredItem] {
        items.sorted { $0.key < $1.key }.map {
            StoredItem(number: $0.key, item: $0.value, interactions: counts[$0.key] ?? 0)
        }
    }
}

extension MemoryStore: GenerationStore {
    public func generations() async throws -> [Generation] {
        try withState { state in
            state.published.keys.sorted(by: >).compactMap { state.published[$0]?.generation }
        }
    }

    public func activeGeneration() async throws -> GenerationNumber? {
        try withState { $0.active }
    }

    public func standings() async throws -> [GenerationStanding] {
        try withState { state in
            let others = state.published.keys.sorted(by: >).filter { !state.activations.contains($0) }
            let next = state.active.flatMap { state.replaced[$0] }
            let order = state.activations.reversed() + others
            return (order.filter { $0 == next } + order.filter { $0 != next }).compactMap { number in
                state.published[number].map { GenerationStanding(number: number, state: $0.generation.state) }
            }.filter { $0.state != .dropped }
        }
    }

    public func head(of generation: GenerationNumber) async throws -> GenerationHead {
        let published = try published(generation)
        return GenerationHead(generation: published.generation, frontier: published.frontier, store: name)
    }

    public func artefact(of generation: GenerationNumber) async throws -> [UInt8] {
        try published(generation).artefact
    }

    public func load<Loading: ~Copyable>(
        _ generation: GenerationNumber, begin: (PublishedGeneration) throws -> Loading,
        add: (inout Loading, StoredItem, _ embedding: [UInt16]?) throws -> Void
    ) async throws -> Loading {
        let (published, items, position) = try withState { state in
            guard let published = state.published[generation] else { throw NoSuchGeneration() }
            state.loads += 1
            let counts = Dictionary(published.items.map { ($0.number, $0.interactions) }) { first, _ in first }
            let items = state.storedItems.map {
                StoredItem(number: $0.number, item: $0.item, interactions: counts[$0.number] ?? $0.interactions)
            }
            return (published, items, FeedPosition(token: String(state.changes.count)))
        }
        var loading = try begin(
            PublishedGeneration(
                generation: published.generation, frontier: published.frontier, artefact: published.artefact,
                position: position))
        let rows = Dictionary(
            published.embeddings.numbers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for item in items {
            let row = rows[item.number.rawValue]
            try add(&loading, item, row.map { Array(published.embeddings.bits[published.embeddings.range(of: $0)]) })
        }
        return loading
    }

    /// Generations that have been read whole until now.
    public var loadCount: Int { state.withLock { $0.loads } }

    private func published(_ generation: GenerationNumber) throws -> MemoryGeneration {
        try withState { state in
            guard let published = state.published[generation] else { throw NoSuchGeneration() }
            return published
        }
    }

    public func store(itemEmbeddings: HalfEmbeddings, generation: GenerationNumber) async throws {
        try withState { state in
            guard let old = state.published[generation] else { throw NoSuchGeneration() }
            var all = old.embeddings
            for row in 0..<itemEmbeddings.count {
                let bits = itemEmbeddings.bits[itemEmbeddings.range(of: row)]
                if let place = all.numbers.firstIndex(of: itemEmbeddings.numbers[row]) {
                    all.bits.replaceSubrange(all.range(of: place), with: bits)
                } else {
                    all.numbers.append(itemEmbeddings.numbers[row])
                    all.bits.append(contentsOf: bits)
                }
            }
            state.published[generation] = MemoryGeneration(
                generation: old.generation, artefact: old.artefact, items: old.items, embeddings: all,
                frontier: old.frontier, position: old.position)
        }
    }

    /// Thrown when a generation is asked for that was never published.
    public struct NoSuchGeneration: Error {}
}

extension MemoryStore: EmbeddingSource {
    public func embeddings(
        of items: [ItemNumber], generation: GenerationNumber, within limit: Duration?
    ) async throws -> HalfEmbeddings {
        try withState { state in
            guard let all = state.published[generation]?.embeddings else { return HalfEmbeddings(dimensions: 1) }
            state.fetchedEmbeddings += items.count
            let wanted = Set(items.map(\.rawValue))
            let rows = (0..<all.count).filter { wanted.contains(all.numbers[$0]) }
            return HalfEmbeddings(
                dimensions: all.dimensions, numbers: rows.map { all.numbers[$0] },
                bits: rows.flatMap { all.bits[all.range(of: $0)] })
        }
    }

    /// Embeddings that have been asked for until now.
    public var fetchedEmbeddings: Int { state.withLock { $0.fetchedEmbeddings } }
}
