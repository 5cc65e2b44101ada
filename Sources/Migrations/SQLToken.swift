/// A word, a name, a constant or a sign of an SQL statement; comments are none.
struct SQLToken: Sendable, Equatable {
    enum Kind: Sendable {
        /// A keyword or a name without quotes.
        case word
        /// A name in double quotes, without them.
        case quotedName
        /// A string constant, without its quotes, as it is written.
        case string
        case number
        case sign
    }

    let kind: Kind
    let text: String

    /// The word in capitals; `nil` for anything but a word.
    var word: String? { kind == .word ? text.uppercased() : nil }

    /// What it names: words in small letters, as PostgreSQL folds them.
    var name: String? {
        switch kind {
        case .word: text.lowercased()
        case .quotedName: text
        default: nil
        }
    }

    func isSign(_ sign: Character) -> Bool { kind == .sign && text == String(sign) }
}

/// The name of a table, an index or a type, with or without its schema.
struct SQLName: Sendable, Hashable, CustomStringConvertible {
    let parts: [String]

    /// The part after the last dot.
    var last: String { parts.last ?? "" }

    /// The same place, another name.
    func beside(_ name: String) -> SQLName { SQLName(parts: parts.dropLast() + [name]) }

    /// As it is written in SQL, quoted where that is needed.
    var description: String {
        parts.map { part in
            let isPlain =
                part.utf8.allSatisfy {
                    (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
                } && !(part.utf8.first.map { (48...57).contains($0) } ?? true)
            return isPlain ? part : "\"" + part.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ".")
    }

    /// Every part in quotes: safe to splice in, and to hand to `to_regclass`.
    var quoted: String {
        parts.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ".")
    }
}

/// Reads a statement from left to right.
struct TokenCursor {
    private var tokens: ArraySlice<SQLToken>

    init(_ tokens: some Sequence<SQLToken>) {
        self.tokens = Array(tokens)[...]
    }

    var next: SQLToken? { tokens.first }

    var rest: [SQLToken] { Array(tokens) }

    /// Steps over one token.
    mutating func step() { tokens = tokens.dropFirst() }

    /// Steps over `words`, given in capitals, if all of them come next.
    mutating func skip(_ words: String...) -> Bool {
        guard tokens.prefix(words.count).map(\.word) == words else { return false }
        tokens = tokens.dropFirst(words.count)
        return true
    }

    /// Steps over the first of `words` that comes next.
    mutating func skipAny(_ words: String...) -> String? {
        guard let word = tokens.first?.word, words.contains(word) else { return nil }
        step()
        return word
    }

    mutating func skip(sign: Character) -> Bool {
        guard tokens.first?.isSign(sign) == true else { return false }
        step()
        return true
    }

    /// Reads `name`, `schema.name` or longer.
    mutating func name() -> SQLName? {
        var parts: [String] = []
        repeat {
            guard let part = tokens.first?.name else { return nil }
            parts.append(part)
            step()
        } while skip(sign: ".")
        return SQLName(parts: parts)
    }

    /// Reads names with commas in between.
    mutating func names() -> [SQLName] {
        var names: [SQLName] = []
        repeat {
            guard let name = name() else { return names }
            names.append(name)
        } while skip(sign: ",")
        return names
    }

    /// Steps over a parenthesis and all that is in it, if one comes next.
    ///
    /// - Returns: What stands between.
    mutating func parenthesis() -> [SQLToken]? {
        guard skip(sign: "(") else { return nil }
        var depth = 1
        var inside: [SQLToken] = []
        while let token = tokens.first {
            step()
            if token.isSign("(") { depth += 1 }
            if token.isSign(")") { depth -= 1 }
            if depth == 0 { break }
            inside.append(token)
        }
        return inside
    }
}

extension [SQLToken] {
    /// The parts between the commas that stand in no parenthesis.
    var separatedByCommas: [[SQLToken]] {
        var parts: [[SQLToken]] = [[]]
        var depth = 0
        for token in self {
            if token.isSign("(") { depth += 1 }
            if token.isSign(")") { depth -= 1 }
            if token.isSign(","), depth == 0 {
                parts.append([])
            } else {
                parts[parts.count - 1].append(token)
            }
        }
        return parts
    }

    /// Whether `words`, given in capitals, follow one another somewhere.
    func contains(words: String...) -> Bool {
        guard words.count <= count else { return false }
        return (0...count - words.count).contains { start in
            self[start..<start + words.count].map(\.word) == words
        }
    }
}
