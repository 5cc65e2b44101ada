import Postgres

extension MigrationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let directory):
            "The folder of migrations \(directory) cannot be read. Name one with NNNN_title.up.sql files (--dir)."
        case .notUTF8(let file):
            "\(file) is not UTF-8. Save it as UTF-8."
        case .badFileName(let name):
            "\(name) is not the name of a migration. Call it NNNN_title.up.sql, .down.sql or .verify.sql, from 0001 "
                + "on."
        case .emptyFile(let name):
            "\(name) holds no statement. Write one, or delete the file."
        case .twoFiles(let first, let second):
            "\(first) and \(second) have the same version. Give one of them the next free number."
        case .downWithoutUp(let name):
            "\(name) has no up file of the same version and title. Add it, or delete this one."
        case .missingFile(let version, let next):
            "Migration \(version) is missing before \(next). Number the files without gaps."
        case .badDirective(let file, let line, let text):
            "\(file), line \(line): 'linden:\(text)' is no wish that is known. Write -- linden:no-transaction, "
                + "-- linden:statement-timeout 30min, or -- linden:allow RULE REASON with a rule of `linden migrate lint`."
        case .badTitle(let title):
            "'\(title)' is no title. Use small letters, digits and underscores, such as create_items."
        case .fileExists(let name):
            "\(name) is there already. Choose another title, or write into that file."
        case .unwritable(let directory):
            "Nothing can be written into the folder \(directory). Make it, or name another with --dir."
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
        case .halfWay(let version, let title, let isUp, let done):
            "Migration \(version)_\(title) was left half way \(isUp ? "up" : "down"), after \(done) statements. "
                + "Run `linden migrate \(isUp ? "up" : "down")` to finish it first."
        case .resumedFileChanged(let file, let line, let statement):
            "\(file), line \(line): statement \(statement) was done as it stood before, and the file now says something else. "
                + "Restore it as it was; statements that were not done yet may change."
        case .baselineOverLedger(let applied):
            "The schema is at \(applied) by its ledger. A baseline is for a database that has none: run `linden migrate up`."
        case .locked(let seconds, let holder):
            "Another migration has held the lock for \(seconds) s\(holder.map { " (\($0))" } ?? ""). "
                + "Wait for it, or end it; then run this again."
        case .lockLost:
            "The server no longer holds our migration lock, so nothing more was touched. Run `linden migrate up` again."
        case .poolerInBetween(let server):
            "A pooler in transaction or statement mode stands between us and PostgreSQL (\(server)): each statement may meet another "
                + "session, so the migration lock would guard nothing. Name the server itself in LINDEN_MIGRATE_URL, or set "
                + "pool_mode = session for this database in the pooler."
        case .standby(let server):
            "The server is a standby and takes no writes (\(server)). Name the primary in LINDEN_DATABASE_URL."
        case .readOnly(let database, let user):
            "Sessions of \"\(user)\" in database \"\(database)\" are read-only (default_transaction_read_only). Turn that off "
                + "for the database and the role, or name another."
        case .serverTooOld(let version, let oldest):
            "The server is PostgreSQL \(version / 10_000); Linden needs \(oldest / 10_000) or newer. Upgrade it, or name another "
                + "in LINDEN_DATABASE_URL."
        case .controlsTransaction(let file, let line, let statement):
            "\(file), line \(line): \(statement) begins or ends a transaction, and each migration is one already. "
                + "Take it out."
        case .failed(let file, let line, let error):
            "\(file), line \(line): \(error) The migration was rolled back. Correct the file and run it again."
        case .stopped(let file, let line, let error, let done):
            "\(file), line \(line): \(error) Statements before it: \(done), done and noted. Correct this one and run "
                + "the same command again: it goes on from here."
        case .unnamedIndex(let file, let line):
            "\(file), line \(line): CREATE INDEX CONCURRENTLY has no name for its index, so a broken build could not be found. "
                + "Give it one."
        case .statementNotAllowed(let file, let line, let reason, let remedy):
            "\(file), line \(line): \(reason). The statement was undone. \(remedy)"
        case .timedOut(let file, let line, let limit):
            "\(file), line \(line): the statement took longer than its \(TimeText.text(limit)) and was undone. Give it more time "
                + "in the file (-- linden:statement-timeout 1h), or do less in it."
        case .diskFull(let file, let line, let reason):
            "\(file), line \(line): the server's disk is full (\(reason)). The statement was undone. Free space there, then run "
                + "this again."
        case .assertionFailed(let file, let line, let reason):
            "\(file), line \(line): \(reason). The database is not as the migration should have made it. Correct the "
                + "migration or the assertion."
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
