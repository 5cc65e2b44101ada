/// What an import read and what of that was new.
public struct ImportCount: Hashable, Sendable {
    /// Rows taken from the source.
    public let read: Int
    /// Rows that were not stored before.
    public let added: Int

    public init(read: Int, added: Int) {
        self.read = read
        self.added = added
    }
}

/// Takes in many interactions at once: all of them or none.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol InteractionImporter: Sendable {
    /// Imports batches until there are no more.
    ///
    /// - Parameter next: Fills the empty batch it is given; returns `false` at the end. What it throws ends the import,
    ///   and nothing is stored.
    func importInteractions(from next: (inout InteractionBatch) async throws -> Bool) async throws -> ImportCount
}
