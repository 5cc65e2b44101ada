import ByteStreams
import Datasets
import Domain
import TestSupport
import Testing

@Suite("An interaction reader")
struct InteractionReaderTests {
    @Test("takes every column that means something and names the others")
    func columns() throws {
        let file = try TemporaryFile(
            """
            timestamp,order,item_id,kind,user_id,event_id,value
            881250949,1,i1,buy,u1,e1,4.5
            ,2,i2,,u2,,
            1997-12-04T15:55:49Z,3,"i,3",view,u3,"e""3",-0.25
            """)
        let reader = try InteractionReader(file.source)
        let interactions = try reader.readAll()
        #expect(
            interactions == [
                try interaction("u1", "i1", seconds: 881_250_949, kind: "buy", value: 4.5, event: "e1"),
                try interaction("u2", "i2", seconds: 0, kind: "interaction"),
                try interaction("u3", "i,3", seconds: 881_250_949, kind: "view", value: -0.25, event: "e\"3"),
            ])
        #expect(reader.ignoredColumns == ["order"])
        #expect(reader.progress.rows == 3)
        #expect(reader.progress.bytesRead == reader.progress.totalBytes)
    }

    @Test("calls an interaction with a rating a rating")
    func ratings() throws {
        let file = try TemporaryFile("user_id,item_id,rating,timestamp\n196,242,3,881250949\n")
        let expected = try interaction("196", "242", seconds: 881_250_949, kind: "rating", value: 3)
        #expect(try InteractionReader(file.source).readAll() == [expected])
    }

    @Test("takes the columns that it is told, before those that the file has by name")
    func mapping() throws {
        let file = try TemporaryFile("uid,item_id,iid,when\nu1,wrong,i1,7\n")
        let options = ReadOptions(columns: try ColumnMapping("user_id=uid,item_id=iid,timestamp=when"))
        let reader = try InteractionReader(file.source, options: options)
        #expect(try reader.readAll() == [try interaction("u1", "i1", seconds: 7, kind: "interaction")])
        #expect(reader.ignoredColumns == ["item_id"])
    }

    @Test(
        "refuses a row that cannot be kept",
        arguments: [
            (",i1,,", BadRowReason.id(column: "uid", .empty)),
            ("u1,,,", .id(column: "item_id", .empty)),
            ("u1,\(String(repeating: "é", count: 129)),,", .id(column: "item_id", .tooLong(bytes: 258))),
            ("u1,i1,four,", .notANumber(column: "rating")),
            ("u1,i1,nan,", .notANumber(column: "rating")),
            ("u1,i1,0x10,", .notANumber(column: "rating")),
            ("u1,i1,1e39,", .notANumber(column: "rating")),
            ("u1,i1,1.2.3,", .notANumber(column: "rating")),
            ("u1,i1,-,", .notANumber(column: "rating")),
            ("u1,i1,5,-1", .timestampBefore1970(column: "timestamp")),
            ("u1,i1,5,1969-12-31T23:59:59Z", .timestampBefore1970(column: "timestamp")),
            ("u1,i1,5,yesterday", .timestampForm(column: "timestamp")),
            ("u1,i1,5,2000000001", .timestampTooLate(column: "timestamp")),
            ("u1,i1,5,99999999999999999999", .timestampForm(column: "timestamp")),
            ("u1,i1", .fieldCount(found: 2, expected: 4)),
        ])
    func badRow(row: String, reason: BadRowReason) throws {
        let file = try TemporaryFile("uid,item_id,rating,timestamp\nu0,i0,1,2000000000\n\(row)\nu2,i2,2,2\n")
        let options = ReadOptions(
            columns: try ColumnMapping("user_id=uid"), latest: Timestamp(seconds: 2_000_000_000), allowedBadRows: 1)
        let reader = try InteractionReader(file.source, options: options)
        #expect(try reader.readAll().map(\.user.text) == ["u0", "u2"])
        #expect(reader.badRows.first == [BadRow(line: 3, reason: reason)])
    }

    @Test("refuses a kind longer than 64 bytes")
    func longKind() throws {
        let file = try TemporaryFile("user_id,item_id,type\nu1,i1,\(String(repeating: "k", count: 65))\n")
        let reader = try InteractionReader(file.source, options: ReadOptions(allowedBadRows: 1))
        #expect(try reader.readAll().isEmpty)
        #expect(reader.badRows.first == [BadRow(line: 2, reason: .kindLength(column: "type", bytes: 65))])
    }

    @Test("counts all bad rows and then refuses the file when there are more than allowed", arguments: [0, 1, 29, 30])
    func tooManyBadRows(allowed: Int) throws {
        let rows = (0..<60).map { $0 % 2 == 0 ? "u\($0),i\n" : "u\($0),\n" }
        let file = try TemporaryFile("user_id,item_id\n" + rows.joined())
        let options = ReadOptions(allowedBadRows: allowed, batchRows: 7)
        let reader = try InteractionReader(file.source, options: options)
        if allowed == 30 {
            #expect(try reader.readAll().count == 30)
        } else {
            #expect { try reader.readAll() } throws: { error in
                guard case .tooManyBadRows(file.path, let badRows)? = error as? DatasetError else { return false }
                let lines = badRows.first.map(\.line)
                return badRows.count == 30 && lines == Array(stride(from: 3, through: 41, by: 2))
                    && badRows.report.last == "and 10 more"
            }
        }
    }

    @Test("hands on the same rows in batches of any size", arguments: [1, 2, 3, 10, 11, 1000])
    func batches(size: Int) throws {
        let file = try TemporaryFile("user_id,item_id\n" + (0..<11).map { "u\($0),i\($0)\n" }.joined())
        let reader = try InteractionReader(file.source, options: ReadOptions(batchRows: size))
        var batch = InteractionBatch()
        var users: [String] = []
        var sizes: [Int] = []
        while try reader.read(into: &batch) {
            sizes.append(batch.count)
            users += (0..<batch.count).map { String(decoding: batch.users[$0], as: UTF8.self) }
        }
        #expect(users == (0..<11).map { "u\($0)" })
        #expect(sizes.allSatisfy { $0 <= size })
        #expect(batch.isEmpty)
    }

    @Test("takes an order for the time and leaves out the rows without a place in it")
    func order() throws {
        let file = try TemporaryFile("user_id,item_id,timestamp,place\nu1,i1,99,0\nu2,i2,98,\nu3,i3,97,12\n")
        let reader = try InteractionReader(file.source, options: ReadOptions(orderColumn: "place"))
        #expect(
            try reader.readAll() == [
                try interaction("u1", "i1", seconds: 0, kind: "interaction"),
                try interaction("u3", "i3", seconds: 12, kind: "interaction"),
            ])
        #expect(reader.rowsWithoutPlace == 1 && reader.badRows.count == 0)
        #expect(reader.ignoredColumns == ["timestamp"])
    }

    @Test("refuses a place that is no whole number", arguments: ["first", "-1", "1.5", "1e300", "9223372036854775808"])
    func badPlace(place: String) throws {
        let file = try TemporaryFile("user_id,item_id,place\nu1,i1,\(place)\n")
        let options = ReadOptions(orderColumn: "place", allowedBadRows: 1)
        let reader = try InteractionReader(file.source, options: options)
        #expect(try reader.readAll().isEmpty)
        #expect(reader.badRows.first == [BadRow(line: 2, reason: .notAPlace(column: "place"))])
    }

    @Test("names the columns there are when the one with the order is not among them")
    func unknownOrder() throws {
        let file = try TemporaryFile("user_id,item_id,place\nu1,i1,1\n")
        let error = DatasetError.noSuchColumn(
            name: file.path, column: "order", found: ["user_id", "item_id", "place"])
        #expect(throws: error) { try InteractionReader(file.source, options: ReadOptions(orderColumn: "order")) }
        #expect(error.description.hasSuffix("has no column order. Use one of those it has: user_id, item_id, place."))
    }

    @Test("refuses a file without rows")
    func noRows() throws {
        let file = try TemporaryFile("user_id,item_id\n")
        let reader = try InteractionReader(file.source)
        #expect(throws: DatasetError.noRows(name: file.path)) { try reader.readAll() }
    }

    @Test("refuses columns that it does not know what to do with, and says what to do")
    func missingColumns() throws {
        let file = try TemporaryFile("uid,iid,ts\n1,2,3\n")
        let missing = DatasetError.missingColumns(
            name: file.path,
            missing: [
                MissingColumn(meaning: "user_id", column: "user_id"),
                MissingColumn(meaning: "item_id", column: "item_id"),
            ],
            found: ["uid", "iid", "ts"])
        #expect(throws: missing) { try InteractionReader(file.source) }
        #expect(
            missing.description == """
                \(file.path) has the columns uid, iid, ts, but no user_id and item_id. \
                Say which columns those are with --columns user_id=NAME,item_id=NAME.
                """)

        let mapped = ReadOptions(columns: try ColumnMapping("user_id=uid,item_id=iid,timestamp=time"))
        let noTime = DatasetError.missingColumns(
            name: file.path, missing: [MissingColumn(meaning: "timestamp", column: "time")],
            found: ["uid", "iid", "ts"])
        #expect(throws: noTime) { try InteractionReader(file.source, options: mapped) }

        let unknown = ReadOptions(columns: try ColumnMapping("user=uid"))
        #expect(throws: DatasetError.unknownMeaning("user", known: InteractionReader.meanings)) {
            try InteractionReader(file.source, options: unknown)
        }
    }

    @Test("gives batches that are built from values back as those values")
    func builtBatch() throws {
        var batch = InteractionBatch()
        let interactions = [
            try interaction("u1", "i1", seconds: 5, kind: "buy", value: 2, event: "e"),
            try interaction("u2", "i2", seconds: 0, kind: "view"),
        ]
        interactions.forEach { batch.append($0) }
        #expect(batch.interactions == interactions)
    }

    private func interaction(
        _ user: String, _ item: String, seconds: Int64, kind: String, value: Float? = nil, event: String? = nil
    ) throws -> Interaction {
        Interaction(
            user: try UserID(user), item: try ItemID(item), timestamp: Timestamp(seconds: seconds), kind: kind,
            value: value, event: try event.map { try EventID($0) })
    }
}
