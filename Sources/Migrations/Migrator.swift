public import Postgres

/// Moves a database from one version of its schema to another.
///
/// One migrator works at a time, whoever starts them. Each migration is one transaction, with its line in the ledger; one
/// that cannot be goes statement by statement, with a note of each that is done. So a migrator that dies leaves nothing
/// to mend by hand: it is run again.
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
    ///   - progress: Told what happens.
    /// - Returns: The versions applied now, in order; none when the schema was there already.
    /// - Throws: ``MigrationError``; migrations before the one that failed stay.
    @discardableResult
    public func up(
        to target: MigrationVersion? = nil, progress: @escaping (MigrationEvent) -> Void = { _ in }
    ) async throws(MigrationError) -> [MigrationVersion] {
        try await work(progress) { applied throws(MigrationError) in
            try MigrationPlan.up(set, applied: applied, to: target)
        }
    }

    /// Undoes the newest migration, or all above a version.
    ///
    /// - Parameters:
    ///   - target: How far to go back.
    ///   - progress: Told what happens.
    /// - Returns: The versions undone, newest first.
    /// - Throws: ``MigrationError``; nothing is touched when one of them has no down file.
    @discardableResult
    public func down(
        to target: DownTarget = .oneStep, progress: @escaping (MigrationEvent) -> Void = { _ in }
    ) async throws(MigrationError) -> [MigrationVersion] {
        try await work(progress) { applied throws(MigrationError) in
            try MigrationPlan.down(set, applied: applied, to: target)
        }
    }

    /// Says where the database stands, and changes nothing.
    ///
    /// - Throws: ``MigrationError`` when the server cannot be asked.
    public func status() async throws(MigrationError) -> MigrationStatus {
        try await withConnection { connection throws(MigrationError) in
            try await asking { () async throws(PostgresError) in
                // One moment: beside an `up` that is at work, a migration is either under way or applied.
                try await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                let ledger = MigrationLedger(connection: connection)
                let status = MigrationStatus(set, try await ledger.applied(), try await ledger.progress())
                try await connection.execute("COMMIT")
                return status
            }
        }
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

    /// Lends a connection to `body`, and closes it.
    ///
    /// A server that is not up yet is waited for, as long as the options say.
    func withConnection<Value>(
        _ body: (Connection) async throws(MigrationError) -> Value
    ) async throws(MigrationError) -> Value {
        let connection = try await connect()
        do throws(MigrationError) {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            // The session takes its lock with it.
            await connection.close()
            throw error
        }
    }

    private func connect() async throws(MigrationError) -> Connection {
        let end = Deadline.after(options.serverWait)
        while true {
            do throws(PostgresError) {
                return try await Connection.open(settings)
            } catch {
                guard error.mayPass, end.remaining != .zero else { throw .database(error) }
                try await pause(.milliseconds(100) + .milliseconds(200) * jitter())
            }
        }
    }

    /// Checks the server, takes the lock, and lends both to `body`.
    func withLock<Value>(
        unless isNeedless: (MigrationLedger) async throws(MigrationError) -> Value?,
        _ body: (Connection, MigrationLock) async throws(MigrationError) -> Value
    ) async throws(MigrationError) -> Value {
        try await withConnection { connection throws(MigrationError) in
            let process = try await ServerCheck(connection: connection, oldestVersion: options.oldestServer).pass()
            let ledger = MigrationLedger(connection: connection)
            if let nothing = try await isNeedless(ledger) { return nothing }
            let lock = MigrationLock(connection: connection, process: process)
            try await lock.take(waiting: options.lockWait, jitter: jitter)
            try await createLedger(ledger)
            let value = try await body(connection, lock)
            try await lock.release()
            return value
        }
    }

    /// Takes the lock, plans with what is applied then, and carries the plan out.
    private func work(
        _ progress: @escaping (MigrationEvent) -> Void,
        _ plan: ([AppliedMigration]) throws(MigrationError) -> MigrationPlan
    ) async throws(MigrationError) -> [MigrationVersion] {
        func standing(_ ledger: MigrationLedger) async throws(MigrationError) -> (
            [AppliedMigration], MigrationProgress?
        ) {
            try await asking { () async throws(PostgresError) in
                (try await ledger.applied(), try await ledger.progress())
            }
        }
        return try await withLock(
            // Nothing to do is found without the lock, so that a fleet that starts does not queue for it. What is under way
            // may change between the two looks, so nothing else is judged here.
            unless: { ledger throws(MigrationError) in
                let (applied, halfWay) = try await standing(ledger)
                return try plan(applied).steps.isEmpty && halfWay == nil ? [] : nil
            }
        ) { connection, lock throws(MigrationError) in
            let (applied, halfWay) = try await standing(MigrationLedger(connection: connection))
            let plan = try plan(applied).resuming(halfWay, set)
            let runs = try plan.steps.map { step throws(MigrationError) in
                try MigrationRun(
                    step: step, connection: connection, options: options, jitter: jitter, tell: progress)
            }
            var catalogue = try await asking { () async throws(PostgresError) in try await Catalogue(of: connection) }
            var done: [MigrationVersion] = []
            for run in runs {
                try await lock.prove()
                catalogue = try await run.carryOut(from: done.isEmpty ? halfWay : nil, before: catalogue)
                // What a file has set ends with it.
                _ = try await asking { () async throws(PostgresError) in
                    try await connection.execute(script: Self.freshSession)
                }
                done.append(run.step.migration.version)
                progress(run.step.isUp ? .applied(run.step.migration) : .undone(run.step.migration))
            }
            return done
        }
    }

    private static let freshSession = "RESET ALL; SET client_connection_check_interval = '2s'"

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

extension PostgresError {
    /// Whether the server may let us in later, with nothing changed by hand.
    fileprivate var mayPass: Bool {
        switch (kind, sqlState) {
        case (.deadline, _), (.connection, nil), (.connection, .cannotConnectNow?), (.connection, .tooManyConnections?),
            (.connection, .adminShutdown?), (.connection, .crashShutdown?):
            true
        default: false
        }
    }
}
