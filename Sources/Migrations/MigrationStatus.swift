/// Where a database stands against the files.
public struct MigrationStatus: Sendable, Equatable {
    /// Oldest first.
    public let applied: [AppliedMigration]
    /// What `up` would apply, in order.
    public let pending: [Migration]
    /// Applied migrations whose file has changed, is missing, or that left a gap.
    public let drift: [MigrationError]

    /// The migration that was left half way, if there is one.
    public let progress: MigrationProgress?

    /// The newest version that is applied.
    public var current: MigrationVersion? { applied.last?.version }

    init(_ set: MigrationSet, _ applied: [AppliedMigration], _ progress: MigrationProgress?) {
        self.progress = progress
        self.applied = applied
        let known = Set(applied.map(\.version))
        pending = set.migrations.filter { !known.contains($0.version) }
        var drift: [MigrationError] = []
        for entry in applied {
            guard let file = set.migrations.first(where: { $0.version == entry.version }) else {
                drift.append(.tooNew(applied: entry.version, known: set.latest))
                continue
            }
            if file.sha256 != entry.sha256 {
                drift.append(
                    .changed(entry.version, title: entry.title, applied: entry.sha256, file: file.sha256))
            }
        }
        if let newest = applied.last?.version, let missing = pending.first(where: { $0.version < newest }) {
            drift.append(.gapInLedger(missing: missing.version, applied: newest))
        }
        self.drift = drift
    }
}
