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

/// Takes in whole files: all of one or nothing.
///
/// Each method asks `next` to fill the empty batch it is given, until it returns `false`; what it throws ends the import,
/// and nothing is stored. Conformers: the product's PostgreSQL store, and a store in memory.
public protocol BulkImporter: Sendable {
    /// Imports interactions; one that is stored already is left as it is.
    func importInteractions(from next: (inout InteractionBatch) async throws -> Bool) async throws -> ImportCount
    /// Imports items; one that is stored already is replaced.
    func importItems(from next: (inout [CatalogueItem]) async throws -> Bool) async throws -> ImportCount
    /// Imports users; one that is stored already is replaced.
    func importUsers(from next: (inout [CatalogueUser]) async throws -> Bool) async throws -> ImportCount
}
