public import Postgres

/// Why a schema cannot be moved, or used.
public enum MigrationError: Error, Equatable, Sendable {
    /// What is wrong with the files.
    case unreadable(directory: String)
    case notUTF8(file: String)
    case badFileName(String)
    case emptyFile(String)
    case twoFiles(String, String)
    case downWithoutUp(String)
    case missingFile(MigrationVersion, before: MigrationVersion)
    case badDirective(file: String, line: Int, text: String)
    case badTitle(String)
    case fileExists(String)
    case unwritable(directory: String)

    /// What is wrong between the files and the database.
    case changed(MigrationVersion, title: String, applied: String, file: String)
    case gapInLedger(missing: MigrationVersion, applied: MigrationVersion)
    case tooNew(applied: MigrationVersion, known: MigrationVersion?)
    case behind(applied: MigrationVersion?, needed: MigrationVersion)
    case noWayBack(MigrationVersion, title: String)
    case unknownTarget(MigrationVersion, known: MigrationVersion?)
    case targetBelow(MigrationVersion, applied: MigrationVersion)
    case targetAbove(MigrationVersion, applied: MigrationVersion?)
    case halfWay(MigrationVersion, title: String, isUp: Bool, done: Int)
    case resumedFileChanged(file: String, line: Int, statement: Int)
    case baselineOverLedger(applied: MigrationVersion)

    /// What went wrong on the way.
    case locked(seconds: Int, holder: String?)
    case lockLost
    case poolerInBetween(server: String)
    case standby(server: String)
    case readOnly(database: String, user: String)
    case serverTooOld(version: Int, oldest: Int)
    case controlsTransaction(file: String, line: Int, statement: String)
    case unnamedIndex(file: String, line: Int)
    case failed(file: String, line: Int, PostgresError)
    case stopped(file: String, line: Int, PostgresError, done: Int)
    case statementNotAllowed(file: String, line: Int, reason: String, remedy: String)
    case timedOut(file: String, line: Int, after: Duration)
    case diskFull(file: String, line: Int, reason: String)
    case assertionFailed(file: String, line: Int, reason: String)
    case neverGotLock(file: String, attempts: Int)
    case noRights(String, user: String, database: String)
    case database(PostgresError)
}
