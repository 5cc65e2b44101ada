/// The text of a statement, from the program's own source: values go in as parameters, never as text.
///
/// A literal is SQL. What is spliced into a literal is named for what it is:
/// ```swift
/// let partition: SQL = "CREATE TABLE \(identifier: name) PARTITION OF item_vector FOR VALUES IN (\(literal: 7))"
/// ```
/// A `String` does not fit in by itself; ``init(unsafeSQL:)`` is the one loud door, for migration files and the like.
public struct SQL: ExpressibleByStringInterpolation, Hashable, Sendable, CustomStringConvertible {
    public let text: String

    /// Takes a text that was not written in this program; never one that holds a user's data.
    public init(unsafeSQL text: String) {
        self.text = text
    }

    public init(stringLiteral text: String) {
        self.text = text
    }

    public init(stringInterpolation parts: Parts) {
        self.text = parts.text
    }

    public var description: String { text }

    /// `name` in double quotes, safe to splice in.
    public static func identifier(_ name: String) -> SQL {
        SQL(unsafeSQL: "\"" + doubled("\"", in: name) + "\"")
    }

    private static func doubled(_ quote: Character, in text: String) -> String {
        text.reduce(into: "") { result, character in
            result.append(character)
            if character == quote { result.append(quote) }
        }
    }

    /// What a literal with splices is made of.
    public struct Parts: StringInterpolationProtocol {
        fileprivate var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Splices another piece of SQL in.
        public mutating func appendInterpolation(_ sql: SQL) {
            text += sql.text
        }

        /// Splices the name of a table, a column, a role … in, quoted.
        public mutating func appendInterpolation(identifier name: String) {
            text += SQL.identifier(name).text
        }

        /// Splices a number in, where SQL takes no parameter (partition bounds).
        public mutating func appendInterpolation(literal number: Int64) {
            text += String(number)
        }

        /// Splices a string constant in, quoted, where SQL takes no parameter (settings, partition bounds).
        public mutating func appendInterpolation(literal string: String) {
            text += string.contains("\\") ? " E'" : "'"
            for character in string {
                text.append(character)
                if character == "'" || character == "\\" { text.append(character) }
            }
            text += "'"
        }
    }
}
