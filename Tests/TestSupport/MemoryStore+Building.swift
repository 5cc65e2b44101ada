public import Domain
import Synchronization

extension MemoryStore: GenerationBuilder {
    public func register(_ draft: GenerationDraft) async throws -> Generation {
        try withState { state in
            if let known = state.generation(draft.fingerprint) { return known }
            let dimensions = draft.ladder.fullLength
            let generation = state.write(
                GenerationDraft(
                    fingerprint: draft.fingerprint, ladder: draft.ladder, normRule: draft.normRule,
                    cutoff: draft.cutoff, rungs: draft.rungs, settings: draft.settings, artefact: draft.artefact,
                    items: HalfEmbeddings(dimensions: dimensions), users: HalfEmbeddings(dimensions: dimensions),
                    userEvents: [], name: draft.name))
            try state.change(generation.number, lifeState: .registered)
            return generation.with(state: .registered)
        }
    }

    public func takingBuildTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
        let isOurs = try withState { state in
            defer { state.isBuilding = true }
            return !state.isBuilding
        }
        guard isOurs else { return nil }
        defer { state.withLock { $0.isBuilding = false } }
        return try await body()
    }

    public func beginBackfill(_ generation: GenerationNumber) async throws -> BackfillProgress {
        try withState { state in
            if state.published[generation]?.generation.state == .building, let progress = state.backfills[generation] {
                return progress
            }
            try state.move(generation, to: .building)
            guard let known = state.published[generation]?.generation else {
                throw GenerationError.unknown(generation)
            }
            let progress = BackfillProgress(
                generation: known,
                items: BackfillPart(
                    after: 0, last: Int64(state.itemNumbers.count), done: 0, total: state.items.count),
                users: BackfillPart(
                    after: 0, last: Int64(state.users.count), done: 0, total: state.seen.count { !$0.value.isEmpty }),
                position: FeedPosition(token: String(state.changes.count)), caughtUp: 0)
            state.backfills[generation] = progress
            return progress
        }
    }

    public func backfill(of generation: GenerationNumber) async throws -> BackfillProgress? {
        try withState { $0.backfills[generation] }
    }

    public func rowsToEmbed() async throws -> (items: Int, users: Int) {
        try withState { ($0.items.count, $0.seen.count { !$0.value.isEmpty }) }
    }

    public func items(after: Int64, through last: Int64, limit: Int) async throws -> [StoredItem] {
        try withState { state in
            Array(state.storedItems.filter { $0.number.rawValue > after && $0.number.rawValue <= last }.prefix(limit))
        }
    }

    public func histories(after: Int64, through last: Int64, limit: Int) async throws -> [StoredHistory] {
        try withState { state in
            let users = state.users.sorted { $0.value < $1.value }
                .filter { $0.value.rawValue > after && $0.value.rawValue <= last }
            return users.prefix(limit).map { id, number in
                StoredHistory(
                    number: number, id: id, items: state.seen[number] ?? [],
                    events: state.events.count { $0.user == id })
            }
        }
    }

    public func userEmbeddings(
        of generation: GenerationNumber, after: Int64, limit: Int
    ) async throws -> HalfEmbeddings {
        try withState { state in
            let rows = (state.embeddings[generation] ?? [:]).filter { $0.key.rawValue > after }
                .sorted { $0.key < $1.key }.prefix(limit)
            return HalfEmbeddings(
                dimensions: rows.first?.value.bits.count ?? 1, numbers: rows.map(\.key.rawValue),
                bits: rows.flatMap(\.value.bits))
        }
    }

    public func write(
        items: HalfEmbeddings, from before: BackfillPart, to number: Int64, count: Int, _ generation: GenerationNumber
    ) async throws {
        try note(generation, from: before, \.items) { progress in
            progress.with(items: before.moved(to: number, count))
        }
        let known = Set(try storedEmbeddings(of: generation)?.numbers ?? [])
        let new = (0..<items.count).filter { !known.contains(items.numbers[$0]) }
        try await store(
            itemEmbeddings: HalfEmbeddings(
                dimensions: items.dimensions, numbers: new.map { items.numbers[$0] },
                bits: new.flatMap { items.bits[items.range(of: $0)] }), generation: generation)
    }

    public func write(
        users: HalfEmbeddings, events: [Int], from before: BackfillPart, to number: Int64, count: Int,
        _ generation: GenerationNumber
    ) async throws {
        try note(generation, from: before, \.users) { progress in
            progress.with(users: before.moved(to: number, count))
        }
        try withState { state in
            for row in 0..<users.count {
                state.embeddings[generation, default: [:]][UserNumber(users.numbers[row])] = (
                    Array(users.bits[users.range(of: row)]), events[row]
                )
            }
        }
    }

    public func write(
        changed items: HalfEmbeddings, asOf position: FeedPosition, _ generation: GenerationNumber
    ) async throws -> Bool {
        try await store(itemEmbeddings: items, generation: generation)
        return true
    }

    public func caughtUp(_ count: Int, to position: FeedPosition, _ generation: GenerationNumber) async throws {
        try withState { state in
            state.backfills[generation] = state.backfills[generation].map {
                BackfillProgress(
                    generation: $0.generation, items: $0.items, users: $0.users, position: position,
                    caughtUp: $0.caughtUp + count)
            }
        }
    }

    public func finishBackfill(_ generation: GenerationNumber) async throws -> Generation {
        try withState { state in
            try state.move(generation, to: .built)
            guard let old = state.published[generation] else { throw GenerationError.unknown(generation) }
            let known = old.generation
            let counted = Generation(
                number: known.number, fingerprint: known.fingerprint, ladder: known.ladder, normRule: known.normRule,
                state: known.state, users: state.embeddings[generation]?.count ?? 0, items: old.embeddings.count,
                cutoff: known.cutoff,
                rungs: known.rungs, name: known.name)
            state.published[generation] = MemoryGeneration(
                generation: counted, artefact: old.artefact, items: state.storedItems, embeddings: old.embeddings,
                frontier: old.frontier, position: FeedPosition(token: String(state.changes.count)))
            return counted
        }
    }

    public func tryWriting(_ items: HalfEmbeddings) async throws -> WriteTrial {
        WriteTrial(rows: items.count, elapsed: .zero, bytes: items.bits.count * 2)
    }

    private func note(
        _ generation: GenerationNumber, from before: BackfillPart, _ part: KeyPath<BackfillProgress, BackfillPart>,
        _ change: (BackfillProgress) -> BackfillProgress
    ) throws {
        try withState { state in
            guard let progress = state.backfills[generation], progress[keyPath: part] == before else {
                throw BackfillOvertaken(generation: generation)
            }
            state.backfills[generation] = change(progress)
        }
    }
}

extension BackfillPart {
    fileprivate func moved(to number: Int64, _ count: Int) -> BackfillPart {
        BackfillPart(after: number, last: last, done: done + count, total: total)
    }
}

extension BackfillProgress {
    fileprivate func with(items: BackfillPart? = nil, users: BackfillPart? = nil) -> BackfillProgress {
        BackfillProgress(
            generation: generation, items: items ?? self.items, users: users ?? self.users, position: position,
            caughtUp: caughtUp)
    }
}

extension MemoryStore {
    /// Changes an item at once, or adds it: for what happens in the middle of something.
    public func change(_ id: String) {
        state.withLock { state in
            do { state.put(CatalogueItem(id: try ItemID(id), title: "changed")) } catch {
                preconditionFailure("'\(id)' is no id: \(error)")
            }
        }
    }
}
