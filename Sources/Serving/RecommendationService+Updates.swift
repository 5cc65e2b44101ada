import Domain
import Retrieval
import Synchronization

extension RecommendationService {
    /// Brings what is held up to the store, and loads what requests cannot do without: the active generation, and those that
    /// tiers name.
    ///
    /// Only one call may be under way at a time, of this or of ``follow()``.
    ///
    /// - Returns: Whether anything was new.
    @discardableResult
    public func refresh() async throws -> Bool {
        var isNew = try await follow()
        while let load = nextLoad(amongAll: false) {
            try await load()
            try await follow()
            isNew = true
        }
        return isNew
    }

    /// Brings every generation that is held up to the store, and answers from the active one once that is held.
    ///
    /// Requests are answered from a new snapshot before the embeddings that its item tower made are stored, so that the next
    /// node finds them. Until they could be, they are kept, and stored with the next ones; each node makes the same.
    ///
    /// - Returns: Whether anything was new.
    @discardableResult
    package func follow() async throws -> Bool {
        let before = current?.position
        let policy = HoldingPolicy(retired: keepGenerations, named: tiers.generations)
        let duties = policy.duties(try await ports.generations.standings())
        assign(duties)
        var isNew = try await readFeed()
        if let active = duties.active, held.withLock({ $0.activate(active) }) { isNew = true }
        following.withLock { $0.positionBefore = before ?? current?.position }
        try await storeEmbeddings()
        return isNew
    }

    /// Takes over duties: lets go of generations that are not wanted, and begins to write for new ones.
    private func assign(_ duties: HoldingPolicy.Duties) {
        let held = held.withLock { held in
            let released = held.release(allBut: duties.held)
            // A merge of what is let go is of no use.
            merges.withLock { merges in for number in released { merges[number]?.abandon() } }
            return held
        }
        let heldNumbers = Set(held.all.map(\.generation.number))
        following.withLock { state in
            state.duties = duties
            state.loaded = state.loaded.filter { duties.held.contains($0.key) }
            // One that is to be held is written for until it is.
            let written = duties.written + duties.held.filter { !heldNumbers.contains($0) }
            state.writers = state.writers.filter { written.contains($0.key) }
            guard let position = state.positionBefore ?? held.active?.position else { return }
            for number in duties.written where state.writers[number] == nil {
                state.writers[number] = GenerationWriter(position: position)
            }
        }
        fetcher?.cache?.forget(allBut: heldNumbers.union(duties.held))
    }

    /// Applies what the feed has to every generation that follows it.
    ///
    /// Generations that stand at one place share a reading. All take the place after the first reading: what a later one saw
    /// beyond that is applied again, which changes nothing, and from then on one reading is enough.
    ///
    /// - Returns: Whether anything was new.
    private func readFeed() async throws -> Bool {
        let snapshots = held.withLock { $0.all }
        let (loaded, writers) = following.withLock { ($0.loaded, $0.writers.filter { $0.value.model != nil }) }
        var readings: [FeedPosition: [ItemChange]] = [:]
        var next: FeedPosition?
        let positions =
            snapshots.map(\.position) + loaded.values.map(\.snapshot.position) + writers.values.map(\.position)
        for position in positions where readings[position] == nil {
            let (changes, after) = try await ports.feed.changes(after: position)
            readings[position] = changes
            next = next ?? after
        }
        guard let next else { return false }
        var isNew = false
        for snapshot in snapshots {
            let changes = readings[snapshot.position] ?? []
            let isMerged = try apply(changes, position: next, to: snapshot)
            isNew = isNew || isMerged || !changes.isEmpty
        }
        for (number, (snapshot, remakes)) in loaded {
            let caught = try snapshot.applying(readings[snapshot.position] ?? [], position: next, remakes: remakes)
            held.withLock { $0.hold(caught.snapshot) }
            following.withLock { state in
                state.loaded[number] = nil
                state.writers[number] = nil
            }
            isNew = true
        }
        following.withLock { state in
            for (number, writer) in writers where state.writers[number] != nil {
                state.writers[number]?.write(readings[writer.position] ?? [], position: next)
            }
        }
        return isNew
    }

    /// Puts the snapshot after some changes in the place of the one before, over a merged index if one is ready.
    ///
    /// - Returns: Whether one was.
    private func apply(
        _ changes: [ItemChange], position: FeedPosition, to snapshot: ServingSnapshot
    ) throws -> Bool {
        let number = snapshot.generation.number
        var base = snapshot
        let merged = merges.withLock { $0[number]?.take() }
        if let merged { base.index = try merged.index.applying(merged.missed) }
        guard merged != nil || !changes.isEmpty || position != snapshot.position else { return false }
        let (next, indexChanges) = try base.applying(changes, position: position)
        merges.withLock { $0[number]?.note(indexChanges) }
        _ = held.withLock { held in
            held.change(number) { held in
                // What plans are chosen by may have been measured again meanwhile.
                let frontier = held.frontier
                held = next
                held.frontier = frontier
                return true
            }
        }
        return merged != nil
    }

    /// Stores what item towers made here.
    ///
    /// What cannot be stored for a generation that does not serve is kept and told; it is
    /// no reason to stop.
    private func storeEmbeddings() async throws {
        let (all, active) = held.withLock { ($0.all, $0.active?.generation.number) }
        for snapshot in all {
            guard let made = snapshot.unstored.table else { continue }
            let number = snapshot.generation.number
            try await store(made, number, isActive: number == active)
        }
        for (number, writer) in following.withLock({ $0.writers }) {
            guard let made = writer.unstored.table else { continue }
            try await store(made, number, isActive: false)
        }
    }

    private func store(_ made: HalfEmbeddings, _ number: GenerationNumber, isActive: Bool) async throws {
        do {
            try await ports.generations.store(itemEmbeddings: made, generation: number)
        } catch  where !isActive && !(error is StoreAway) && !(error is CancellationError) {
            following.withLock { $0.faults[number] = "Embeddings of new items are not stored: \(error)" }
            return
        }
        fetcher?.cache?.remove(made.numbers, of: number)
        _ = held.withLock { held in
            held.change(number) { snapshot in
                snapshot.unstored.remove(made)
                return true
            }
        }
        following.withLock { $0.writers[number]?.unstored.remove(made) }
    }
}
