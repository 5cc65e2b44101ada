public import Domain

/// Why retrieval cannot be measured on some files.
public enum RetrievalBenchmarkError: Error, Equatable, CustomStringConvertible {
    /// One query cannot be in both halves.
    case tooFewQueries(Int)
    /// More results asked than there are rows.
    case tooManyResults(asked: Int, rows: Int)
    /// The ladder does not end at the length of the file's rows.
    case ladder(PrefixLadder, dimensions: Int)

    public var description: String {
        switch self {
        case .tooFewQueries(let count):
            """
            There \(count == 1 ? "is 1 query" : "are \(count) queries"); plans are chosen on one half and measured on the \
            other. Give 2 at least.
            """
        case .tooManyResults(let asked, let rows):
            "\(asked) results are asked of \(rows) rows. Ask for at most \(rows)."
        case .ladder(let ladder, let dimensions):
            """
            The ladder \(ladder) ends at \(ladder.fullLength), the rows have \(dimensions) dimensions. \
            Give one that ends at \(dimensions).
            """
        }
    }
}
