public import Retrieval

/// When and how rows that came lately are merged into the index's lists.
public struct MergePolicy: Sendable {
    /// Whether an index has enough of them.
    let isDue: @Sendable (IndexSnapshot) -> Bool
    /// The merged index.
    let merge: @Sendable (IndexSnapshot, _ shouldStop: @Sendable () -> Bool) throws -> IndexSnapshot

    /// Merges when 8,192 rows came lately, or a hundredth of all if that is more; when 12,288 rows are dead, or a tenth; and
    /// when an index has grown enough for its first lists.
    ///
    /// Each request reads late rows beside its lists: 8,192 of 64 bytes take 0.03 ms.
    public static let shipped = MergePolicy(
        isDue: { index in
            let dead = index.scannedRows - index.liveCount
            return index.wantsLists
                || index.listCount > 0
                    && (index.tailCount >= max(8_192, index.count / 100)
                        || dead >= max(12_288, index.scannedRows / 10))
        },
        merge: { index, _ in index.merged() })

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - isDue: Whether an index should be merged now; asked after each change.
    ///   - merge: Makes an index of the same rows under the same numbers. It runs for seconds, on a thread of its own, and
    ///     may throw `CancellationError` when `shouldStop` says `true`.
    public init(
        isDue: @escaping @Sendable (IndexSnapshot) -> Bool,
        merge: @escaping @Sendable (IndexSnapshot, _ shouldStop: @Sendable () -> Bool) throws -> IndexSnapshot
    ) {
        self.isDue = isDue
        self.merge = merge
    }
}
