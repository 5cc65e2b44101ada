public import Domain
import Postgres

extension PostgresStore: EmbeddingImporter {
    public func match(items: [ItemID]) async throws -> CatalogueMatch<ItemSubject> {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                try await Self.stage(items, in: Self.stagedItems, transaction)
                let missing: SQL = """
                    FROM linden.items WHERE NOT deleted
                    AND NOT EXISTS (SELECT FROM staged_items WHERE staged_items.id = items.item_id)
                    """
                let count = try await transaction.query("SELECT count(*) \(missing)", deadline: .never)
                let examples = try await transaction.query(
                    "SELECT item_id \(missing) ORDER BY item_no LIMIT 3", deadline: .never)
                return CatalogueMatch(
                    unknown: try await Self.positions(
                        """
                        COPY (SELECT position FROM staged_items LEFT JOIN linden.items ON item_id = id
                              WHERE item_no IS NULL ORDER BY position) TO STDOUT (FORMAT binary)
                        """, transaction),
                    deleted: try await Self.positions(
                        """
                        COPY (SELECT position FROM staged_items JOIN linden.items ON item_id = id
                              WHERE deleted ORDER BY position) TO STDOUT (FORMAT binary)
                        """, transaction),
                    missing: (
                        Int(try count.first?.decode(Int64.self, at: 0) ?? 0),
                        try examples.map { try ItemID($0.decode(String.self, at: 0)) }
                    ))
            }
        }
    }

    public func match(users: [UserID]) async throws -> CatalogueMatch<UserSubject> {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                try await Self.stage(users, in: Self.stagedUsers, transaction)
                return CatalogueMatch(
                    unknown: try await Self.positions(
                        """
                        COPY (SELECT position FROM staged_users LEFT JOIN linden.users ON user_id = id
                              WHERE user_no IS NULL ORDER BY position) TO STDOUT (FORMAT binary)
                        """, transaction),
                    missing: (0, []))
            }
        }
    }

    /// Numbers what is new, and writes the generation, in one transaction: what is refused or killed leaves nothing behind.
    public func publish(_ imported: ImportedGeneration) async throws -> Generation {
        try await withConnection { connection in
            let generation = try await connection.transaction { transaction in
                if let known = try await Self.generation(fingerprint: imported.fingerprint, transaction) {
                    return known
                }
                if let other = try await Self.number(named: imported.name, transaction) {
                    throw GenerationNameError.taken(imported.name, by: other)
                }
                try await Self.stage(imported.items.ids, in: Self.stagedItems, transaction)
                try await Self.stage(imported.users.ids, in: Self.stagedUsers, transaction)
                try await transaction.execute(
                    """
                    INSERT INTO linden.items (item_id)
                    SELECT id FROM staged_items
                    WHERE NOT EXISTS (SELECT FROM linden.items AS known WHERE known.item_id = id) ORDER BY position
                    ON CONFLICT DO NOTHING
                    """, deadline: .never)
                try await transaction.execute(
                    """
                    INSERT INTO linden.users (user_id)
                    SELECT id FROM staged_users
                    WHERE NOT EXISTS (SELECT FROM linden.users AS known WHERE known.user_id = id) ORDER BY position
                    ON CONFLICT DO NOTHING
                    """, deadline: .never)
                let items = try await Self.numbers(
                    """
                    COPY (SELECT item_no FROM staged_items JOIN linden.items ON item_id = id ORDER BY position)
                    TO STDOUT (FORMAT binary)
                    """, transaction)
                let users = try await Self.numbers(
                    """
                    COPY (SELECT user_no FROM staged_users JOIN linden.users ON user_id = id ORDER BY position)
                    TO STDOUT (FORMAT binary)
                    """, transaction)
                guard items.count == imported.items.count, users.count == imported.users.count else {
                    throw CatalogueChanged()
                }
                let draft = imported.draft(itemNumbers: items, userNumbers: users)
                return try await Self.write(draft, transaction)
            }
            await Self.ring(connection)
            return generation
        }
    }

    private static let stagedItems: SQL = "staged_items"
    private static let stagedUsers: SQL = "staged_users"

    /// Copies ids into a table of this transaction, with their positions.
    private static func stage<Subject>(
        _ ids: [ExternalID<Subject>], in table: SQL, _ transaction: Connection
    ) async throws {
        try await transaction.query(
            """
            CREATE TEMPORARY TABLE \(table) (position bigint NOT NULL, id text COLLATE "C" NOT NULL) ON COMMIT DROP
            """)
        try await transaction.copyIn("COPY \(table) (position, id) FROM STDIN (FORMAT binary)") { writer in
            for (position, id) in ids.enumerated() { try await writer.row(Int64(position), id.text) }
        }
        try await transaction.query("ANALYZE \(table)")
    }

    private static func numbers(_ copy: SQL, _ transaction: Connection) async throws -> [Int64] {
        var numbers: [Int64] = []
        try await transaction.copyOut(copy) { row in numbers.append(try row.decode(at: 0)) }
        return numbers
    }

    private static func positions(_ copy: SQL, _ transaction: Connection) async throws -> [Int] {
        try await numbers(copy, transaction).map(Int.init)
    }

    private static func number(named name: String, _ connection: Connection) async throws -> GenerationNumber? {
        try await connection.query(
            "SELECT generation FROM linden.generations WHERE name = $1 AND state <> 'dropped'", name
        ).first
            .map { row in GenerationNumber(try row.decode(at: 0)) }
    }
}
