public import Domain

/// How a file is read.
public struct ReadOptions: Hashable, Sendable {
    /// Which columns mean what, where the file's names are not ours.
    public let columns: ColumnMapping
    /// Column that has an interaction's place in an order, a whole number, where a file has no times; `nil` where it has.
    ///
    /// Rows in which it is empty are left out. Places are kept as seconds since 1970: only their order has meaning.
    public let orderColumn: String?
    /// No interaction can be later: now, and a little for clocks that go wrong; `nil` takes any.
    public let latest: Timestamp?
    /// Bad rows that a file may have and still be imported; 0 or more.
    public let allowedBadRows: Int
    /// Rows read at a time; more than zero.
    public let batchRows: Int

    public init(
        columns: ColumnMapping = .none, orderColumn: String? = nil, latest: Timestamp? = nil, allowedBadRows: Int = 0,
        batchRows: Int = 8192
    ) {
        precondition(allowedBadRows >= 0, "A file cannot be allowed \(allowedBadRows) bad rows.")
        precondition(batchRows > 0, "A batch cannot have \(batchRows) rows.")
        self.columns = columns
        self.orderColumn = orderColumn
        self.latest = latest
        self.allowedBadRows = allowedBadRows
        self.batchRows = batchRows
    }
}

/// How far a reader has come.
public struct ReadProgress: Hashable, Sendable {
    /// Bytes taken from the source, as it is stored.
    public let bytesRead: Int
    /// The source's size as it is stored; `nil` for a pipe.
    public let totalBytes: Int?
    /// Rows taken.
    public let rows: Int
    /// Rows that could not be taken.
    public let badRows: Int
}
