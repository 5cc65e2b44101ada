import Migrations
import Postgres

extension Migrator {
    /// A migrator of up files, `files[0]` being version 0001, with short pauses.
    static func of(
        _ files: [String], on pool: ConnectionPool, settings: ConnectionSettings? = nil,
        _ change: (inout MigratorOptions) -> Void = { _ in }
    ) throws -> Migrator {
        let named = files.enumerated().map { index, text in
            MigrationSet.File(name: "\(MigrationVersion(index + 1))_step.up.sql", text: text)
        }
        return try of(named, on: pool, settings: settings, change)
    }

    /// A migrator of named files, with short pauses.
    static func of(
        _ files: [MigrationSet.File], on pool: ConnectionPool, settings: ConnectionSettings? = nil,
        _ change: (inout MigratorOptions) -> Void = { _ in }
    ) throws -> Migrator {
        var options = MigratorOptions()
        options.firstPause = .milliseconds(1)
        change(&options)
        return Migrator(
            try MigrationSet(files: files), settings: settings ?? pool.settings, options: options, jitter: { 0.1 })
    }
}

extension ConnectionPool {
    /// The one number that a query returns.
    func number(_ query: SQL) async throws -> Int {
        try await withConnection { try await $0.query(query)[0].decode(Int.self, at: 0) }
    }
}
