import Glibc
import Postgres
import TestSupport
import Testing

@Suite("A COPY")
struct CopyTests {
    private struct Stop: Error {}

    private static let into: SQL = "COPY item (item_no, title, embedding) FROM STDIN (FORMAT binary)"
    private static let out: SQL =
        "COPY (SELECT item_no, title, embedding FROM item ORDER BY item_no) TO STDOUT (FORMAT binary)"

    private func withTable(_ body: (Connection) async throws -> Void) async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            try await connection.execute("CREATE TABLE item (item_no int8 PRIMARY KEY, title text, embedding bytea)")
            try await body(connection)
        }
    }

    private func count(_ connection: Connection) async throws -> Int {
        try await connection.query("SELECT count(*) FROM item")[0].decode(Int.self, at: 0)
    }

    @Test("carries 100,000 rows in and out, in order and unchanged")
    func roundTrip() async throws {
        func title(_ number: Int) -> String? { number.isMultiple(of: 7) ? nil : "title \(number)" }
        func embedding(_ number: Int) -> [UInt8] { (0..<32).map { UInt8(truncatingIfNeeded: number &+ $0) } }
        try await withTable { connection in
            let written = try await connection.copyIn(Self.into) { writer in
                for number in 0..<100_000 { try await writer.row(number, title(number), embedding(number)) }
            }
            #expect(written == 100_000)
            var next = 0
            let read = try await connection.copyOut(Self.out) { row in
                let (number, text, bytes) = try row.decode(Int.self, String?.self, [UInt8].self)
                try #require(number == next && text == title(number) && bytes == embedding(number))
                next += 1
            }
            #expect(read == 100_000)
            #expect(connection.state == .idle)
        }
    }

    @Test("of no rows is one too")
    func empty() async throws {
        try await withTable { connection in
            let written = try await connection.copyIn(Self.into) { _ in }
            let read = try await connection.copyOut(Self.out) { _ in }
            #expect((written, read) == (0, 0))
        }
    }

    @Test("leaves no row when its body throws, and the connection goes on")
    func bodyThrows() async throws {
        try await withTable { connection in
            await #expect(throws: Stop.self) {
                try await connection.copyIn(Self.into) { writer in
                    for number in 0..<10_000 { try await writer.row(number, "x", [UInt8](repeating: 1, count: 20)) }
                    throw Stop()
                }
            }
            #expect(connection.state == .idle)
            let rows = try await count(connection)
            #expect(rows == 0)
        }
    }

    @Test("leaves no row when the server refuses one, and says why")
    func serverRefuses() async throws {
        try await withTable { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.copyIn(Self.into) { writer in
                    for number in 0..<20_000 { try await writer.row(number % 19_999, "x", [UInt8]()) }
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(connection.state == .idle)
            let rows = try await count(connection)
            #expect(rows == 0)
        }
    }

    @Test("leaves out a row with U+0000 in a text, whole")
    func nulInRow() async throws {
        try await withTable { connection in
            try await connection.copyIn(Self.into) { writer in
                try writer.append(1, "good", [UInt8]())
                var refused = false
                do throws(PostgresError) { try writer.append(2, "b\0d", [UInt8]()) } catch {
                    refused = error.kind == .encoding
                }
                #expect(refused)
                try writer.append(3, "good", [UInt8]())
            }
            let numbers = try await connection.query("SELECT item_no FROM item ORDER BY 1").map {
                try $0.decode(Int.self, at: 0)
            }
            #expect(numbers == [1, 3])
        }
    }

    @Test("out that is given up closes the connection")
    func readerThrows() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let connection = try await Connection.open(pool.settings)
            await #expect(throws: Stop.self) {
                try await connection.copyOut("COPY (SELECT generate_series(1, 1000000)) TO STDOUT (FORMAT binary)") {
                    _ in
                    throw Stop()
                }
            }
            #expect(connection.state == .closed)
        }
    }

    @Test("does not wait for a frozen server longer than it may be silent", arguments: [true, false])
    func frozen(reads: Bool) async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            var settings = pool.settings
            settings.statementDeadline = .milliseconds(300)
            let connection = try await Connection.open(settings)
            let backend = await connection.backendProcessID
            try await connection.execute("CREATE TABLE item (x bytea)", deadline: .seconds(30))
            let piece = [UInt8](repeating: 7, count: 100_000)
            let error = await #expect(throws: PostgresError.self) {
                if reads {
                    let rows: SQL = "SELECT repeat('x', 1000)::bytea FROM generate_series(1, 1000000)"
                    try await connection.copyOut("COPY (\(rows)) TO STDOUT (FORMAT binary)") { _ in
                        kill(backend, SIGSTOP)
                    }
                } else {
                    try await connection.copyIn("COPY item FROM STDIN (FORMAT binary)") { writer in
                        kill(backend, SIGSTOP)
                        while true { try await writer.row(piece) }
                    }
                }
            }
            kill(backend, SIGCONT)
            #expect(error?.kind == .deadline)
            #expect(connection.state == .closed)
        }
    }

    @Test("lets no other statement in between")
    func busy() async throws {
        try await withTable { connection in
            try await connection.copyIn(Self.into) { _ in
                let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
                #expect(error?.kind == .usage)
            }
            #expect(connection.state == .idle)
        }
    }

    @Test("in text format is refused")
    func textFormat() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let connection = try await Connection.open(pool.settings)
            try await connection.execute("CREATE TABLE item (x int8)")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.copyIn("COPY item FROM STDIN") { writer in try await writer.row(1) }
            }
            #expect(error?.kind == .closed)
        }
    }
}
