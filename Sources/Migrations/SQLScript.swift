/// The text of an SQL file, and the statements in it.
public struct SQLScript: Sendable, Equatable {
    public let text: String

    /// The statements, in order; comments and empty statements are none.
    ///
    /// Semicolons end a statement as in `psql`: not inside quotes, comments, `$tag$ … $tag$`, parentheses, nor in the
    /// `BEGIN ATOMIC … END` body of a function.
    public let statements: [Statement]

    /// What the file asks of this program, in comments that begin with `-- linden:`.
    let comments: [Comment]

    /// One statement of the file.
    public struct Statement: Sendable, Equatable {
        /// Its text, without the semicolon, from its first word on.
        public let text: String
        /// The line it starts on, counted from 1.
        public let line: Int
        /// The line it ends on.
        let lastLine: Int
        let tokens: [SQLToken]

        /// Its first words, in capitals, as far as they are plain words.
        public var words: [String] { Array(tokens.lazy.compactMap(\.word).prefix(8)) }

        /// Whether it begins or ends a transaction.
        public var controlsTransaction: Bool {
            guard tokens.first?.kind == .word else { return false }
            switch words.first {
            case "BEGIN", "COMMIT", "ROLLBACK", "ABORT", "END", "SAVEPOINT", "RELEASE": return true
            case "START", "PREPARE": return words.dropFirst().first == "TRANSACTION"
            default: return false
            }
        }
    }

    /// A comment that begins with `-- linden:`.
    struct Comment: Sendable, Equatable {
        /// What follows.
        let text: String
        let line: Int
    }

    public init(_ text: String) {
        self.text = text
        var splitter = SQLSplitter(text)
        var statements: [Statement] = []
        while let statement = splitter.next() { statements.append(statement) }
        self.statements = statements
        comments = splitter.comments
    }
}
