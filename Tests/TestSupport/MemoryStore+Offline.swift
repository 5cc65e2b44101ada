public import Domain

extension MemoryStore: BulkImporter {
    public func importInteractions(
        from next: (inout InteractionBatch) async throws -> Bool
    ) async throws -> ImportCount {
        var all: [Interaction] = []
        var batch = InteractionBatch()
        while try await next(&batch) {
            all += batch.interactions
            batch.removeAll()
        }
        return ImportCount(read: all.count, added: try await append(all))
    }

    public func importItems(from next: (inout [CatalogueItem]) async throws -> Bool) async throws -> ImportCount {
        let all = try await Self.gather(from: next)
        let before = try withState { $0.itemNumbers.count }
        try await upsert(all)
        return ImportCount(read: all.count, added: try withState { $0.itemNumbers.count } - before)
    }

    public func importUsers(from next: (inout [CatalogueUser]) async throws -> Bool) async throws -> ImportCount {
        let all = try await Self.gather(from: next)
        let before = try withState { $0.users.count }
        try await upsert(all)
        return ImportCount(read: all.count, added: try withState { $0.users.count } - before)
    }

    private static func gather<Element>(
        from next: (inout [Element]) async throws -> Bool
    ) async throws -> [Element] {
        var all: [Element] = []
        var batch: [Element] = []
        while try await next(&batch) {
            all += batch
            batch.removeAll()
        }
        return all
    }
}

extension MemoryStore: InteractionLogSource {
    public func interactionLog() async throws -> InteractionLog {
        try withState { state in
            let items = state.storedItems
            let positions = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1.number, Int32($0)) })
            var log = InteractionLog(items: items)
            let users = state.users.sorted { $0.value < $1.value }
            for (id, number) in users {
                guard let seen = state.seen[number], !seen.isEmpty else { continue }
                log.users.append((number, id))
                for (order, item) in seen.enumerated() {
                    guard let position = positions[item] else { continue }
                    log.append(user: Int32(log.users.count - 1), item: position, timestamp: Int64(order))
                }
            }
            return log
        }
    }
}

extension MemoryStore: GenerationPublisher {
    public func publish(_ draft: GenerationDraft) async throws -> Generation {
        try withState { state in
            if let known = state.published.values.first(where: { $0.generation.fingerprint == draft.fingerprint }) {
                return known.generation
            }
            let generation = Generation(
                number: GenerationNumber(Int32(state.published.count + 1)), fingerprint: draft.fingerprint,
                ladder: draft.ladder, normRule: draft.normRule, state: .built, users: draft.users.count,
                items: draft.items.count, cutoff: draft.cutoff, rungs: draft.rungs)
            state.published[generation.number] = MemoryGeneration(
                generation: generation, artefact: draft.artefact, items: state.storedItems, embeddings: draft.items,
                frontier: [], position: FeedPosition(token: String(state.changes.count)))
            for row in 0..<draft.users.count {
                let bits = Array(draft.users.bits[draft.users.range(of: row)])
                state.embeddings[UserNumber(draft.users.numbers[row])] = (bits, draft.userEvents[row])
            }
            return generation
        }
    }

    public func store(frontier: [FrontierPoint], generation: GenerationNumber, costModel: Int) async throws {
        try withState { state in try state.change(generation, frontier: frontier) }
    }

    public func activate(_ generation: GenerationNumber) async throws {
        try withState { state in
            try state.change(generation, lifeState: .active)
            if let old = state.active, old != generation { try state.change(old, lifeState: .retired) }
            state.active = generation
        }
    }
}

extension MemoryStore.State {
    /// Publishes a generation anew with what is given changed.
    fileprivate mutating func change(
        _ number: GenerationNumber, frontier: [FrontierPoint]? = nil, lifeState: GenerationState? = nil
    ) throws {
        guard let old = published[number] else { throw MemoryStore.NoSuchGeneration() }
        published[number] = MemoryGeneration(
            generation: old.generation.with(state: lifeState ?? old.generation.state), artefact: old.artefact,
            items: old.items, embeddings: old.embeddings, frontier: frontier ?? old.frontier, position: old.position)
    }
}
