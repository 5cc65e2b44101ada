package import ByteStreams

/// Reads a CSV file with a header row, a record at a time, in bounded memory.
///
/// RFC 4180, with LF as well as CRLF, an optional byte order mark, and empty lines left out.
package final class CSVReader {
    package enum Outcome {
        case row
        case bad(BadRowReason)
        case end
    }

    /// Longest row, in bytes; past it a quote was forgotten.
    package static let longestRow = 1 << 20

    /// The file's own names of its columns, in its order.
    package private(set) var header: [String] = []
    /// The line that the current row begins on; the file's first is 1.
    package private(set) var line = 0
    /// The row that ``next()`` has read, with as many fields as the header.
    package var row: CSVRow { CSVRow(bytes: buffer, fields: fields) }

    package var name: String { reader.name }
    var bytesRead: Int { reader.bytesRead }
    var totalBytes: Int? { reader.totalBytes }

    private let reader: ByteReader
    /// What holds the current row, and bytes behind it.
    private var buffer: [UInt8]
    /// Where the current row's fields lie in ``buffer``.
    private var fields: [Range<Int>] = []
    private var scanner = RecordScanner()
    /// Bytes known and not yet scanned: `buffer[start..<end]`.
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    private var nextLine = 1

    /// Opens a source and reads its header.
    ///
    /// - Parameters:
    ///   - source: The file, gzip or not.
    ///   - bufferBytes: Bytes held at first, 3 or more; a longer row makes it grow.
    /// - Throws: ``DatasetError`` when it cannot be read or has no header.
    package init(_ source: ByteSource, bufferBytes: Int = 1 << 18) throws(DatasetError) {
        do {
            reader = try ByteReader(source)
        } catch {
            throw .unreadable(error)
        }
        buffer = [UInt8](repeating: 0, count: bufferBytes)
        try skipByteOrderMark()
        switch try nextRecord() {
        case .end: throw .empty(name: name)
        case .bad(let reason): throw .badHeader(name: name, reason: reason)
        case .row: break
        }
        header = fields.indices.map { row.text(of: $0) }
        var seen: Set<String> = []
        for column in header where !seen.insert(column).inserted {
            throw .repeatedColumn(name: name, column: column)
        }
    }

    /// Reads the next row, which ``row`` then has.
    ///
    /// - Throws: ``DatasetError`` when the source fails, or a quote is never closed.
    package func next() throws(DatasetError) -> Outcome {
        let outcome = try nextRecord()
        guard case .row = outcome, fields.count != header.count else { return outcome }
        return .bad(.fieldCount(found: fields.count, expected: header.count))
    }

    private func nextRecord() throws(DatasetError) -> Outcome {
        while true {
            if start == end {
                if isAtEnd { return .end }
                try fill()
                continue
            }
            let first = start
            switch scanRecord() {
            case .incomplete:
                try fill()
            case .unclosedQuote:
                throw .unclosedQuote(name: name, line: nextLine)
            case .malformed(let reason, let next):
                advance(to: next)
                return .bad(reason)
            case .record(let next):
                try refuseLongRow(next - first)
                advance(to: next)
                if scanner.fields.count == 1 && scanner.fields[0] == first..<first { continue }
                if let reason = badBytes(first..<next) { return .bad(reason) }
                takeFields()
                return .row
            }
        }
    }

    private func refuseLongRow(_ bytes: Int) throws(DatasetError) {
        guard bytes > Self.longestRow else { return }
        throw .rowTooLong(name: name, line: nextLine, limit: Self.longestRow)
    }

    /// Scans in a function of its own, so that no second hold on the buffer is left when it is written to next.
    private func scanRecord() -> RecordScanner.Outcome {
        let bytes = buffer
        return scanner.scan(bytes.span, from: start, to: end, isLast: isAtEnd)
    }

    private func advance(to next: Int) {
        line = nextLine
        nextLine += 1 + scanner.innerLines
        start = next
    }

    /// Why the row's bytes can be no text of PostgreSQL's, if they cannot.
    private func badBytes(_ row: Range<Int>) -> BadRowReason? {
        if scanner.containsNull { return .containsNull }
        if scanner.isASCII { return nil }
        do {
            let bytes = buffer
            _ = try UTF8Span(validating: bytes.span.extracting(row))
            return nil
        } catch {
            return .notUTF8(byte: error.byteOffsets.lowerBound + 1)
        }
    }

    /// Takes over the scanner's fields and undoubles their quotes where they lie.
    private func takeFields() {
        swap(&fields, &scanner.fields)
        for field in scanner.fieldsWithDoubledQuotes {
            var to = fields[field].lowerBound
            var from = to
            while from < fields[field].upperBound {
                buffer[to] = buffer[from]
                from += buffer[from] == .quote ? 2 : 1
                to += 1
            }
            fields[field] = fields[field].lowerBound..<to
        }
    }

    /// Reads more bytes behind those that are not yet scanned, which move to the front.
    private func fill() throws(DatasetError) {
        try refuseLongRow(end - start)
        if start > 0 {
            for index in start..<end {
                buffer[index - start] = buffer[index]
            }
            end -= start
            start = 0
        }
        if end == buffer.count {
            buffer.append(contentsOf: repeatElement(0, count: buffer.count))
        }
        do {
            let count = try reader.read(into: &buffer, from: end)
            end += count
            isAtEnd = count == 0
        } catch {
            throw .unreadable(error)
        }
    }

    private func skipByteOrderMark() throws(DatasetError) {
        while end < 3 && !isAtEnd {
            try fill()
        }
        if buffer[..<end].starts(with: [0xef, 0xbb, 0xbf]) {
            start = 3
        } else if buffer[..<end].starts(with: [0xff, 0xfe]) || buffer[..<end].starts(with: [0xfe, 0xff]) {
            throw .notUTF8(name: name)
        }
    }
}
