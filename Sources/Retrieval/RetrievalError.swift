public import Domain
public import VectorKernels

/// Why retrieval refused what it was given.
public enum RetrievalError: Error, Equatable, CustomStringConvertible {
    /// The model was not trained for the prefix.
    case prefix(PrefixLadderError)
    /// The prefix is trained, but longer than those that the index keeps.
    case tooDeep(requested: Int, depth: Int)
    /// The query has no direction or the wrong length.
    case query(VectorError)
    /// An item's embedding has no direction or the wrong length; `row` is the row that it would have had.
    case embedding(row: Int, VectorError)
    /// A filter asks for a key that no item has.
    case undeclaredAttribute(String, declared: [String])
    /// A change names a row that is not there, or is no longer live.
    case noSuchRow(Int, count: Int)
    /// The task was cancelled.
    case cancelled

    public var description: String {
        switch self {
        case .prefix(let error):
            error.description
        case .tooDeep(let requested, let depth):
            "The index keeps prefixes of up to \(depth) dimensions, not \(requested). Scan \(depth) or fewer, and score the "
                + "shortlist by longer ones."
        case .query(let error):
            "The query cannot be used. \(error)"
        case .embedding(let row, let error):
            "The embedding for row \(row) cannot be used. \(error)"
        case .undeclaredAttribute(let key, let declared):
            "No item has an attribute \"\(key)\". "
                + (declared.isEmpty
                    ? "Leave the filter out; no item has attributes."
                    : "Filter by one of \(declared.joined(separator: ", ")).")
        case .noSuchRow(let row, let count):
            "There is no live row \(row) among \(count). Change a row of this snapshot that was not deleted."
        case .cancelled:
            "The scan was cancelled. Nothing is to be done."
        }
    }
}
