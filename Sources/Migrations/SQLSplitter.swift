/// Finds where statements end, as `psql` does.
struct SQLSplitter {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// Those that begin with `-- linden:`, so far.
    private(set) var comments: [SQLScript.Comment] = []

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
        var (end, endLine) = (position, line)
        var tokens: [SQLToken] = []
        var parentheses = 0
        var blocks = 0
        while position < bytes.count {
            skipSpaceAndComments()
            guard position < bytes.count else { break }
            let byte = bytes[position]
            if byte == UInt8(ascii: ";"), parentheses == 0, blocks == 0 { break }
            if byte == UInt8(ascii: "(") { parentheses += 1 }
            if byte == UInt8(ascii: ")") { parentheses -= 1 }
            let token = token()
            (end, endLine) = (position, line)
            if parentheses == 0, let word = token.word {
                blocks += Self.blockChange(word, after: tokens, inside: blocks > 0)
            }
            tokens.append(token)
        }
        return SQLScript.Statement(
            text: String(decoding: bytes[start..<end], as: UTF8.self), line: startLine, lastLine: endLine,
            tokens: tokens)
    }

    /// How a word opens (+1) or closes (-1) a block in the SQL body of a function or procedure.
    private static func blockChange(_ word: String, after tokens: [SQLToken], inside: Bool) -> Int {
        let makesRoutine =
            tokens.first?.word == "CREATE" && tokens.prefix(4).contains { ["FUNCTION", "PROCEDURE"].contains($0.word) }
        guard makesRoutine else { return 0 }
        switch word {
        case "BEGIN": return 1
        case "CASE": return inside ? 1 : 0
        case "END": return inside ? -1 : 0
        default: return 0
        }
    }

    /// Steps over one token, and returns it.
    private mutating func token() -> SQLToken {
        let start = position
        switch bytes[position] {
        case UInt8(ascii: "'"): return quoted(by: UInt8(ascii: "'"), escapes: false)
        case UInt8(ascii: "\""): return quoted(by: UInt8(ascii: "\""), escapes: false)
        case UInt8(ascii: "$"): return dollarQuoted()
        case 48...57:
            while position < bytes.count, Self.continuesWord(bytes[position]) || bytes[position] == UInt8(ascii: ".") {
                position += 1
            }
            return SQLToken(kind: .number, text: text(from: start))
        case let byte where Self.startsWord(byte): return word()
        default:
            step()
            return SQLToken(kind: .sign, text: text(from: start))
        }
    }

    private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

    private mutating func word() -> SQLToken {
        let start = position
        while position < bytes.count, Self.continuesWord(bytes[position]) { position += 1 }
        let word = text(from: start)
        if ["E", "e"].contains(word), position < bytes.count, bytes[position] == UInt8(ascii: "'") {
            return quoted(by: UInt8(ascii: "'"), escapes: true)
        }
        return SQLToken(kind: .word, text: word)
    }

    private mutating func quoted(by quote: UInt8, escapes: Bool) -> SQLToken {
        step()
        let start = position
        let kind: SQLToken.Kind = quote == UInt8(ascii: "'") ? .string : .quotedName
        let doubled = String(repeating: Character(Unicode.Scalar(quote)), count: 2)
        while position < bytes.count {
            let byte = bytes[position]
            step()
            if escapes, byte == UInt8(ascii: "\\"), position < bytes.count {
                step()
            } else if byte == quote {
                // Doubled, it is one quote in the text.
                guard position < bytes.count, bytes[position] == quote else {
                    let text = String(decoding: bytes[start..<position - 1], as: UTF8.self)
                    return SQLToken(kind: kind, text: text.replacing(doubled, with: doubled.prefix(1)))
                }
                step()
            }
        }
        return SQLToken(kind: kind, text: text(from: start))
    }

    /// `$$ … $$` or `$tag$ … $tag$`; a lone `$`, as in `$1`, is one step.
    private mutating func dollarQuoted() -> SQLToken {
        var end = position + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "$"),
            Self.continuesTag(bytes[end], first: end == position + 1)
        {
            end += 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else {
            step()
            return SQLToken(kind: .sign, text: "$")
        }
        let tag = bytes[position...end]
        while position <= end { step() }
        let start = position
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "$"), bytes[position...].starts(with: tag) {
                let inside = text(from: start)
                for _ in tag { step() }
                return SQLToken(kind: .string, text: inside)
            }
            step()
        }
        return SQLToken(kind: .string, text: text(from: start))
    }

    private mutating func skipSpaceAndComments() {
        while position < bytes.count {
            if starts("--") {
                skipLineComment()
            } else if starts("/*") {
                skipBlockComment()
            } else if [9, 10, 11, 12, 13, 32].contains(bytes[position]) || isByteOrderMark {
                step()
            } else {
                return
            }
        }
    }

    private mutating func skipLineComment() {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        let words = text(from: start).dropFirst(2).split(whereSeparator: \.isWhitespace)
        if let first = words.first, first.hasPrefix("linden:") {
            let text = words.joined(separator: " ").dropFirst("linden:".count)
            comments.append(SQLScript.Comment(text: String(text), line: line))
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
