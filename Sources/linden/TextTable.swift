/// Rows of words in columns as wide as their longest word.
struct TextTable {
    let columns: [String]
    private(set) var rows: [[String]] = []

    /// Columns whose words begin at the left; the others' end at the right.
    private let fromLeft: Set<Int>

    init(columns: [String], fromLeft: Set<Int> = [0]) {
        self.columns = columns
        self.fromLeft = fromLeft
    }

    /// Adds a row: a word a column.
    mutating func append(_ row: [String]) {
        precondition(row.count == columns.count, "\(row.count) words for \(columns.count) columns.")
        rows.append(row)
    }

    /// The table, its head first.
    var lines: [String] {
        let widths = columns.indices.map { column in ([columns] + rows).map { $0[column].count }.max() ?? 0 }
        return ([columns] + rows).map { row in
            let words = row.enumerated().map { column, word in
                let padding = String(repeating: " ", count: widths[column] - word.count)
                return fromLeft.contains(column) ? word + padding : padding + word
            }
            return ("  " + words.joined(separator: "  ")).withoutTrailingSpaces
        }
    }
}

extension String {
    fileprivate var withoutTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
