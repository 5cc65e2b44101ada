/// Short byte strings, one a row, end to end in one array: no allocation a row.
public struct ByteColumn: Hashable, Sendable {
    /// All rows' bytes, in the rows' order.
    public private(set) var bytes: [UInt8] = []
    /// Where each row's bytes end in ``bytes``; they begin where the row before ends.
    public private(set) var ends: [Int] = []

    public init() {}

    public var count: Int { ends.count }

    /// Where a row's bytes lie in ``bytes``.
    public func range(of row: Int) -> Range<Int> {
        (row == 0 ? 0 : ends[row - 1])..<ends[row]
    }

    /// A row's bytes.
    public subscript(row: Int) -> ArraySlice<UInt8> { bytes[range(of: row)] }

    /// Adds a row.
    public mutating func append(_ row: some Collection<UInt8>) {
        bytes.append(contentsOf: row)
        ends.append(bytes.count)
    }

    /// Forgets all rows and keeps their room.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}
