import Postgres

/// One migration, carried out as one transaction.
struct MigrationRun {
    let step: MigrationPlan.Step
    let connection: Connection
    let options: MigratorOptions

    private var ledger: MigrationLedger { MigrationLedger(connection: connection) }

    /// Runs the file and keeps the ledger; tries again when a table stays locked.
    func carryOut(jitter: () -> Double) async throws(MigrationError) {
        let statements = step.script.statements
        if let control = statements.first(where: \.controlsTransaction) {
            throw .controlsTransaction(
                file: step.file, line: control.line, statement: control.words.joined(separator: " "))
        }
        for attempt in 0..<options.attempts {
            do throws(MigrationError) {
                return try await transaction(statements)
            } catch  where error.isLockTimeout {
                let ceiling = min(options.longestPause, options.firstPause * (1 << min(attempt, 16)))
                try await pause(ceiling * jitter())
            }
        }
        throw .neverGotLock(file: step.file, attempts: options.attempts)
    }

    private func transaction(_ statements: [SQLScript.Statement]) async throws(MigrationError) {
        let start = ContinuousClock.now
        let timeout = options.tableLockTimeout.components
        let milliseconds = timeout.seconds * 1_000 + timeout.attoseconds / 1_000_000_000_000_000
        do {
            try await connection.transaction { connection in
                try await connection.execute("SET LOCAL lock_timeout = \(literal: milliseconds)")
                for statement in statements {
                    do throws(PostgresError) {
                        try await connection.execute(script: statement.text)
                    } catch {
                        throw MigrationError.failed(file: step.file, line: statement.line(of: error), error)
                    }
                }
                let (seconds, attoseconds) = (ContinuousClock.now - start).components
                switch step {
                case .up(let migration):
                    try await ledger.enter(migration, seconds: Double(seconds) + Double(attoseconds) * 1e-18)
                case .down(let migration):
                    try await ledger.strike(migration)
                }
            }
            // What a file has SET ends with it.
            try await connection.execute("RESET ALL")
        } catch let error as MigrationError {
            throw error
        } catch let error as PostgresError {
            throw .database(error)
        } catch {
            throw .database(PostgresError(kind: .cancelled, message: "The migration was interrupted and rolled back."))
        }
    }
}

extension MigrationPlan.Step {
    var migration: Migration {
        switch self {
        case .up(let migration), .down(let migration): migration
        }
    }

    fileprivate var script: SQLScript {
        switch self {
        case .up(let migration): migration.up
        case .down(let migration): migration.down ?? SQLScript("")
        }
    }

    /// The name of its file.
    fileprivate var file: String {
        switch self {
        case .up(let migration): "\(migration.version)_\(migration.title).up.sql"
        case .down(let migration): "\(migration.version)_\(migration.title).down.sql"
        }
    }
}

extension SQLScript.Statement {
    /// The line of the file where the server stopped.
    fileprivate func line(of error: PostgresError) -> Int {
        guard let position = error.position else { return line }
        return line + text.unicodeScalars.prefix(max(0, position - 1)).count { $0 == "\n" }
    }
}

extension MigrationError {
    fileprivate var isLockTimeout: Bool {
        if case .failed(_, _, let error) = self { error.sqlState == .lockNotAvailable } else { false }
    }
}
