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
    /// Times are those of the events; where none has one, the order in which they came.
    public func interactionLog(
        before cut: Timestamp?, weighing weights: InteractionWeights
    ) async throws -> InteractionLog {
        try withState { state in
            let items = state.storedItems
            let positions = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1.number, Int32($0)) })
            let signals = state.signals(before: cut, weights)
            let isTimed = state.events.contains { $0.timestamp != .epoch }
            var log = InteractionLog(items: items)
            for (id, number) in state.users.sorted(by: { $0.value < $1.value }) {
                let seen = (state.seen[number] ?? []).enumerated().compactMap { order, item in
                    signals[MemoryPair(user: number, item: item)].map {
                        (item: item, time: isTimed ? $0.latest.microseconds : Int64(order), signals: $0)
                    }
                }
                guard !seen.isEmpty else { continue }
                log.users.append((number, id))
                let weighed = zip(seen, weights.weights(of: seen.map(\.signals))).enumerated()
                for (_, (met, weight)) in weighed.sorted(by: { ($0.1.0.time, $0.0) < ($1.1.0.time, $1.0) }) {
                    guard let position = positions[met.item] else { continue }
                    log.append(
                        user: Int32(log.users.count - 1), item: position, timestamp: met.time, weight: weight)
                }
            }
            return log
        }
    }
}

/// A user and an item that the user met.
struct MemoryPair: Hashable {
    let user: UserNumber
    let item: ItemNumber
}

extension MemoryStore.State {
    /// What each user's events with each item come to, before a cut.
    fileprivate func signals(before cut: Timestamp?, _ weights: InteractionWeights) -> [MemoryPair: ItemSignals] {
        var signals: [MemoryPair: ItemSignals] = [:]
        for event in events where cut.map({ event.timestamp < $0 }) ?? true {
            guard let user = users[event.user], let item = itemNumbers[event.item] else { continue }
            let pair = MemoryPair(user: user, item: item)
            weights.add(
                1, of: event.kind, latest: event.timestamp, value: event.value,
                to: &signals[pair, default: ItemSignals()])
        }
        return signals
    }
}

extension MemoryStore: TrainingRunStore {
    public func begin(_ start: TrainingRunStart) async throws -> TrainingRunNumber {
        try withState { state in
            state.runs = state.runs.map { run in
                guard run.end.outcome == .unfinished else { return run }
                var end = run.end
                end.outcome = .interrupted
                return run.with(end)
            }
            let number = TrainingRunNumber(Int32(state.runs.count + 1))
            state.runs.append(
                TrainingRun(
                    number: number, startedAt: .epoch, start: start,
                    end: TrainingRunEnd(cutoff: 0, settings: start.settings)))
            return number
        }
    }

    public func finish(_ run: TrainingRunNumber, _ end: TrainingRunEnd) async throws {
        try withState { state in
            guard let position = state.runs.firstIndex(where: { $0.number == run }) else { throw NoSuchGeneration() }
            state.runs[position] = state.runs[position].with(end)
        }
    }

    public func trainingRuns() async throws -> [TrainingRun] {
        try withState { $0.runs.reversed() }
    }
}

extension TrainingRun {
    fileprivate func with(_ end: TrainingRunEnd) -> TrainingRun {
        TrainingRun(number: number, startedAt: startedAt, start: start, end: end)
    }
}

extension MemoryStore: GenerationPublisher {
    public func publish(_ draft: GenerationDraft) async throws -> Generation {
        try withState { state in state.generation(draft.fingerprint) ?? state.write(draft) }
    }

    public func store(_ frontier: Frontier, generation: GenerationNumber) async throws {
        try withState { state in try state.change(generation, frontier: frontier) }
    }
}

extension MemoryStore.State {
    /// The generation that has a fingerprint.
    func generation(_ fingerprint: [UInt8]) -> Generation? {
        published.values.first { $0.generation.fingerprint == fingerprint && $0.generation.state != .dropped }?
            .generation
    }

    /// Publishes a generation that is not there yet.
    mutating func write(_ draft: GenerationDraft) -> Generation {
        let generation = Generation(
            number: GenerationNumber(Int32(published.count + 1)), fingerprint: draft.fingerprint,
            ladder: draft.ladder, normRule: draft.normRule, state: .built, users: draft.users.count,
            items: draft.items.count, cutoff: draft.cutoff, rungs: draft.rungs, name: draft.name)
        published[generation.number] = MemoryGeneration(
            generation: generation, artefact: draft.artefact, items: storedItems, embeddings: draft.items,
            frontier: nil, position: FeedPosition(token: String(changes.count)))
        for row in 0..<draft.users.count {
            let bits = Array(draft.users.bits[draft.users.range(of: row)])
            embeddings[UserNumber(draft.users.numbers[row])] = (bits, draft.userEvents[row])
        }
        return generation
    }

    /// Publishes a generation anew with what is given changed.
    mutating func change(
        _ number: GenerationNumber, frontier: Frontier? = nil, lifeState: GenerationState? = nil
    ) throws {
        guard let old = published[number] else { throw MemoryStore.NoSuchGeneration() }
        published[number] = MemoryGeneration(
            generation: old.generation.with(state: lifeState ?? old.generation.state), artefact: old.artefact,
            items: old.items, embeddings: old.embeddings, frontier: frontier ?? old.frontier, position: old.position)
    }
}
