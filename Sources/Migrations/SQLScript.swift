/// The text of an SQL file, and the statements in it.
public struct SQLScript: Sendable, Equatable {
    public let text: String

    /// One statement of the file.
    public struct Statement: Sendable, Equatable {
        /// Its text, without the semicolon, from its first word on.
        public let text: String
        /// The line it starts on, counted from 1.
        public let line: Int
        /// Its first words, in capitals, as far as they are plain words.
        public let words: [String]

        /// Whether it begins or ends a transaction.
        public var controlsTransaction: Bool {
            switch words.first {
            case "BEGIN", "COMMIT", "ROLLBACK", "ABORT", "END", "SAVEPOINT", "RELEASE": true
            case "START", "PREPARE": words.dropFirst().first == "TRANSACTION"
            default: false
            }
        }
    }

    public init(_ text: String) {
        self.text = text
    }

    /// The statements, in order; comments and empty statements are none.
    ///
    /// Semicolons end a statement as in `psql`: not inside quotes, comments, `$tag$ … $tag$`, parentheses, nor in the
    /// `BEGIN ATOMIC … END` body of a function.
    public var statements: [Statement] {
        var splitter = SQLSplitter(text)
        var statements: [Statement] = []
        while let statement = splitter.next() { statements.append(statement) }
        return statements
    }
}
