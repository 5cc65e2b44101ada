/// Whether a database is what its migrations should have made of it.
public struct MigrationVerification: Sendable, Equatable {
    public let current: MigrationVersion?
    /// Files that were changed after they were applied, gaps, a migration that was left half way.
    public let ledger: [MigrationError]
    /// Indexes that are not valid, with their schema: left by a build that broke.
    public let invalidIndexes: [String]
    /// How the catalogue differs: `- ` should be there and is not, `+ ` is there and should not be.
    public let drift: [String]
    /// Whether the catalogue could be compared: migrations applied before that was kept cannot.
    public let isCatalogueKnown: Bool
    /// Assertions of `NNNN_title.verify.sql` files that do not hold.
    public let failedAssertions: [MigrationError]
    /// Files of assertions that were asked.
    public let assertionFiles: Int

    /// Whether nothing speaks against it.
    public var isSound: Bool {
        ledger.isEmpty && invalidIndexes.isEmpty && drift.isEmpty && failedAssertions.isEmpty
    }
}
