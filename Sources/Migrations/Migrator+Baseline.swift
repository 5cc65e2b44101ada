import Postgres

extension Migrator {
    /// Enters migrations as applied without running them: for a database that has its schema from elsewhere.
    ///
    /// - Parameter target: The last version that the database has already.
    /// - Returns: The versions entered.
    /// - Throws: ``MigrationError/baselineOverLedger(applied:)`` when there is a ledger already.
    @discardableResult
    public func baseline(to target: MigrationVersion) async throws(MigrationError) -> [MigrationVersion] {
        guard set.migrations.contains(where: { $0.version == target }) else {
            throw .unknownTarget(target, known: set.latest)
        }
        return try await withLock(unless: { _ in nil }) { connection, _ throws(MigrationError) in
            let ledger = MigrationLedger(connection: connection)
            let entered = set.migrations.prefix { $0.version <= target }
            let (applied, progress) = try await asking { () async throws(PostgresError) in
                (try await ledger.applied(), try await ledger.progress())
            }
            if let newest = applied.last?.version { throw .baselineOverLedger(applied: newest) }
            if let progress { throw .baselineOverLedger(applied: progress.version) }
            do {
                try await connection.transaction { connection in
                    let found = try await Catalogue(of: connection)
                    for migration in entered {
                        // All that is there counts as the last one's work.
                        let change = CatalogueChange(
                            added: migration.version == target ? found.lines.sorted() : [], removed: [])
                        try await ledger.enter(migration, seconds: 0, change: change)
                    }
                }
            } catch let error as PostgresError {
                throw .database(error)
            } catch {
                throw .database(PostgresError(kind: .cancelled, message: "The baseline was interrupted and undone."))
            }
            return entered.map(\.version)
        }
    }
}
