extension PlaneTable {
    /// Bytes of ``forEachPage(_:)``'s pieces together: those of a table whose blocks lie side by side.
    package var pageBytes: Int { blocks.count * Self.blockRows * layout.bytesPerRow }

    /// Calls `body` with the table's memory, piece by piece, as one table of full blocks would have it side by side.
    package func forEachPage<Failure: Error>(
        _ body: (PageMemory, Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        for plane in layout.steps.indices {
            for block in blocks {
                let start = block.offset(ofPlane: plane, in: layout)
                try body(block.memory, start..<start + 4 * Self.blockRows * layout.quads[plane])
            }
        }
        for rung in layout.steps.indices {
            for block in blocks {
                let start = block.offset(ofNorms: rung, in: layout)
                try body(block.memory, start..<start + 2 * Self.blockRows)
            }
        }
    }

    /// Takes a table back from a copy of the pieces of ``forEachPage(_:)``, end to end.
    ///
    /// It is `nil` when the pages are not as long as such a table's. The bytes are copied onto huge pages: scans read them all the time, and a file's pages are small ones.
    ///
    /// - Parameters:
    ///   - layout: The planes.
    ///   - count: Rows.
    ///   - pages: The pieces; `nil` for a table without rows.
    package init?(layout: PlaneLayout, count: Int, copying pages: PageMemory?) {
        let blockCount = (count + Self.blockRows - 1) / Self.blockRows
        let capacity = blockCount * Self.blockRows
        guard count >= 0, pages?.byteCount ?? 0 == capacity * layout.bytesPerRow else { return nil }
        var blocks: [PlaneBlock] = []
        if let memory = pages?.copied() {
            blocks = (0..<blockCount).map { block in
                PlaneBlock(memory: memory, capacity: capacity, firstRow: block * Self.blockRows)
            }
        }
        self.init(layout: layout, count: count, blocks: blocks)
    }
}
