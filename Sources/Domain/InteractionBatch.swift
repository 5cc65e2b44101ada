/// Interactions by column, so that a database can take thousands without an allocation for each.
///
/// All columns have ``count`` rows. Ids are valid ``ExternalID``s: 1 to 256 bytes of UTF-8 without U+0000.
public struct InteractionBatch: Sendable {
    public private(set) var users = ByteColumn()
    public private(set) var items = ByteColumn()
    /// What was done; 1 to 64 bytes of UTF-8.
    public private(set) var kinds = ByteColumn()
    /// The source's own ids of the events; empty where it has none.
    public private(set) var events = ByteColumn()
    /// When; ``Timestamp/epoch`` where the source does not say.
    public private(set) var timestamps: [Timestamp] = []
    /// How much: finite, or NaN where the source has no amount.
    public private(set) var values: [Float] = []

    public init() {}

    public var count: Int { timestamps.count }
    public var isEmpty: Bool { timestamps.isEmpty }

    /// Adds an interaction.
    public mutating func append(_ interaction: Interaction) {
        append(
            user: interaction.user.bytes, item: interaction.item.bytes, kind: interaction.kind.utf8,
            event: interaction.event?.bytes ?? [], timestamp: interaction.timestamp, value: interaction.value ?? .nan)
    }

    /// Adds a row whose parts the caller has checked.
    package mutating func append(
        user: some Collection<UInt8>, item: some Collection<UInt8>, kind: some Collection<UInt8>,
        event: some Collection<UInt8>, timestamp: Timestamp, value: Float
    ) {
        users.append(user)
        items.append(item)
        kinds.append(kind)
        events.append(event)
        timestamps.append(timestamp)
        values.append(value)
    }

    /// Forgets all rows and keeps their room.
    public mutating func removeAll() {
        users.removeAll()
        items.removeAll()
        kinds.removeAll()
        events.removeAll()
        timestamps.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    /// The rows as values, which allocates for each of them.
    public var interactions: [Interaction] {
        (0..<count).map { row in
            Interaction(
                user: Self.id(users[row]),
                item: Self.id(items[row]),
                timestamp: timestamps[row],
                kind: String(decoding: kinds[row], as: UTF8.self),
                value: values[row].isNaN ? nil : values[row],
                event: events[row].isEmpty ? nil : Self.id(events[row])
            )
        }
    }

    private static func id<Subject>(_ bytes: ArraySlice<UInt8>) -> ExternalID<Subject> {
        do {
            return try ExternalID(utf8: Array(bytes))
        } catch {
            preconditionFailure("A batch holds \(bytes.count) bytes that are no id: \(error)")
        }
    }
}
