import ByteStreams
public import Domain
import Towers

/// What embedding the catalogue for a generation takes, reckoned from a sample of it.
public struct BackfillPrice: Hashable, Sendable {
    public let generation: GenerationNumber
    public let items: Int
    public let users: Int
    /// Bytes of the rows and their indices.
    public let bytes: Int
    /// Seconds of one core for the embedding.
    public let cpuSeconds: Double
    /// Seconds of reading, embedding and writing, without a rest.
    public let busySeconds: Double
    /// Share of the time that is worked.
    public let share: Double
    /// Items and users that were embedded for it.
    public let sampledItems: Int
    public let sampledUsers: Int

    /// How long it takes, its rests included.
    public var expected: Duration { .seconds(busySeconds / share) }

    /// Items and users of the sample.
    private static let sample = (items: 1_000, users: 200)

    /// Embeds a sample of the catalogue and users, and writes it for trial; nothing is left of it.
    ///
    /// The sample is the oldest items and users: those that have been there for long have the longest histories, so it
    /// errs on the dear side.
    public init(
        of number: GenerationNumber, store: any BackfillStore, share: Double = 0.5,
        clock: some Clock<Duration> = ContinuousClock()
    ) async throws {
        let model = try TwoTowerModel(decoding: try await store.artefact(of: number))
        let embedder = CatalogueEmbedder(model: model, threads: 1)
        let rows = try await store.rowsToEmbed()
        let start = clock.now
        let items = try await store.items(after: 0, through: .max, limit: Self.sample.items)
        let readItems = start.duration(to: clock.now)
        let (made, itemWork) = Self.working { embedder.embeddings(of: items) }
        let trial = try await store.tryWriting(made)

        let beforeUsers = clock.now
        let histories = try await store.histories(after: 0, through: .max, limit: Self.sample.users)
            .filter { $0.events > 0 }
        let readUsers = beforeUsers.duration(to: clock.now)
        var known = KnownItems()
        known.add(items, to: model)
        // What is not in the sample of items stands in by one that is: any costs the same.
        let met = items.isEmpty ? [] : histories.map { Self.within(items, $0) }
        let (_, userWork) = Self.working { embedder.embeddings(of: met, among: known) }

        let itemCount = Double(rows.items) / Double(max(1, items.count))
        let userCount = Double(rows.users) / Double(max(1, histories.count))
        let write = trial.elapsed / .seconds(1) / Double(max(1, trial.rows))
        let rowCount = Double(rows.items + rows.users)
        generation = number
        (self.items, users) = (rows.items, rows.users)
        bytes = Int(Double(trial.bytes) / Double(max(1, trial.rows)) * rowCount)
        cpuSeconds = itemWork * itemCount + userWork * userCount
        busySeconds =
            cpuSeconds + readItems / .seconds(1) * itemCount + readUsers / .seconds(1) * userCount + write * rowCount
        self.share = share
        (sampledItems, sampledUsers) = (items.count, histories.count)
    }

    /// A history of the same length over some items.
    private static func within(_ items: [StoredItem], _ history: StoredHistory) -> StoredHistory {
        StoredHistory(
            number: history.number, id: history.id,
            items: history.items.indices.map { items[$0 % items.count].number }, events: history.events)
    }

    /// What `work` makes, and the seconds that its thread worked.
    private static func working<Value>(_ work: () -> Value) -> (Value, Double) {
        let start = ThreadProcessorTime.nanoseconds
        let value = work()
        return (value, Double(ThreadProcessorTime.nanoseconds - start) / 1e9)
    }
}
