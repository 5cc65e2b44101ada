import Postgres

extension Migrator {
    /// Compares the database with what its migrations should have made of it, and changes nothing.
    ///
    /// - Throws: ``MigrationError`` when the server cannot be asked; what is wrong with the database is in the result.
    public func verify() async throws(MigrationError) -> MigrationVerification {
        try await withConnection { connection throws(MigrationError) in
            let ledger = MigrationLedger(connection: connection)
            let (status, invalid, expected, found) = try await asking { () async throws(PostgresError) in
                (
                    MigrationStatus(set, try await ledger.applied(), try await ledger.progress()),
                    try await invalidIndexes(on: connection), try await ledger.expectedCatalogue(),
                    try await Catalogue(of: connection)
                )
            }
            var wrong = status.drift
            if let progress = status.progress {
                let title = set.migrations.first { $0.version == progress.version }?.title
                wrong.append(
                    .halfWay(progress.version, title: title ?? "?", isUp: progress.isUp, done: progress.done.count))
            }
            let applied = Set(status.applied.map(\.version))
            var failed: [MigrationError] = []
            var files = 0
            for migration in set.migrations where applied.contains(migration.version) {
                guard let script = migration.verify else { continue }
                files += 1
                if let error = await refusal(
                    of: MigrationAssertions(script, file: migration.verifyFile), on: connection)
                {
                    failed.append(error)
                }
            }
            return MigrationVerification(
                current: status.current, ledger: wrong, invalidIndexes: invalid,
                // Half way, the catalogue is not to be what either side says.
                drift: status.progress == nil ? expected.map { found.drift(from: $0) } ?? [] : [],
                isCatalogueKnown: expected != nil, failedAssertions: failed, assertionFiles: files)
        }
    }

    private func invalidIndexes(on connection: Connection) async throws(PostgresError) -> [String] {
        let rows = try await connection.query(
            """
            SELECT format('%I.%I', nspname, relname)
            FROM pg_index i JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = relnamespace
            WHERE NOT indisvalid AND nspname !~ '^pg_'
                AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = indexrelid)
            ORDER BY 1
            """)
        var names: [String] = []
        for row in rows { names.append(try row.decode(String.self, at: 0)) }
        return names
    }

    private func refusal(of assertions: MigrationAssertions, on connection: Connection) async -> MigrationError? {
        do {
            try await connection.transaction(readOnly: true) { try await assertions.hold(on: $0) }
            return nil
        } catch let error as MigrationError {
            return error
        } catch {
            return .assertionFailed(file: assertions.file, line: 1, reason: "\(error)")
        }
    }
}
