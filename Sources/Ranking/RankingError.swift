public import VectorKernels

/// Why ranking refused what it was given.
public enum RankingError: Error, Equatable, CustomStringConvertible {
    /// The query has no direction or the wrong length.
    case query(VectorError)
    /// An item's embedding has no direction or the wrong length; `row` is the row that it would have had.
    case embedding(row: Int, VectorError)

    public var description: String {
        switch self {
        case .query(let error):
            "The query cannot be used. \(error)"
        case .embedding(let row, let error):
            "The embedding for row \(row) cannot be used. \(error)"
        }
    }
}
