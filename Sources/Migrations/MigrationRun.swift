import Postgres

/// One migration, carried out as one transaction, or statement by statement where that cannot be.
struct MigrationRun {
    let step: MigrationPlan.Step
    let connection: Connection
    let options: MigratorOptions
    let jitter: @Sendable () -> Double
    let tell: (MigrationEvent) -> Void

    let directives: MigrationDirectives
    let statements: [SQLScript.Statement]
    let runsStepwise: Bool

    var ledger: MigrationLedger { MigrationLedger(connection: connection) }

    /// Longest time for one statement.
    var statementTimeout: Duration { directives.statementTimeout ?? options.statementTimeout }

    /// Reads the file of a step.
    ///
    /// - Throws: ``MigrationError`` when it cannot be carried out, whatever the database holds.
    init(
        step: MigrationPlan.Step, connection: Connection, options: MigratorOptions,
        jitter: @escaping @Sendable () -> Double,
        tell: @escaping (MigrationEvent) -> Void
    ) throws(MigrationError) {
        self.step = step
        self.connection = connection
        self.options = options
        self.jitter = jitter
        self.tell = tell
        statements = step.script.statements
        directives = try MigrationDirectives(step.script, file: step.file)
        runsStepwise = step.script.runsStepwise(noTransaction: directives.noTransaction)
        if let control = statements.first(where: \.controlsTransaction) {
            throw .controlsTransaction(
                file: step.file, line: control.line, statement: control.words.joined(separator: " "))
        }
        for statement in statements {
            if case .createsIndex(nil, _) = statement.outsideTransaction(noTransaction: directives.noTransaction) {
                throw .unnamedIndex(file: step.file, line: statement.line)
            }
        }
    }

    /// Runs the file and keeps the ledger; tries again when a table stays locked.
    ///
    /// - Parameters:
    ///   - progress: How far a migrator before this one came.
    ///   - before: The catalogue as it is now.
    /// - Returns: The catalogue afterwards.
    /// - Throws: ``MigrationError``; the ledger then knows how far it came.
    func carryOut(
        from progress: MigrationProgress?, before: Catalogue
    ) async throws(MigrationError) -> Catalogue {
        if runsStepwise || progress != nil { return try await goStepwise(from: progress, before: before) }
        return try await retrying { () async throws(MigrationError) in
            try await inTransaction { connection in
                let clock = ContinuousClock.now
                for statement in statements { try await run(statement) }
                return try await enter(before: before, since: clock)
            }
        }
    }

    /// Ends the step: asserts, enters it into the ledger or strikes it out, in the transaction that is open.
    func enter(before: Catalogue, since start: ContinuousClock.Instant) async throws -> Catalogue {
        // A file may have made itself somebody who may not write the ledger.
        try await connection.execute(script: "RESET SESSION AUTHORIZATION; RESET ROLE")
        let after = try await Catalogue(of: connection)
        switch step {
        case .up(let migration):
            if let assertions = migration.verify {
                try await MigrationAssertions(assertions, file: migration.verifyFile).hold(on: connection)
            }
            try await ledger.enter(
                migration, seconds: (ContinuousClock.now - start).inSeconds, change: after.change(from: before))
        case .down(let migration):
            try await ledger.strike(migration)
        }
        return after
    }

    /// Runs one statement, and says where it failed.
    func run(_ statement: SQLScript.Statement) async throws(MigrationError) {
        let deadline = Deadline.after(max(options.statementDeadline, statementTimeout + .seconds(30)))
        do throws(PostgresError) {
            try await connection.execute(script: statement.text, deadline: deadline)
        } catch {
            throw .failed(file: step.file, line: statement.line(of: error), error)
        }
    }

    /// Runs `body` in a transaction with the limits of this migration.
    func inTransaction<Value>(
        _ body: (Connection) async throws -> Value
    ) async throws(MigrationError) -> Value {
        do {
            return try await connection.transaction { connection in
                try await connection.execute(
                    script: """
                        SET LOCAL lock_timeout = \(options.tableLockTimeout.wholeMilliseconds);
                        SET LOCAL statement_timeout = \(statementTimeout.wholeMilliseconds)
                        """)
                return try await body(connection)
            }
        } catch let error as MigrationError {
            throw await explained(error)
        } catch let error as PostgresError {
            throw .database(error)
        } catch {
            throw .database(PostgresError(kind: .cancelled, message: "The migration was interrupted and rolled back."))
        }
    }

    /// Runs `body` until no table is in its way, as often as the options allow.
    func retrying<Value>(_ body: () async throws(MigrationError) -> Value) async throws(MigrationError) -> Value {
        for attempt in 0..<options.attempts {
            do throws(MigrationError) {
                return try await body()
            } catch  where error.isTransient {
                tell(.waits(file: step.file, attempt: attempt + 1, of: options.attempts))
                let ceiling = min(options.longestPause, options.firstPause * (1 << min(attempt, 16)))
                try await pause(ceiling * jitter())
            }
        }
        throw .neverGotLock(file: step.file, attempts: options.attempts)
    }

    /// The same failure, with what to do about it where the server leaves that open.
    func explained(_ error: MigrationError) async -> MigrationError {
        guard case .failed(let file, let line, let cause) = error else { return error }
        // Whoever broke the connection, it was not the file.
        guard cause.kind == .server, !cause.endsConnection else { return .database(cause) }
        switch cause.sqlState {
        case .insufficientPrivilege?:
            let remedy = await MissingRight(cause.message).remedy(for: connection)
            return .statementNotAllowed(file: file, line: line, reason: cause.message, remedy: remedy)
        case .queryCancelled? where statementTimeout > .zero:
            return .timedOut(file: file, line: line, after: statementTimeout)
        case .diskFull?: return .diskFull(file: file, line: line, reason: cause.message)
        default: return error
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
    /// Whether another session was in the way, so that a later attempt may succeed.
    fileprivate var isTransient: Bool {
        guard case .failed(_, _, let error) = self else { return false }
        return error.sqlState == .lockNotAvailable || error.sqlState == .deadlockDetected
    }
}
