import Postgres

extension MigrationRun {
    /// Carries the file out statement by statement, from where a migrator before this one left it.
    ///
    /// A statement that can run in a transaction shares it with the note that it is done. One that cannot is noted before
    /// and after; what lies in between is told from what it leaves in the catalogue.
    func goStepwise(from progress: MigrationProgress?, before: Catalogue) async throws(MigrationError) -> Catalogue {
        let start = ContinuousClock.now
        let hashes = statements.map { Migration.sha256(of: $0.text) }
        if let progress {
            try requireSameStart(progress, hashes)
            tell(.resumes(file: step.file, done: progress.done.count, of: statements.count))
        } else {
            try await asking { () async throws(PostgresError) in
                try await ledger.start(step.migration.version, isUp: step.isUp, catalogue: before)
            }
        }
        let done = progress?.done.count ?? 0
        // What the file had set on its session went with that session.
        for statement in statements.prefix(done) where statement.setsSession { try await run(statement) }
        for index in statements.indices.dropFirst(done) {
            do throws(MigrationError) {
                try await advance(statements[index], hashes[index], begun: progress?.begun)
            } catch .failed(let file, let line, let cause) {
                throw .stopped(file: file, line: line, cause, done: index)
            } catch {
                throw error
            }
        }
        return try await inTransaction { _ in
            let after = try await enter(before: progress?.catalogue ?? before, since: start)
            try await ledger.strikeProgress()
            return after
        }
    }

    /// Carries out one statement and notes it.
    private func advance(
        _ statement: SQLScript.Statement, _ hash: String, begun: String?
    ) async throws(MigrationError) {
        try await retrying { () async throws(MigrationError) in
            if let kind = statement.outsideTransaction(noTransaction: directives.noTransaction) {
                return try await runOutside(statement, kind, hash, wasBegun: begun == hash)
            }
            try await inTransaction { _ in
                try await run(statement)
                try await noteDone(hash)
            }
        }
    }

    /// Refuses a file whose statements are not those that were done.
    private func requireSameStart(_ progress: MigrationProgress, _ hashes: [String]) throws(MigrationError) {
        for (index, hash) in progress.done.enumerated() where index >= hashes.count || hashes[index] != hash {
            let line = index < statements.count ? statements[index].line : (statements.last?.lastLine ?? 1)
            throw .resumedFileChanged(file: step.file, line: line, statement: index + 1)
        }
    }

    /// Notes that a statement is done, in the transaction that did it.
    private func noteDone(_ hash: String) async throws {
        // As somebody who may write the ledger; a file's own choice of role holds again for its next statement.
        let role = try await connection.query("SELECT current_setting('role')")[0].decode(String.self, at: 0)
        if role != "none" { try await connection.execute("RESET ROLE") }
        try await ledger.finish(hash)
        if role != "none" { try await connection.execute("SET ROLE \(identifier: role)") }
    }

    /// Runs a statement in no transaction, unless it turns out to be done already.
    private func runOutside(
        _ statement: SQLScript.Statement, _ kind: OutsideTransaction, _ hash: String, wasBegun: Bool
    ) async throws(MigrationError) {
        let traces = Traces(connection: connection)
        let state = try await asking { () async throws(PostgresError) in try await traces.state(of: kind) }
        switch state {
        case .done where wasBegun: break
        case .halfWay(let repair, let index):
            if let index { tell(.rebuilds(index: index)) }
            try await unbounded(repair, kind)
            guard !repair.text.contains("FINALIZE") else { break }
            fallthrough
        case .done, .open:
            try await asking { () async throws(PostgresError) in try await ledger.begin(hash) }
            do throws(MigrationError) {
                try await limits(for: kind)
                try await run(statement)
            } catch {
                // The server says that it did not do it; when nobody says anything, the note stays.
                if case .failed(_, _, let cause) = error, cause.kind == .server, !cause.endsConnection {
                    try await asking { () async throws(PostgresError) in try await ledger.begin(nil) }
                }
                throw await explained(error)
            }
        }
        try await asking { () async throws(PostgresError) in try await ledger.finish(hash) }
    }

    private func unbounded(_ repair: SQL, _ kind: OutsideTransaction) async throws(MigrationError) {
        try await limits(for: kind)
        do throws(PostgresError) {
            try await connection.execute(script: repair.text, deadline: .after(options.statementDeadline))
        } catch {
            throw .failed(file: step.file, line: statements.first?.line ?? 1, error)
        }
    }

    /// Sets how long the next statement may wait and work.
    ///
    /// Who waits for the end of old transactions, with nobody waiting behind, may take the time that it takes: to end it
    /// would leave an invalid index behind.
    private func limits(for kind: OutsideTransaction) async throws(MigrationError) {
        let lockTimeout = kind.waitsAlone ? 0 : options.tableLockTimeout.wholeMilliseconds
        _ = try await asking { () async throws(PostgresError) in
            try await connection.execute(
                script: """
                    SET lock_timeout = \(lockTimeout);
                    SET statement_timeout = \(statementTimeout.wholeMilliseconds)
                    """)
        }
    }
}

extension SQLScript.Statement {
    /// Whether it sets something on the session, for the statements after it.
    fileprivate var setsSession: Bool {
        switch words.first {
        case "SET": !["LOCAL", "CONSTRAINTS", "TRANSACTION"].contains(words.dropFirst().first)
        case "RESET": true
        default: false
        }
    }
}
