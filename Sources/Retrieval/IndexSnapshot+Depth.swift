import VectorKernels

extension IndexSnapshot {
    /// The same rows in the same lists, with the prefixes up to another rung ready to be scanned.
    ///
    /// Every prefix of the ladder is an embedding by itself, so no model is asked: the rows are cut anew, O(rows × dimensions).
    /// The result is the index that would have been built with that depth.
    ///
    /// - Parameters:
    ///   - depth: Longest prefix kept for scans, in dimensions, as ``ListPolicy/depth`` has it.
    ///   - embedding: The whole embedding of a row.
    /// - Returns: `self` when it is as deep already.
    public func rebuilt(depth: Int, embedding: (_ row: Int) -> [Float]) -> IndexSnapshot {
        var policy = policy
        policy.depth = depth
        let shape = IndexShape(ladder: ladder, policy: policy)
        guard shape.layout.dimensions != self.depth else { return self }
        var builder = PlaneTableBuilder(layout: shape.layout, expectedRows: planes.count)
        let slots = segment?.slotCount ?? 0
        for slot in 0..<planes.count {
            if let segment, slot < slots, segment.rowOfSlot[slot] == ListSegment.noRow {
                builder.appendEmpty()
                continue
            }
            var codes = CodeRows(dimensions: shape.codedDimensions)
            codes.append(embedding(row(inSlot: slot)).span)
            builder.append(codes, row: 0)
        }
        return IndexSnapshot(
            ladder: ladder, policy: policy, planes: builder.finish(), segment: segment, tailLists: tailLists,
            catalogue: catalogue)
    }
}
