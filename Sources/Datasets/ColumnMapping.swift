/// Which of a file's columns means what, where its names are not ours.
public struct ColumnMapping: Hashable, Sendable {
    /// No column has a name of its own.
    public static let none = ColumnMapping()

    /// The file's column by its meaning: `user_id` → `uid`.
    public let columns: [String: String]

    private init() {
        columns = [:]
    }

    /// Creates a mapping from a command's argument, like `user_id=uid,item_id=iid`.
    ///
    /// - Throws: ``ColumnMappingError`` when a part is no `meaning=column`, or a meaning or a column stands twice.
    public init(_ text: String) throws(ColumnMappingError) {
        var columns: [String: String] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard sides.count == 2, let meaning = sides.first, let column = sides.last, !meaning.isEmpty,
                !column.isEmpty
            else { throw .malformed(part: String(part)) }
            guard columns[meaning] == nil else { throw .repeated(name: meaning) }
            guard !columns.values.contains(column) else { throw .repeated(name: column) }
            columns[meaning] = column
        }
        self.columns = columns
    }
}

/// Why a text is no ``ColumnMapping``.
public enum ColumnMappingError: Error, Equatable, CustomStringConvertible {
    case malformed(part: String)
    case repeated(name: String)

    public var description: String {
        switch self {
        case .malformed(let part):
            "--columns has \"\(part)\". Write meaning=column, with commas between: user_id=uid,item_id=iid."
        case .repeated(let name):
            "--columns names \(name) twice. Give each meaning one column of its own."
        }
    }
}
