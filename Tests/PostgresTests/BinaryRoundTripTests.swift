import Postgres
import TestSupport
import Testing

@Suite("A value in binary format")
struct BinaryRoundTripTests {
    /// Sends `value` to the server and back.
    private func echo<Value: PostgresValue>(_ value: Value, as type: SQL, _ connection: Connection) async throws
        -> Value
    {
        let rows = try await connection.query("SELECT $1::\(type)", value)
        return try #require(rows.first).decode(Value.self, at: 0)
    }

    /// Expects `value` back as it went.
    private func expectEcho<Value: PostgresValue & Equatable>(
        _ value: Value, as type: SQL, _ connection: Connection, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let back = try await echo(value, as: type, connection)
        #expect(back == value, sourceLocation: sourceLocation)
    }

    @Test("comes back from the server as it went")
    func scalars() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            for value in [true, false] { try await expectEcho(value, as: "bool", connection) }
            for value in [Int16.min, -1, 0, 1, .max] { try await expectEcho(value, as: "int2", connection) }
            for value in [Int32.min, -1, 0, 1, .max] { try await expectEcho(value, as: "int4", connection) }
            for value in [Int64.min, -1, 0, 1, .max] { try await expectEcho(value, as: "int8", connection) }
            for value in [Int.min, -1, 0, 1, .max] { try await expectEcho(value, as: "int8", connection) }
            for value in [-Float.infinity, -0.5, 0, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
                try await expectEcho(value, as: "float4", connection)
            }
            for value in [-Double.infinity, -0.1, 0, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
                try await expectEcho(value, as: "float8", connection)
            }
            let back = try await echo(Double.nan, as: "float8", connection)
            #expect(back.isNaN)
        }
    }

    @Test(
        "keeps texts byte by byte", arguments: ["", "a", "caf\u{E9}", "cafe\u{301}", "\u{1F9D1}\u{200D}\u{1F680}'\"\\"])
    func texts(text: String) async throws {
        let back = try await PostgresTesting.withTemporaryConnection { try await echo(text, as: "text", $0) }
        #expect(Array(back.utf8) == Array(text.utf8))
    }

    @Test("keeps bytes, also none and all 256", arguments: [[], [0], Array(0...255)] as [[UInt8]])
    func bytes(bytes: [UInt8]) async throws {
        let back = try await PostgresTesting.withTemporaryConnection { try await echo(bytes, as: "bytea", $0) }
        #expect(back == bytes)
    }

    @Test("counts time from 1970, as the server does")
    func times() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            for microseconds in [Int64.min, -62_135_596_800_000_000, -1, 0, 1, 1_700_000_000_123_456, .max] {
                let time = Timestamptz(microseconds: microseconds)
                try await expectEcho(time, as: "timestamptz", connection)
            }
            let rows = try await connection.query("SELECT '1970-01-02 00:00:00.000001+00'::timestamptz")
            #expect(try rows.first?.decode(Timestamptz.self, at: 0).microseconds == 86_400_000_001)
        }
    }

    @Test("keeps uuid and jsonb")
    func others() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let uuid = UUIDBytes(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)
            try await expectEcho(uuid, as: "uuid", connection)
            let text = try await connection.query("SELECT $1::uuid::text", uuid)
            #expect(try text.first?.decode(String.self, at: 0) == "00112233-4455-6677-8899-aabbccddeeff")
            try await expectEcho(JSONB(#"{"a": [1, null]}"#), as: "jsonb", connection)
        }
    }

    @Test("keeps arrays, empty ones and NULLs too")
    func arrays() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            try await expectEcho([Int64](), as: "int8[]", connection)
            try await expectEcho([1, -2, .max] as [Int64], as: "int8[]", connection)
            try await expectEcho([1, nil, 3] as [Int64?], as: "int8[]", connection)
            try await expectEcho(["", "a,b", "{}\""], as: "text[]", connection)
            try await expectEcho([nil, "x"] as [String?], as: "text[]", connection)
            try await expectEcho([true, false], as: "bool[]", connection)
            try await expectEcho([1, 2] as [Int16], as: "int2[]", connection)
            try await expectEcho([1, 2] as [Int32], as: "int4[]", connection)
            try await expectEcho([1.5, -2] as [Float], as: "float4[]", connection)
            try await expectEcho([1.5, -2] as [Double], as: "float8[]", connection)
            try await expectEcho([[1, 2], []] as [[UInt8]], as: "bytea[]", connection)
            let uuids = [UUIDBytes(high: 1, low: 2)]
            try await expectEcho(uuids, as: "uuid[]", connection)
            let times = [Timestamptz(microseconds: 5)]
            try await expectEcho(times, as: "timestamptz[]", connection)
        }
    }

    @Test("is NULL as nil, and nil only where it may be")
    func nulls() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            try await expectEcho(Int64?.none, as: "int8", connection)
            try await expectEcho(String?.some("x"), as: "text", connection)
            try await expectEcho([UInt8]?.none, as: "bytea", connection)
            let row = try #require(try await connection.query("SELECT NULL::int8 AS item_no").first)
            #expect(row.isNull(at: 0))
            let error = #expect(throws: PostgresError.self) { try row.decode(Int64.self, at: 0) }
            #expect(error?.kind == .decoding)
            #expect(error?.message.contains("\"item_no\"") == true)
        }
    }

    @Test("refuses U+0000 in a text before it is sent", arguments: ["\0", "admin\0evil"])
    func refusesNUL(text: String) async throws {
        let error = #expect(throws: PostgresError.self) { try Statement("SELECT $1::text", text) }
        #expect(error?.kind == .encoding)
        #expect(error?.description.contains("evil") == false)
        #expect(throws: PostgresError.self) { try Statement("SELECT $1::text[]", [text]) }
    }

    @Test("widens integers when it is read, and refuses another type by name")
    func typesAreChecked() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let row = try #require(
                try await connection.query("SELECT 7::int2, 8::int4, 0.5::float4, 'x'::text AS title").first)
            let (a, b, c, d) = try row.decode(Int64.self, Int.self, Double.self, String.self)
            #expect((a, b, c, d) == (7, 8, 0.5, "x"))
            let error = #expect(throws: PostgresError.self) { try row.decode(Int64.self, at: 3) }
            #expect(
                error?.message
                    == "Column 3 (\"title\") cannot be read: it is text, which Int64 cannot read. "
                    + "Cast it in the query, or ask for another type.")
            #expect(throws: PostgresError.self) { try row.decode(Int64.self, at: 4) }
        }
    }

    @Test("is lent as bytes without a copy")
    func lendsBytes() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let row = try #require(try await connection.query("SELECT '\\x0102ff'::bytea, NULL::bytea").first)
            #expect(try row.withBytes(at: 0) { $0.count * 1_000 + Int($0[2]) } == 3_255)
            #expect(throws: PostgresError.self) { try row.withBytes(at: 1) { $0.count } }
        }
    }
}
