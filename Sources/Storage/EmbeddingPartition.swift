import Domain
import Postgres

/// A generation's partition of an embedding table, from its creation to its attachment.
struct EmbeddingPartition {
    private let parent: String
    private let key: String
    private let generation: GenerationNumber
    private let dimensions: Int

    init(parent: String, key: String, _ generation: GenerationNumber, _ dimensions: Int) {
        self.parent = parent
        self.key = key
        self.generation = generation
        self.dimensions = dimensions
    }

    var name: String { "\(parent)_\(generation)" }

    /// Creates the table by itself, like its parent but without keys.
    func create(_ connection: Connection) async throws {
        try await connection.query(
            """
            CREATE TABLE linden.\(identifier: name)
            (LIKE linden.\(identifier: parent) INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING CONSTRAINTS)
            """)
        // Up to about 1,000 dimensions a row fits below the TOAST threshold; beyond, keep it in its page all the same.
        guard dimensions > 1_000 else { return }
        try await connection.query(
            "ALTER TABLE linden.\(identifier: name) ALTER embedding SET STORAGE MAIN, SET (toast_tuple_target = 8160)")
    }

    func copy(columns: SQL) -> SQL {
        "COPY linden.\(identifier: name) (\(columns)) FROM STDIN (FORMAT binary)"
    }

    /// Adds keys and checks, to the filled table or the empty one.
    func addKeys(_ connection: Connection) async throws {
        try await connection.query(
            """
            ALTER TABLE linden.\(identifier: name)
                ADD PRIMARY KEY (\(SQL.identifier(key)), generation),
                ADD CHECK (generation = \(literal: Int64(generation.rawValue))),
                ADD CHECK (octet_length(embedding) = \(literal: Int64(dimensions * 2)))
            """, deadline: .never)
    }

    /// Adds keys and checks to the table and makes it the generation's partition.
    func attach(_ connection: Connection) async throws {
        try await addKeys(connection)
        try await connection.query(
            """
            ALTER TABLE linden.\(identifier: parent) ATTACH PARTITION linden.\(identifier: name)
            FOR VALUES IN (\(literal: Int64(generation.rawValue)))
            """, deadline: .never)
    }
}
