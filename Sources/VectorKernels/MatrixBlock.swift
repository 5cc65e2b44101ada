/// Where a block of a row-major matrix lies in a span.
public struct MatrixBlock: Hashable, Sendable {
    public let rows: Int
    public let columns: Int
    /// Index of the block's first element.
    public let offset: Int
    /// Elements from one row to the next; at least `columns`.
    public let stride: Int

    /// Describes a block; without `stride`, its rows follow each other closely.
    public init(rows: Int, columns: Int, offset: Int = 0, stride: Int? = nil) {
        let stride = stride ?? columns
        precondition(
            rows >= 0 && columns >= 0 && offset >= 0 && stride >= max(columns, 1),
            "A block of \(rows) × \(columns) at \(offset), stride \(stride).")
        self.rows = rows
        self.columns = columns
        self.offset = offset
        self.stride = stride
    }

    /// Index after the block's last element.
    var end: Int { rows == 0 || columns == 0 ? offset : offset + (rows - 1) * stride + columns }
}
