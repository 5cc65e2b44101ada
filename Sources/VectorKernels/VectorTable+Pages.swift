extension VectorTable {
    /// Bytes of ``forEachPage(_:)``'s pieces together.
    package var pageBytes: Int { count * VectorBlock.stride(dimensions: dimensions, precision: precision) }

    /// Calls `body` with the rows' memory, block by block.
    package func forEachPage<Failure: Error>(
        _ body: (PageMemory, Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        for (index, block) in blocks.enumerated() {
            let rows = min(Self.blockRows, count - index * Self.blockRows)
            let start = block.offset(ofRow: 0, dimensions: dimensions, precision: precision)
            let end = block.offset(ofRow: rows, dimensions: dimensions, precision: precision)
            try body(block.memory, start..<end)
        }
    }

    /// Reads the pieces of ``forEachPage(_:)``, end to end, where they lie; `nil` when they are not as long as such a table's.
    ///
    /// - Parameters:
    ///   - dimensions: Length of each row.
    ///   - count: Rows.
    ///   - precision: Bits of each value.
    ///   - pages: The pieces; `nil` for a table without rows.
    package init?(dimensions: Int, count: Int, precision: VectorPrecision, reading pages: PageMemory?) {
        let stride = VectorBlock.stride(dimensions: dimensions, precision: precision)
        guard dimensions > 0, count >= 0, pages?.byteCount ?? 0 == count * stride else { return nil }
        var blocks: [VectorBlock] = []
        if let pages {
            blocks = Swift.stride(from: 0, to: count, by: Self.blockRows).map {
                VectorBlock(memory: pages, firstRow: $0)
            }
        }
        self.init(dimensions: dimensions, count: count, precision: precision, blocks: blocks)
    }
}
