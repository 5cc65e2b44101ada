import Postgres

extension Migrator {
    /// Says what ``up(to:progress:)`` would do now, and changes nothing.
    ///
    /// - Parameter target: The last version to apply; all of them when not given.
    /// - Returns: The migrations in order, each with the SQL that will be sent.
    /// - Throws: ``MigrationError``, as `up` would before its first statement.
    public func plan(to target: MigrationVersion? = nil) async throws(MigrationError) -> [PlannedMigration] {
        try await withConnection { connection throws(MigrationError) in
            _ = try await ServerCheck(connection: connection, oldestVersion: options.oldestServer).pass()
            let ledger = MigrationLedger(connection: connection)
            let (applied, progress) = try await asking { () async throws(PostgresError) in
                (try await ledger.applied(), try await ledger.progress())
            }
            let plan = try MigrationPlan.up(set, applied: applied, to: target).resuming(progress, set)
            var planned: [PlannedMigration] = []
            for (index, step) in plan.steps.enumerated() {
                let run = try MigrationRun(
                    step: step, connection: connection, options: options, jitter: { 0 }, tell: { _ in })
                let done = index == 0 ? progress?.done.count ?? 0 : 0
                var statements: [PlannedMigration.Statement] = []
                for statement in run.statements.dropFirst(done) {
                    statements.append(try await self.planned(statement, on: connection))
                }
                planned.append(
                    PlannedMigration(
                        version: step.migration.version, title: step.migration.title, file: step.file,
                        isOneTransaction: !run.runsStepwise, statements: statements))
            }
            return planned
        }
    }

    private func planned(
        _ statement: SQLScript.Statement, on connection: Connection
    ) async throws(MigrationError) -> PlannedMigration.Statement {
        let found = StatementLocks(statement)
        var locks: [PlannedMigration.Lock] = []
        for (target, mode) in found.modes {
            let lock = try await asking { () async throws(PostgresError) in
                try await self.lock(target, mode, on: connection)
            }
            if let lock { locks.append(lock) }
        }
        return PlannedMigration.Statement(
            sql: statement.text, line: statement.line, locks: locks.sorted { $0.table < $1.table },
            work: locks.isEmpty ? nil : found.work?.rawValue, isKnown: found.isKnown)
    }

    /// The lock, with the table's rows; `nil` when there is no such table yet.
    private func lock(
        _ target: StatementLocks.Target, _ mode: LockMode, on connection: Connection
    ) async throws(PostgresError) -> PlannedMigration.Lock? {
        let found: Rows
        switch target {
        case .table(let name):
            found = try await connection.query(
                """
                SELECT format('%I.%I', nspname, relname), greatest(reltuples, -1)::bigint
                FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = to_regclass($1)
                """, name.quoted)
        case .tableOfIndex(let name):
            found = try await connection.query(
                """
                SELECT format('%I.%I', nspname, relname), greatest(reltuples, -1)::bigint
                FROM pg_index JOIN pg_class c ON c.oid = indrelid JOIN pg_namespace n ON n.oid = relnamespace
                WHERE indexrelid = to_regclass($1)
                """, name.quoted)
        }
        guard let row = found.first else { return nil }
        let (table, rows) = try row.decode(String.self, Int.self)
        return PlannedMigration.Lock(
            table: table, mode: mode, rows: rows >= 0 ? rows : await estimate(table, on: connection))
    }

    /// What the planner makes of a table that was never analyzed.
    private func estimate(_ table: String, on connection: Connection) async -> Int? {
        do throws(PostgresError) {
            let lines = try await connection.query(SQL(unsafeSQL: "EXPLAIN SELECT FROM \(table)"))
            let line = try lines.first?.decode(String.self, at: 0) ?? ""
            guard let range = line.firstRange(of: "rows=") else { return nil }
            return Int(line[range.upperBound...].prefix(while: \.isNumber))
        } catch {
            // Without the right to read it there is no estimate.
            return nil
        }
    }
}
