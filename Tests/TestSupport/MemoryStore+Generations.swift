public import Domain

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

    public func load(_ generation: GenerationNumber) async throws -> PublishedGeneration {
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
            state.published[generation] = PublishedGeneration(
                generation: old.generation, artefact: old.artefact, items: old.items, embeddings: all,
                frontier: old.frontier, position: old.position)
        }
    }

    /// Thrown when a generation is asked for that was never published.
    public struct NoSuchGeneration: Error {}
}
