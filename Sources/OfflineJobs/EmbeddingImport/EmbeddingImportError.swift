public import ByteStreams
public import Domain

/// Why vectors from elsewhere are not taken in; nothing is stored then.
public enum EmbeddingImportError: Error, Equatable, CustomStringConvertible {
    case unreadable(ByteStreamError)
    /// No file of ids was named, and none of those tried is there; `option` names one.
    case noIDs(vectors: String, tried: [String], option: String)
    /// A line that is no id; lines are counted from 1.
    case badID(file: String, line: Int, ExternalIDError)
    case repeatedID(file: String, lines: Int, Int)
    /// Other ids than rows.
    case idCount(file: String, ids: Int, vectors: String, rows: Int)
    /// Longer vectors than are stored.
    case tooLong(file: String, dimensions: Int)
    /// A ladder with rungs beyond the vectors' length.
    case ladderTooLong(PrefixLadder, dimensions: Int)
    /// None of the ids is in the catalogue, and others were to be left out.
    case nothingKnown(file: String, ids: Int)

    public var description: String {
        switch self {
        case .unreadable(let error):
            error.description
        case .noIDs(let vectors, let tried, let option):
            "\(vectors) has no ids beside it"
                + (tried.isEmpty ? "" : ": there is neither \(tried.joined(separator: " nor "))")
                + ". Give a file with one id a line, in the order of the rows, with \(option) FILE."
        case .badID(let file, let line, let error):
            "\(file), line \(line): \(error)"
        case .repeatedID(let file, let first, let second):
            "\(file) has one id on the lines \(first) and \(second). Give each id one row."
        case .idCount(let file, let ids, let vectors, let rows):
            "\(file) has \(ids) ids, \(vectors) has \(rows) rows. Give one id for each row, in the same order."
        case .tooLong(let file, let dimensions):
            "\(file) has rows of \(dimensions) dimensions; at most \(PrefixLadder.maximumDimensions) are stored. "
                + "Give shorter vectors."
        case .ladderTooLong(let ladder, let dimensions):
            "The ladder \(ladder) goes beyond the vectors' \(dimensions) dimensions. Give rungs of at most \(dimensions)."
        case .nothingKnown(let file, let ids):
            "None of the \(ids) ids of \(file) is in the catalogue. Check that they are the catalogue's, import its items "
                + "first, or leave out --known-only."
        }
    }
}
