/// Decides, from the files and the ledger, which steps to take.
struct MigrationPlan: Equatable {
    enum Step: Equatable {
        case up(Migration)
        case down(Migration)
    }

    let steps: [Step]

    /// The steps forward to `target`, or to the newest version.
    static func up(
        _ set: MigrationSet, applied: [AppliedMigration], to target: MigrationVersion? = nil
    ) throws(MigrationError) -> MigrationPlan {
        try compare(set, applied)
        let current = applied.last?.version
        if let target {
            guard set.migrations.contains(where: { $0.version == target }) else {
                throw .unknownTarget(target, known: set.latest)
            }
            if let current, target < current { throw .targetBelow(target, applied: current) }
        }
        let pending = set.migrations.dropFirst(applied.count)
        return MigrationPlan(
            steps: pending.filter { migration in target.map { migration.version <= $0 } ?? true }.map { .up($0) })
    }

    /// The steps back: the newest one, or all above `target` (`nil` inside: all there are).
    static func down(
        _ set: MigrationSet, applied: [AppliedMigration], to target: DownTarget
    ) throws(MigrationError) -> MigrationPlan {
        try compare(set, applied)
        let keep: Int
        switch target {
        case .oneStep: keep = max(0, applied.count - 1)
        case .nothing: keep = 0
        case .version(let version):
            guard version.number < applied.count else {
                guard version.number == applied.count else {
                    throw .targetAbove(version, applied: applied.last?.version)
                }
                return MigrationPlan(steps: [])
            }
            keep = version.number
        }
        let undone = set.migrations.prefix(applied.count).dropFirst(keep).reversed()
        for migration in undone where migration.down == nil {
            throw .noWayBack(migration.version, title: migration.title)
        }
        return MigrationPlan(steps: undone.map { .down($0) })
    }

    /// Refuses to turn round where a migration was left half way.
    func resuming(_ progress: MigrationProgress?, _ set: MigrationSet) throws(MigrationError) -> MigrationPlan {
        guard let progress else { return self }
        guard let first = steps.first, first.isUp == progress.isUp, first.migration.version == progress.version else {
            let title = set.migrations.first { $0.version == progress.version }?.title
            throw .halfWay(progress.version, title: title ?? "?", isUp: progress.isUp, done: progress.done.count)
        }
        return self
    }

    /// Refuses a ledger with gaps, of a newer program, or of other files.
    static func compare(_ set: MigrationSet, _ applied: [AppliedMigration]) throws(MigrationError) {
        for (index, entry) in applied.enumerated() {
            guard entry.version.number == index + 1 else {
                throw .gapInLedger(missing: MigrationVersion(index + 1), applied: entry.version)
            }
            guard index < set.migrations.count else {
                throw .tooNew(applied: applied.last?.version ?? entry.version, known: set.latest)
            }
            let file = set.migrations[index]
            guard file.sha256 == entry.sha256 else {
                throw .changed(entry.version, title: entry.title, applied: entry.sha256, file: file.sha256)
            }
        }
    }
}

/// How far back to go.
public enum DownTarget: Sendable, Equatable {
    /// Undo the newest migration.
    case oneStep
    /// Undo all above this one.
    case version(MigrationVersion)
    /// Undo all.
    case nothing
}

extension MigrationPlan.Step {
    var migration: Migration {
        switch self {
        case .up(let migration), .down(let migration): migration
        }
    }

    var isUp: Bool {
        if case .up = self { true } else { false }
    }

    var script: SQLScript {
        switch self {
        case .up(let migration): migration.up
        case .down(let migration): migration.down ?? SQLScript("")
        }
    }

    /// The name of its file.
    var file: String {
        switch self {
        case .up(let migration): migration.upFile
        case .down(let migration): migration.downFile
        }
    }
}
