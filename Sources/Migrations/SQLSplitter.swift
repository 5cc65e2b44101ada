/// Finds where statements end, as `psql` does.
struct SQLSplitter {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// First words that are kept: enough for `CREATE UNIQUE INDEX CONCURRENTLY` and the like.
    private static let keptWords = 8

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The next statement; `nil` at the end.
    mutating func next() -> SQLScript.Statement? {
        while true {
            skipSpaceAndComments()
            guard position < bytes.count else { return nil }
            if bytes[position] == UInt8(ascii: ";") {
                position += 1
                continue
            }
            return statement()
        }
    }

    private mutating func statement() -> SQLScript.Statement {
        let start = position
        let startLine = line
        var end = position
        var words: [String] = []
        var parentheses = 0
        var blocks = 0
        while position < bytes.count {
            skipSpaceAndComments()
            guard position < bytes.count else { break }
            let byte = bytes[position]
            if byte == UInt8(ascii: ";"), parentheses == 0, blocks == 0 { break }
            if byte == UInt8(ascii: "(") { parentheses += 1 }
            if byte == UInt8(ascii: ")") { parentheses -= 1 }
            let word = token()
            end = position
            guard !word.isEmpty else { continue }
            if parentheses == 0 { blocks += Self.blockChange(word, after: words, inside: blocks > 0) }
            if words.count < Self.keptWords { words.append(word) }
        }
        return SQLScript.Statement(
            text: String(decoding: bytes[start..<end], as: UTF8.self), line: startLine, words: words)
    }

    /// How a word opens (+1) or closes (-1) a block in the SQL body of a function or procedure.
    private static func blockChange(_ word: String, after words: [String], inside: Bool) -> Int {
        let makesRoutine =
            words.first == "CREATE" && words.prefix(4).contains { $0 == "FUNCTION" || $0 == "PROCEDURE" }
        guard makesRoutine else { return 0 }
        switch word {
        case "BEGIN": return 1
        case "CASE": return inside ? 1 : 0
        case "END": return inside ? -1 : 0
        default: return 0
        }
    }

    /// Steps over one token.
    ///
    /// - Returns: The token in capitals when it is a plain word; else an empty text.
    private mutating func token() -> String {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "'"): quoted(by: byte, escapes: false)
        case UInt8(ascii: "\""): quoted(by: byte, escapes: false)
        case UInt8(ascii: "$"): dollarQuoted()
        case _ where Self.startsWord(byte): return word()
        default: step()
        }
        return ""
    }

    private mutating func word() -> String {
        let start = position
        while position < bytes.count, Self.continuesWord(bytes[position]) { position += 1 }
        let word = String(decoding: bytes[start..<position], as: UTF8.self).uppercased()
        if word == "E", position < bytes.count, bytes[position] == UInt8(ascii: "'") {
            quoted(by: UInt8(ascii: "'"), escapes: true)
            return ""
        }
        return word
    }

    private mutating func quoted(by quote: UInt8, escapes: Bool) {
        step()
        while position < bytes.count {
            let byte = bytes[position]
            step()
            if escapes, byte == UInt8(ascii: "\\"), position < bytes.count {
                step()
            } else if byte == quote {
                // Doubled, it is one quote in the text.
                guard position < bytes.count, bytes[position] == quote else { return }
                step()
            }
        }
    }

    /// `$$ … $$` or `$tag$ … $tag$`; a lone `$`, as in `$1`, is one step.
    private mutating func dollarQuoted() {
        var end = position + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "$"),
            Self.continuesTag(bytes[end], first: end == position + 1)
        {
            end += 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else { return step() }
        let tag = bytes[position...end]
        while position <= end { step() }
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "$"), bytes[position...].starts(with: tag) {
                for _ in tag { step() }
                return
            }
            step()
        }
    }

    private mutating func skipSpaceAndComments() {
        while position < bytes.count {
            if starts("--") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { step() }
            } else if starts("/*") {
                skipBlockComment()
            } else if [9, 10, 11, 12, 13, 32].contains(bytes[position]) || isByteOrderMark {
                step()
            } else {
                return
            }
        }
    }

    /// Comments nest in SQL.
    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                position += 2
            } else if starts("*/") {
                depth -= 1
                position += 2
            } else {
                step()
            }
        } while depth > 0 && position < bytes.count
    }

    private func starts(_ text: StaticString) -> Bool {
        bytes[position...].starts(with: text.description.utf8)
    }

    private mutating func step() {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private var isByteOrderMark: Bool {
        position < 3 && bytes.starts(with: [0xEF, 0xBB, 0xBF])
    }

    private static func startsWord(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func continuesWord(_ byte: UInt8) -> Bool {
        startsWord(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "$")
    }

    private static func continuesTag(_ byte: UInt8, first: Bool) -> Bool {
        startsWord(byte) || !first && (48...57).contains(byte)
    }
}
