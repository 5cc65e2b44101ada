import Domain

/// The batches of one run of a backfill.
struct BatchRun {
    private let store: any BackfillStore
    private let embedder: CatalogueEmbedder
    private let progress: BackfillProgress
    private var items: BackfillPart
    private var users: BackfillPart
    /// A batch of users costs many times one of items, so that each goes at a pace of its own.
    private var itemPace: BatchPace
    private var userPace: BatchPace
    private var changePace: BatchPace
    /// How long each batch took, without its rest.
    private(set) var times: [Duration] = []
    /// Changed items that were embedded after their batch, or again, by this run and those before.
    private(set) var caughtUp: Int

    /// Readings of the feed at most: each is shorter than the one before as long as items are embedded faster than they
    /// change.
    private static let mostRounds = 20
    /// Items of the catalogue that are read at once for histories.
    private static let page = 10_000

    init(
        store: any BackfillStore, embedder: CatalogueEmbedder, progress: BackfillProgress, options: BackfillJob.Options
    ) {
        self.store = store
        self.embedder = embedder
        self.progress = progress
        items = progress.items
        users = progress.users
        caughtUp = progress.caughtUp
        itemPace = BatchPace(target: options.batchTime, share: options.share)
        userPace = BatchPace(target: options.batchTime, share: options.share, rows: 4)
        changePace = BatchPace(target: options.batchTime, share: options.share)
    }

    mutating func embedItems(_ clock: some Clock<Duration>, _ report: (BackfillJob.Step) -> Void) async throws {
        while items.after < items.last {
            report(.embedding(items: items, users: users))
            let (part, limit, generation) = (items, itemPace.rows, progress.generation.number)
            let (store, embedder) = (store, embedder)
            items = try await timed(\.itemPace, clock) {
                let batch = try await store.items(after: part.after, through: part.last, limit: limit)
                let next = part.next(after: batch.last?.number.rawValue, count: batch.count, limit: limit)
                try await store.write(
                    items: embedder.embeddings(of: batch), from: part, to: next.after, count: batch.count, generation)
                return (next, batch.count)
            }
        }
    }

    mutating func embedUsers(_ clock: some Clock<Duration>, _ report: (BackfillJob.Step) -> Void) async throws {
        guard users.after < users.last else { return }
        let known = try await knownItems(report)
        while users.after < users.last {
            report(.embedding(items: items, users: users))
            let (part, limit, generation) = (users, userPace.rows, progress.generation.number)
            let (store, embedder) = (store, embedder)
            users = try await timed(\.userPace, clock) {
                let batch = try await store.histories(after: part.after, through: part.last, limit: limit)
                let made = embedder.embeddings(of: batch, among: known)
                let active = batch.count { $0.events > 0 }
                let next = part.next(
                    after: batch.last?.number.rawValue, count: active, isLast: batch.count < limit)
                try await store.write(
                    users: made.rows, events: made.events, from: part, to: next.after, count: active, generation)
                return (next, batch.count)
            }
        }
    }

    /// Embeds the items that changed since the backfill began or last looked, until only a batch of them was left.
    mutating func catchUp(_ clock: some Clock<Duration>, _ report: (BackfillJob.Step) -> Void) async throws {
        var position = progress.position
        for _ in 0..<Self.mostRounds {
            let (changes, next) = try await store.changes(after: position)
            let changed = changes.compactMap { if case .upserted(let item) = $0 { item } else { nil } }
            report(.catchingUp(changes: changed.count))
            let generation = progress.generation.number
            var (start, isWhole) = (0, true)
            while start < changed.count {
                let batch = Array(changed[start..<min(changed.count, start + changePace.rows)])
                let (store, embedder) = (store, embedder)
                let isWritten = try await timed(\.changePace, clock) {
                    let made = embedder.embeddings(of: batch)
                    return (try await store.write(changed: made, asOf: next, generation), batch.count)
                }
                isWhole = isWhole && isWritten
                start += batch.count
            }
            // Where somebody was just changing an item, its turn comes again.
            guard isWhole else { continue }
            try await store.caughtUp(changed.count, to: next, generation)
            position = next
            caughtUp += changed.count
            if changed.count < changePace.rows { return }
        }
    }

    /// The whole catalogue as the user tower knows it.
    private func knownItems(_ report: (BackfillJob.Step) -> Void) async throws -> KnownItems {
        var (known, after) = (KnownItems(), Int64(0))
        while true {
            report(.reading(items: known.features.count))
            try Task.checkCancellation()
            let batch = try await store.items(after: after, through: .max, limit: Self.page)
            known.add(batch, to: embedder.model)
            guard batch.count == Self.page, let last = batch.last else { return known }
            after = last.number.rawValue
        }
    }

    /// Does a batch, notes how long it took, and rests.
    private mutating func timed<Value>(
        _ pace: WritableKeyPath<Self, BatchPace>, _ clock: some Clock<Duration>,
        _ batch: () async throws -> (Value, rows: Int)
    ) async throws -> Value {
        try Task.checkCancellation()
        let start = clock.now
        let (value, rows) = try await batch()
        let elapsed = start.duration(to: clock.now)
        times.append(elapsed)
        let rest = self[keyPath: pace].rest(after: elapsed, rows: rows)
        if rest > .zero { try await clock.sleep(for: rest) }
        return value
    }
}

extension BackfillPart {
    /// The part after a batch that ended with a number; the end where the batch was short.
    fileprivate func next(after number: Int64?, count: Int, isLast: Bool) -> BackfillPart {
        BackfillPart(after: isLast ? last : number ?? last, last: last, done: done + count, total: total)
    }

    fileprivate func next(after number: Int64?, count: Int, limit: Int) -> BackfillPart {
        next(after: number, count: count, isLast: count < limit)
    }
}
