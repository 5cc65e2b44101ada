import ByteStreams
import Datasets
import TestSupport
import Testing

@Suite("A CSV reader")
struct CSVReaderTests {
    @Test("reads back every table that RFC 4180 can write", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let columns = Int.random(in: 1...5, using: &random)
        let table = (0..<Int.random(in: 0...40, using: &random)).map { _ in
            (0..<columns).map { _ in field(using: &random) }
        }
        let header = (0..<columns).map { "column \($0)" }
        let text = written([header] + table, using: &random)
        let file = try TemporaryFile(seed % 3 == 0 ? storedGzip(Array(text.utf8)) : Array(text.utf8))

        let reader = try CSVReader(file.source, bufferBytes: Int.random(in: 3...64, using: &random))

        #expect(reader.header == header)
        #expect(try rows(of: reader) == table)
    }

    @Test(
        "reports what is no CSV by line and reason, and goes on with the next line",
        arguments: [
            ("a,b\n1\n2,3\n", 2, BadRowReason.fieldCount(found: 1, expected: 2)),
            ("a,b\n1,2,3\n2,3\n", 2, .fieldCount(found: 3, expected: 2)),
            ("a,b\n1,x\"y\n2,3\n", 2, .quoteInsideField),
            ("a,b\n\n1,\"x\"y\n2,3\n", 3, .textAfterQuote),
            ("a,b\r\n1,x\ry\r\n2,3\r\n", 2, .carriageReturnInsideField),
            ("a,b\n1,\u{0}\n2,3\n", 2, .containsNull),
        ])
    func malformed(text: String, line: Int, reason: BadRowReason) throws {
        let file = try TemporaryFile(text)
        let reader = try CSVReader(file.source)
        guard case .bad(let found) = try reader.next() else {
            Issue.record("The bad row was taken.")
            return
        }
        #expect(found == reason)
        #expect(reader.line == line)
        #expect(try rows(of: reader) == [["2", "3"]])
    }

    @Test("says which byte is not UTF-8")
    func notUTF8() throws {
        let file = try TemporaryFile(Array("a,b\n\"1\n2\",caf".utf8) + [0xe9] + Array("\n2,café\n".utf8))
        let reader = try CSVReader(file.source)
        guard case .bad(let reason) = try reader.next() else {
            Issue.record("The bad row was taken.")
            return
        }
        #expect(reason == .notUTF8(byte: 10))
        #expect(reader.line == 2)
        #expect(try rows(of: reader) == [["2", "café"]])
        #expect(reader.line == 4)
    }

    @Test("refuses a file without a header", arguments: ["", "\n\n", "\u{feff}", "\u{feff}\r\n"])
    func empty(text: String) throws {
        let file = try TemporaryFile(text)
        #expect(throws: DatasetError.empty(name: file.path)) { try CSVReader(file.source) }
    }

    @Test("refuses UTF-16", arguments: [[0xff, 0xfe, 0x61, 0], [0xfe, 0xff, 0, 0x61]] as [[UInt8]])
    func utf16(bytes: [UInt8]) throws {
        let file = try TemporaryFile(bytes)
        #expect(throws: DatasetError.notUTF8(name: file.path)) { try CSVReader(file.source) }
    }

    @Test("refuses a header that names a column twice")
    func repeatedColumn() throws {
        let file = try TemporaryFile("a,b,a\n1,2,3\n")
        #expect(throws: DatasetError.repeatedColumn(name: file.path, column: "a")) { try CSVReader(file.source) }
    }

    @Test("names the line of a quote that is never closed")
    func unclosedQuote() throws {
        let file = try TemporaryFile("a,b\n1,\"2\n3\"\n4,\"5\n6,7\n")
        let reader = try CSVReader(file.source)
        #expect(throws: DatasetError.unclosedQuote(name: file.path, line: 4)) { try rows(of: reader) }
    }

    @Test("gives up on a row past the longest")
    func rowTooLong() throws {
        let short = String(repeating: "x", count: CSVReader.longestRow - 10)
        let long = String(repeating: "x", count: CSVReader.longestRow + 10)
        let file = try TemporaryFile("a\n\(short)\n\(long)\n")
        let reader = try CSVReader(file.source, bufferBytes: 1000)
        guard case .row = try reader.next() else {
            Issue.record("A row that is short enough was refused.")
            return
        }
        #expect(reader.row.text(of: 0) == short)
        #expect(throws: DatasetError.rowTooLong(name: file.path, line: 3, limit: CSVReader.longestRow)) {
            try reader.next()
        }
    }

    private func rows(of reader: CSVReader) throws -> [[String]] {
        var rows: [[String]] = []
        while case .row = try reader.next() {
            rows.append(reader.row.fields.indices.map { reader.row.text(of: $0) })
        }
        return rows
    }

    private func field(using random: inout SeededGenerator) -> String {
        let parts = ["a", "bc", "é", "日本", "🪆", " ", ",", "\"", "\n", "\r\n", "", "1.5", "'", "|"]
        return (0..<Int.random(in: 0...6, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
            .joined()
    }

    /// The table as CSV: LF or CRLF, with or without a byte order mark, a last line end, empty lines and needless quotes.
    private func written(_ table: [[String]], using random: inout SeededGenerator) -> String {
        let lineEnd = Bool.random(using: &random) ? "\n" : "\r\n"
        var text = Bool.random(using: &random) ? "\u{feff}" : ""
        for (index, row) in table.enumerated() {
            let fields = row.map { field in
                let mustQuote = field.utf8.contains { "\",\r\n".utf8.contains($0) } || (row.count == 1 && field.isEmpty)
                guard mustQuote || Int.random(in: 0..<4, using: &random) == 0 else { return field }
                return "\"" + field.replacing("\"", with: "\"\"") + "\""
            }
            text += fields.joined(separator: ",")
            let isLast = index == table.count - 1
            text += isLast && Bool.random(using: &random) ? "" : lineEnd
            text += !isLast && Int.random(in: 0..<8, using: &random) == 0 ? lineEnd : ""
        }
        return text
    }
}
