public import Postgres

/// Moves a database from one version of its schema to another.
///
/// One migrator works at a time, whoever starts them; each migration is one transaction, with its line in the ledger,
/// so a migrator that dies leaves nothing half done and can be run again.
public struct Migrator: Sendable {
    public let set: MigrationSet
    public let settings: ConnectionSettings
    public let options: MigratorOptions

    private let jitter: @Sendable () -> Double

    /// Creates a migrator.
    ///
    /// - Parameters:
    ///   - set: The migrations, such as ``MigrationSet/embedded()``.
    ///   - settings: The database; its server itself, not a pooler in front of it.
    ///   - options: How patient to be.
    ///   - jitter: Random numbers from 0 up to 1, for pauses.
    public init(
        _ set: MigrationSet, settings: ConnectionSettings, options: MigratorOptions = MigratorOptions(),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.set = set
        var settings = settings.with(applicationName: "linden migrate")
        settings.statementDeadline = options.statementDeadline
        self.settings = settings
        self.options = options
        self.jitter = jitter
    }

    /// Applies what is pending, up to `target` or all of it.
    ///
    /// - Parameters:
    ///   - target: The last version to apply.
    ///   - progress: Told of each migration once it is committed.
    /// - Returns: The versions applied now, in order; none when the schema was there already.
    /// - Throws: ``MigrationError``; migrations before the one that failed stay.
    @discardableResult
    public func up(
        to target: MigrationVersion? = nil, progress: (Migration) -> Void = { _ in }
    ) async throws(MigrationError) -> [MigrationVersion] {
        try await work(progress) { applied throws(MigrationError) in
            try MigrationPlan.up(set, applied: applied, to: target)
        }
    }

    /// Undoes the newest migration, or all above a version.
    ///
    /// - Parameters:
    ///   - target: How far to go back.
    ///   - progress: Told of each migration once it is undone.
    /// - Returns: The versions undone, newest first.
    /// - Throws: ``MigrationError``; nothing is touched when one of them has no down file.
    @discardableResult
    public func down(
        to target: DownTarget = .oneStep, progress: (Migration) -> Void = { _ in }
    ) async throws(MigrationError) -> [MigrationVersion] {
        try await work(progress) { applied throws(MigrationError) in
            try MigrationPlan.down(set, applied: applied, to: target)
        }
    }

    /// Says where the database stands, and changes nothing.
    public func status() async throws(MigrationError) -> MigrationStatus {
        let connection = try await asking { () async throws(PostgresError) in try await Connection.open(settings) }
        let applied = try await asking { () async throws(PostgresError) in
            try await MigrationLedger(connection: connection).applied()
        }
        await connection.close()
        return MigrationStatus(set, applied)
    }

    /// Refuses a database that is not at the newest version.
    ///
    /// - Throws: ``MigrationError/behind(applied:needed:)``, ``MigrationError/tooNew(applied:known:)``,
    ///   ``MigrationError/changed(_:title:applied:file:)``.
    public func requireCurrent() async throws(MigrationError) {
        let status = try await status()
        if let drift = status.drift.first { throw drift }
        if let needed = set.latest, !status.pending.isEmpty { throw .behind(applied: status.current, needed: needed) }
    }

    /// Takes the lock, plans with what is applied then, and carries the plan out.
    private func work(
        _ progress: (Migration) -> Void, _ plan: ([AppliedMigration]) throws(MigrationError) -> MigrationPlan
    ) async throws(MigrationError) -> [MigrationVersion] {
        let connection = try await asking { () async throws(PostgresError) in try await Connection.open(settings) }
        let ledger = MigrationLedger(connection: connection)
        do throws(MigrationError) {
            // Nothing to do is found without the lock, so that a fleet that starts does not queue for it.
            let before = try await asking { () async throws(PostgresError) in try await ledger.applied() }
            guard try !plan(before).steps.isEmpty else {
                await connection.close()
                return []
            }
            let lock = MigrationLock(connection: connection)
            try await lock.take(waiting: options.lockWait, jitter: jitter)
            try await createLedger(ledger)
            let applied = try await asking { () async throws(PostgresError) in try await ledger.applied() }
            var done: [MigrationVersion] = []
            for step in try plan(applied).steps {
                try await lock.prove()
                let run = MigrationRun(step: step, connection: connection, options: options)
                try await run.carryOut(jitter: jitter)
                done.append(step.migration.version)
                progress(step.migration)
            }
            try await lock.release()
            await connection.close()
            return done
        } catch {
            // The session takes its lock with it.
            await connection.close()
            throw error
        }
    }

    private func createLedger(_ ledger: MigrationLedger) async throws(MigrationError) {
        do throws(PostgresError) {
            try await ledger.create()
        } catch  where error.sqlState == .insufficientPrivilege {
            throw .noRights("create the schema linden_migrations", user: settings.user, database: settings.database)
        } catch {
            throw .database(error)
        }
    }
}
