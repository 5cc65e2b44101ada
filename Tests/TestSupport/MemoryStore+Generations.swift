public import Domain

extension MemoryStore {
    /// Publishes a generation over the items stored now and activates it.
    ///
    /// Rows of `embeddings` are numbered as ``itemNumber(of:)`` gives it; those of `users` are half-precision bits.
    public func publish(
        _ generation: Generation, artefact: [UInt8], embeddings: HalfEmbeddings, users: [UserID: [UInt16]] = [:],
        frontier: [FrontierPoint] = []
    ) throws {
        try withState { state in
            let items = state.items.keys.sorted().compactMap { number in
                state.items[number].map {
                    StoredItem(number: number, item: $0, interactions: state.counts[number] ?? 0)
                }
            }
            state.published[generation.number] = PublishedGeneration(
                generation: generation, artefact: artefact, items: items, embeddings: embeddings, frontier: frontier,
                position: FeedPosition(watermark: UInt64(state.changes.count)))
            state.active = generation.number
            for (user, bits) in users {
                let number = state.number(of: user)
                state.embeddings[number] = (bits, state.seen[number]?.count ?? 0)
            }
        }
    }

    /// The number of an item, given on first sight.
    public func itemNumber(of item: ItemID) throws -> ItemNumber {
        try withState { $0.number(of: item) }
    }

    /// Embeddings that a serving node stored after publication.
    public func storedEmbeddings(of generation: GenerationNumber) throws -> HalfEmbeddings? {
        try withState { $0.published[generation]?.embeddings }
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
