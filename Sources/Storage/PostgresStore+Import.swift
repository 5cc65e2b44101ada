public import Domain
import Postgres

extension PostgresStore: BulkImporter {
    /// Copies batches into a staging table and turns them into events at the end, all in one transaction: whatever stops
    /// the import, nothing of it is stored.
    public func importInteractions(
        from next: (inout InteractionBatch) async throws -> Bool
    ) async throws -> ImportCount {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                try await transaction.query(
                    """
                    CREATE TEMPORARY TABLE staged_events (
                        user_id text COLLATE "C", item_id text COLLATE "C", kind text COLLATE "C", at timestamptz,
                        value real, event_id text COLLATE "C", recommendation_id text
                    ) ON COMMIT DROP
                    """)
                var batch = InteractionBatch()
                let read = try await transaction.copyIn(
                    "COPY staged_events (user_id, item_id, kind, at, value, event_id) FROM STDIN (FORMAT binary)"
                ) { writer in
                    while try await next(&batch) {
                        for row in 0..<batch.count { try await writer.row(batch, row) }
                        batch.removeAll()
                    }
                }
                try await transaction.query("ANALYZE staged_events")
                // Sorts of a file stay in memory; compiling a statement that runs once does not pay.
                try await transaction.query("SET LOCAL work_mem = '128MB'")
                try await transaction.query("SET LOCAL jit = off")
                let insertion = EventInsertion(source: "staged_events")
                for statement in insertion.preparations {
                    try await transaction.execute(statement, deadline: .never)
                }
                var added = try await Self.addUnnamed(insertion, transaction)
                added += try await transaction.execute(insertion.addNamed, deadline: .never)
                return ImportCount(read: read, added: added)
            }
        }
    }

    /// Adds the events without ids; quickly, and once more with care when somebody else added one of them meanwhile.
    private static func addUnnamed(_ insertion: EventInsertion, _ transaction: Connection) async throws -> Int {
        try await transaction.query("SAVEPOINT before_events")
        do throws(PostgresError) {
            return try await transaction.execute(insertion.addUnnamedAlone, deadline: .never)
        } catch {
            guard error.sqlState == .uniqueViolation else { throw error }
            try await transaction.query("ROLLBACK TO SAVEPOINT before_events")
            return try await transaction.execute(insertion.addUnnamed, deadline: .never)
        }
    }

    public func importItems(from next: (inout [CatalogueItem]) async throws -> Bool) async throws -> ImportCount {
        try await importRows(of: "items", from: next) { batch in try Self.upsertion(of: batch) }
    }

    public func importUsers(from next: (inout [CatalogueUser]) async throws -> Bool) async throws -> ImportCount {
        try await importRows(of: "users", from: next) { batch in try Self.upsertion(of: batch) }
    }

    /// Upserts batch after batch in one transaction.
    private func importRows<Element: Sendable>(
        of table: String, from next: (inout [Element]) async throws -> Bool,
        upsertion: ([Element]) throws -> Statement
    ) async throws -> ImportCount {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                let count: SQL = "SELECT count(*) FROM linden.\(identifier: table)"
                let before = try await transaction.query(count).first?.decode(Int64.self, at: 0) ?? 0
                var batch: [Element] = []
                var read = 0
                while try await next(&batch) {
                    guard !batch.isEmpty else { continue }
                    try await transaction.run(try upsertion(batch), deadline: .never)
                    read += batch.count
                    batch.removeAll(keepingCapacity: true)
                }
                let after = try await transaction.query(count).first?.decode(Int64.self, at: 0) ?? 0
                return ImportCount(read: read, added: Int(after - before))
            }
        }
    }
}

extension CopyWriter {
    fileprivate mutating func row(_ batch: InteractionBatch, _ row: Int) async throws(PostgresError) {
        let value = batch.values[row]
        let event = batch.events[row]
        try await self.row(
            TextBytes(batch.users[row]), TextBytes(batch.items[row]), TextBytes(batch.kinds[row]),
            Timestamptz(microseconds: batch.timestamps[row].microseconds), value.isNaN ? nil : value,
            event.isEmpty ? nil : TextBytes(event))
    }
}

/// Bytes that were checked to be UTF-8 without U+0000, as a `text`.
private struct TextBytes: PostgresEncodable {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    static var postgresType: PostgresType { .text }

    func encode(into writer: inout BinaryWriter) {
        writer.append(bytes)
    }
}
