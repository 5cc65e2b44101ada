import Postgres
import TestSupport
import Testing

@Suite("A statement")
struct StatementTests {
    @Test("counts the rows that it touched")
    func affected() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            try await connection.execute("CREATE TABLE item (item_no bigint PRIMARY KEY)")
            let inserted = try await connection.execute("INSERT INTO item SELECT generate_series(1, 10)")
            let deleted = try await connection.execute("DELETE FROM item WHERE item_no > $1", 7)
            #expect((inserted, deleted) == (10, 3))
        }
    }

    @Test("that breaks a constraint fails with its SQLSTATE and the constraint, without the value")
    func uniqueViolation() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            try await connection.execute("CREATE TABLE item (external_id text CONSTRAINT item_once UNIQUE)")
            try await connection.execute("INSERT INTO item VALUES ($1)", "secret-7")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.execute("INSERT INTO item VALUES ($1)", "secret-7")
            }
            #expect(error?.kind == .server)
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.constraint == "item_once")
            #expect(
                error?.description == "PostgreSQL refused the statement: "
                    + "duplicate key value violates unique constraint \"item_once\" (SQLSTATE 23505)")
            #expect(connection.state == .idle)
        }
    }

    @Test("that cannot read a value does not repeat it", arguments: ["int", "float8", "timestamptz", "jsonb", "uuid"])
    func dataException(type: String) async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.query("SELECT $1::text::\(SQL(unsafeSQL: type))", "se\"cret")
            }
            #expect(error?.sqlState?.code.hasPrefix("22") == true)
            #expect(error?.description.contains("cret") == false)
        }
    }

    @Test("is prepared when it comes again, and prepared anew when its table has changed")
    func prepared() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            try await connection.execute("CREATE TABLE item (item_no bigint)")
            try await connection.execute("INSERT INTO item VALUES (1)")
            let statement: SQL = "SELECT * FROM item"
            let prepared: SQL = "SELECT count(*) FROM pg_prepared_statements WHERE statement = $1"
            var counts: [Int] = []
            for _ in 0..<3 {
                try await connection.query(statement)
                counts.append(try await connection.query(prepared, statement.text)[0].decode(Int.self, at: 0))
            }
            #expect(counts == [0, 1, 1])
            try await connection.execute("ALTER TABLE item ADD title text DEFAULT 'a'")
            let row = try await connection.query(statement)[0]
            #expect(row.columnCount == 2)
        }
    }

    @Test("is never prepared behind a transaction pooler")
    func pooled() async throws {
        var settings = try PostgresTesting.server()
        settings.behindTransactionPooler = true
        let connection = try await Connection.open(settings)
        for _ in 0..<3 { try await connection.query("SELECT 1") }
        let count = try await connection.query("SELECT count(*) FROM pg_prepared_statements")[0].decode(Int.self, at: 0)
        await connection.close()
        #expect(count == 0)
    }

    @Test("takes spliced names and constants as what they are")
    func splices() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let name = #"a "b"; DROP TABLE c"#
            try await connection.execute(
                "CREATE TABLE \(identifier: name) (x text DEFAULT \(literal: #"it's \ fine"#))")
            try await connection.execute("INSERT INTO \(identifier: name) DEFAULT VALUES")
            let row = try await connection.query("SELECT x, \(literal: 42) FROM \(identifier: name)")[0]
            let (text, number) = try row.decode(String.self, Int.self)
            #expect(text == #"it's \ fine"#)
            #expect(number == 42)
        }
    }

    @Test("with U+0000 in its text is refused")
    func nulInSQL() {
        #expect(throws: PostgresError.self) { try Statement("SELECT 1\0; DROP TABLE item") }
    }

    @Test("that is a COPY is refused, and the connection closed")
    func copyAsQuery() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let connection = try await Connection.open(pool.settings)
            try await connection.execute("CREATE TABLE item (item_no bigint)")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.query("COPY item FROM STDIN (FORMAT binary)", deadline: .seconds(5))
            }
            #expect(error?.kind == .closed)
            #expect(connection.state == .closed)
        }
    }
}

@Suite("A pipeline")
struct PipelineTests {
    @Test("answers in the order of its statements")
    func order() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let statements = try (0..<500).map { try Statement("SELECT $1::int8 * 2", $0) }
            let answers = try await connection.pipeline(statements).map { try $0[0].decode(Int.self, at: 0) }
            #expect(answers == (0..<500).map { $0 * 2 })
        }
    }

    @Test("undoes all of it when a statement in the middle fails, and the connection goes on")
    func errorInTheMiddle() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            try await connection.execute("CREATE TABLE item (item_no int8 CHECK (item_no <> 3))")
            let insert: SQL = "INSERT INTO item VALUES ($1)"
            // Twice, so that the second time the statement is prepared.
            for _ in 0..<2 {
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.pipeline((1...5).map { try Statement(insert, $0) })
                }
                #expect(error?.sqlState == .checkViolation)
                #expect(connection.state == .idle)
                let count = try await connection.query("SELECT count(*) FROM item")[0].decode(Int.self, at: 0)
                #expect(count == 0)
            }
        }
    }

    @Test("larger than the socket's buffers gets through in both directions")
    func large() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let piece = [UInt8](repeating: 7, count: 100_000)
            let statements = try (0..<50).map { _ in try Statement("SELECT $1::bytea", piece) }
            let answers = try await connection.pipeline(statements)
            #expect(try answers.allSatisfy { try $0[0].decode([UInt8].self, at: 0) == piece })
        }
    }

    @Test("of nothing asks nothing")
    func empty() async throws {
        let answers = try await PostgresTesting.withTemporaryConnection { try await $0.pipeline([]) }
        #expect(answers.isEmpty)
    }
}

@Suite("A script")
struct ScriptTests {
    @Test("runs all its statements and returns their tags")
    func tags() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let tags = try await connection.execute(
                script: "CREATE TABLE item (x int); INSERT INTO item VALUES (1), (2); SELECT * FROM item;")
            #expect(tags == ["CREATE TABLE", "INSERT 0 2", "SELECT 2"])
        }
    }

    @Test("leaves nothing behind when one fails, and says where")
    func failure() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.execute(script: "CREATE TABLE item (x int);\nSELECT nothing_here;")
            }
            #expect(error?.position == 35)
            let rows = try await connection.query("SELECT to_regclass('item') IS NULL")
            #expect(try rows[0].decode(Bool.self, at: 0))
        }
    }
}
