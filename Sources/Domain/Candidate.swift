/// A row of the index that may be worth recommending.
public struct Candidate: Hashable, Sendable {
    /// Row in the index snapshot that found it.
    public let row: Int
    /// Cosine of the query's and the row's prefix, about -1 to 1; higher is better.
    public let score: Float

    public init(row: Int, score: Float) {
        self.row = row
        self.score = score
    }

    /// Best first: higher score, equal scores by lower row.
    ///
    /// Scores must not be NaN.
    public static func ranksBefore(_ left: Candidate, _ right: Candidate) -> Bool {
        left.score > right.score || (left.score == right.score && left.row < right.row)
    }
}
