/// What a migrator tells while it works.
public enum MigrationEvent: Sendable, Equatable {
    case applied(Migration)
    case undone(Migration)
    /// A table was in use; the next attempt follows.
    case waits(file: String, attempt: Int, of: Int)
    /// A migrator before this one died on the way; this one goes on after `done` statements.
    case resumes(file: String, done: Int, of: Int)
    /// A build that broke had left this index invalid; it was dropped, to be built again.
    case rebuilds(index: String)
}
