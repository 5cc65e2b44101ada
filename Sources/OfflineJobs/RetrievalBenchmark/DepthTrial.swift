/// An index that keeps prefixes of some length for scans, and what a recall costs with it.
package struct DepthTrial: Hashable, Sendable {
    /// Longest prefix that the index keeps, in dimensions.
    package let depth: Int
    /// Bytes of the index, by arithmetic.
    package let indexBytes: Int
    /// The fastest plan found.
    package let found: PlanMeasurement

    /// The share of a shallower index's time that a deeper one may take at most, since it is about twice as large.
    private static let muchFaster = 0.67

    package init(depth: Int, indexBytes: Int, found: PlanMeasurement) {
        self.depth = depth
        self.indexBytes = indexBytes
        self.found = found
    }

    /// Whether this index is worth its memory beside a shallower one.
    ///
    /// - Parameters:
    ///   - shallower: The fastest plan of the shallower index, timed in turns with this one's.
    ///   - target: Recall wanted; more than that counts for nothing.
    /// - Returns: Whether it comes nearer to the target, or as near and much faster.
    package func pays(over shallower: PlanMeasurement, target: Double) -> Bool {
        let (recall, before) = (min(found.recall, target), min(shallower.recall, target))
        return recall == before ? found.p50 <= Self.muchFaster * shallower.p50 : recall > before
    }
}
