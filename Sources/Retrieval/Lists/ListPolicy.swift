/// How an index's rows are grouped into lists, and how much of each is kept.
public struct ListPolicy: Hashable, Sendable {
    /// Longest prefix kept for scans, in dimensions: the longest rung up to it, or the shortest rung if that is longer; `nil`
    /// is the ladder's own.
    public var depth: Int?
    /// Prefix that lists are made of: the longest rung up to it, or the shortest.
    public var coarseDimensions: Int
    /// Mean rows of a list.
    public var rowsPerList: Int
    /// Rows from which an index has lists; below, every scan reads all rows, which is as fast.
    public var minimumRows: Int
    /// Of all random choices.
    public var seed: UInt64
    /// Threads that make the lists.
    public var workers: Int

    public init(
        depth: Int? = nil, coarseDimensions: Int = 128, rowsPerList: Int = 36, minimumRows: Int = 20_000,
        seed: UInt64 = 1, workers: Int = 2
    ) {
        precondition(
            depth != 0 && coarseDimensions > 0, "Prefixes of \(depth ?? 0) and \(coarseDimensions) dimensions.")
        precondition(rowsPerList > 0 && workers > 0, "\(rowsPerList) rows a list, \(workers) workers.")
        self.depth = depth
        self.coarseDimensions = coarseDimensions
        self.rowsPerList = rowsPerList
        self.minimumRows = minimumRows
        self.seed = seed
        self.workers = workers
    }
}
