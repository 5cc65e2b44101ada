/// The user tower's reader of an ordered history: gated recurrences over the items' vectors.
///
/// Each block is a minimal gated recurrent unit (Feng, Tung et al., "Were RNNs All We Needed?", arXiv:2410.01201, section 3.1)
/// and a small feed-forward layer, both behind a layer norm and beside a residual path. The gates depend on the item alone, so
/// that a history costs one product a layer and a running sum, and is read in time linear in its length. Beside the blocks
/// the most recent item and the pooled history reach the user through a gate each.
package struct SequenceEncoder: Hashable, Sendable {
    package let shape: SequenceShape
    /// As ``SequenceShape`` lays them out.
    package var parameters: [Float]

    package init(shape: SequenceShape, parameters: [Float]) {
        precondition(parameters.count == shape.count, "\(parameters.count) parameters for \(shape).")
        self.shape = shape
        self.parameters = parameters
    }

    /// The user's vector after the last of some items.
    ///
    /// - Parameter vectors: Row-major: items × dimensions, the most recent last; at least one.
    /// - Returns: `dimensions` elements; of no particular length.
    package func read(_ vectors: [Float]) -> [Float] {
        let pass = SequencePass(self, vectors: vectors, offsets: [0, vectors.count / shape.dimensions])
        return Array(pass.users.suffix(shape.dimensions))
    }
}
