public import Postgres

/// Why a schema cannot be moved, or used.
public enum MigrationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with the files.
    case unreadable(directory: String)
    case notUTF8(file: String)
    case badFileName(String)
    case emptyFile(String)
    case twoFiles(String, String)
    case downWithoutUp(String)
    case missingFile(MigrationVersion, before: MigrationVersion)

    /// What is wrong between the files and the database.
    case changed(MigrationVersion, title: String, applied: String, file: String)
    case gapInLedger(missing: MigrationVersion, applied: MigrationVersion)
    case tooNew(applied: MigrationVersion, known: MigrationVersion?)
    case behind(applied: MigrationVersion?, needed: MigrationVersion)
    case noWayBack(MigrationVersion, title: String)
    case unknownTarget(MigrationVersion, known: MigrationVersion?)
    case targetBelow(MigrationVersion, applied: MigrationVersion)
    case targetAbove(MigrationVersion, applied: MigrationVersion?)

    /// What went wrong on the way.
    case locked(seconds: Int, holder: String?)
    case lockLost
    case poolerInBetween
    case controlsTransaction(file: String, line: Int, statement: String)
    case failed(file: String, line: Int, PostgresError)
    case neverGotLock(file: String, attempts: Int)
    case noRights(String, user: String, database: String)
    case database(PostgresError)

    public var description: String {
        switch self {
        case .unreadable(let directory):
            "The folder of migrations \(directory) cannot be read. Name one with NNNN_title.up.sql files (--dir)."
        case .notUTF8(let file):
            "\(file) is not UTF-8. Save it as UTF-8."
        case .badFileName(let name):
            "\(name) is not the name of a migration. Call it NNNN_title.up.sql or NNNN_title.down.sql, from 0001 on."
        case .emptyFile(let name):
            "\(name) holds no statement. Write one, or delete the file."
        case .twoFiles(let first, let second):
            "\(first) and \(second) have the same version. Give one of them the next free number."
        case .downWithoutUp(let name):
            "\(name) has no up file of the same version and title. Add it, or delete this one."
        case .missingFile(let version, let next):
            "Migration \(version) is missing before \(next). Number the files without gaps."
        case .changed(let version, let title, let applied, let file):
            "Migration \(version)_\(title) was changed after it was applied: the database has SHA-256 \(applied), "
                + "the file \(file). Nothing was touched. Restore the file, and put the change in a new migration."
        case .gapInLedger(let missing, let applied):
            "The database has migration \(applied) but not \(missing). Restore linden_migrations.applied from a backup."
        case .tooNew(let applied, let known):
            "The schema is at \(applied); this program knows \(known.map { "up to \($0)" } ?? "none"). "
                + "Use the program that made it, or a newer one."
        case .behind(nil, let needed):
            "The database has no schema yet; this program needs \(needed). Run `linden migrate up`."
        case .behind(let applied?, let needed):
            "The schema is at \(applied); this program needs \(needed). Run `linden migrate up`."
        case .noWayBack(let version, let title):
            "Migration \(version)_\(title) has no down file. Write \(version)_\(title).down.sql, or restore a backup."
        case .unknownTarget(let version, let known):
            "There is no migration \(version); the newest is \(known.map(\.description) ?? "none"). Name one that is."
        case .targetBelow(let version, let applied):
            "The schema is at \(applied), above \(version). Run `linden migrate down` to go back."
        case .targetAbove(let version, let applied):
            "The schema is at \(applied.map(\.description) ?? "nothing"), not above \(version). "
                + "Run `linden migrate up` to go forward."
        case .locked(let seconds, let holder):
            "Another migration has held the lock for \(seconds) s\(holder.map { " (\($0))" } ?? ""). "
                + "Wait for it, or end it; then run this again."
        case .lockLost:
            "The server no longer holds our migration lock, so nothing more was touched. Run `linden migrate up` again."
        case .poolerInBetween:
            "A connection pooler stands between us and PostgreSQL, and the migration lock needs one session. "
                + "Give a URL that leads to the server itself."
        case .controlsTransaction(let file, let line, let statement):
            "\(file), line \(line): \(statement) begins or ends a transaction, and each migration is one already. "
                + "Take it out."
        case .failed(let file, let line, let error):
            "\(file), line \(line): \(error) The migration was rolled back. Correct the file and run it again."
        case .neverGotLock(let file, let attempts):
            "\(file): its table was in use in each of \(attempts) attempts. It was rolled back. End the transaction that "
                + "holds the table (pg_stat_activity, pg_locks), or try at a quieter time."
        case .noRights(let what, let user, let database):
            "User \"\(user)\" may not \(what). Run as its owner: GRANT CREATE ON DATABASE \"\(database)\" TO \"\(user)\";"
        case .database(let error):
            error.description
        }
    }
}
