public import ByteStreams

/// Why a file cannot be read as a data set.
public enum DatasetError: Error, Equatable, CustomStringConvertible {
    case unreadable(ByteStreamError)
    /// The file has no bytes.
    case empty(name: String)
    /// The file has a header and nothing else.
    case noRows(name: String)
    /// The first line is no header.
    case badHeader(name: String, reason: BadRowReason)
    /// The file is UTF-16 or UTF-32, by its first bytes.
    case notUTF8(name: String)
    /// `missing` has the column names that were looked for, by meaning.
    case missingColumns(name: String, missing: [MissingColumn], found: [String])
    /// ``ReadOptions/orderColumn`` names a column that the file does not have.
    case noSuchColumn(name: String, column: String, found: [String])
    case repeatedColumn(name: String, column: String)
    /// ``ColumnMapping`` names a meaning that this kind of file does not have.
    case unknownMeaning(String, known: [String])
    case unclosedQuote(name: String, line: Int)
    case rowTooLong(name: String, line: Int, limit: Int)
    /// More rows are bad than ``ReadOptions/allowedBadRows``.
    case tooManyBadRows(name: String, BadRows)

    public var description: String {
        switch self {
        case .unreadable(let error):
            error.description
        case .empty(let name):
            "\(name) is empty. Give a CSV file with a header row."
        case .noRows(let name):
            "\(name) has a header and no rows. Check how it was made."
        case .badHeader(let name, let reason):
            "The first line of \(name) is no header. \(reason)"
        case .notUTF8(let name):
            "\(name) is UTF-16 or UTF-32. Convert it, for example with `iconv -t utf-8`."
        case .missingColumns(let name, let missing, let found):
            Self.describe(missing, in: name, found: found)
        case .noSuchColumn(let name, let column, let found):
            "\(name) has no column \(column). Use one of those it has: \(found.joined(separator: ", "))."
        case .repeatedColumn(let name, let column):
            "\(name) has two columns \(column). Rename or remove one."
        case .unknownMeaning(let meaning, let known):
            "--columns names \(meaning), which this kind of file does not have. Use \(known.joined(separator: ", "))."
        case .unclosedQuote(let name, let line):
            "\(name) opens a quote on line \(line) and never closes it. Close it, and double the quotes inside a field."
        case .rowTooLong(let name, let line, let limit):
            """
            The row of \(name) that begins on line \(line) is longer than \(limit) bytes. \
            Look for a quote that is never closed.
            """
        case .tooManyBadRows(let name, let rows):
            """
            \(name) has \(rows.count) bad \(rows.count == 1 ? "row" : "rows"), and \(rows.allowed) are allowed: \
            nothing of it is imported. Mend them, or let them be left out with --max-bad-rows \(rows.count).
            \(rows.report.map { "  " + $0 }.joined(separator: "\n"))
            """
        }
    }

    private static func describe(_ missing: [MissingColumn], in name: String, found: [String]) -> String {
        let wanted = missing.map(\.column).joined(separator: " and ")
        let example = missing.map { "\($0.meaning)=NAME" }.joined(separator: ",")
        let separated = found.count == 1 && found.contains { $0.contains { ";\t|".contains($0) } }
        let deed =
            separated
            ? "Separate the columns with commas." : "Say which columns those are with --columns \(example)."
        return "\(name) has the columns \(found.joined(separator: ", ")), but no \(wanted). \(deed)"
    }
}

/// A column that a file should have and has not.
public struct MissingColumn: Hashable, Sendable {
    /// What it stands for, as `--columns` calls it.
    public let meaning: String
    /// The name that was looked for.
    public let column: String

    public init(meaning: String, column: String) {
        self.meaning = meaning
        self.column = column
    }
}
