/// How patient a migrator is.
public struct MigratorOptions: Sendable, Equatable {
    /// Longest wait for another migrator.
    public var lockWait: Duration = .seconds(60)
    /// Longest wait for a table's lock in one attempt.
    ///
    /// Whoever comes later waits behind the one who waits: so it is short, and tried again.
    public var tableLockTimeout: Duration = .milliseconds(500)
    /// Attempts for one migration.
    public var attempts = 10
    /// Longest pause after the first failed attempt; it doubles with each more.
    public var firstPause: Duration = .milliseconds(100)
    /// Longest pause of all.
    public var longestPause: Duration = .seconds(5)
    /// Longest time that the server gives one statement, unless its file says `-- linden:statement-timeout`; zero: no limit.
    public var statementTimeout: Duration = .zero
    /// Longest wait for the server's answer, where no longer time for a statement is set.
    public var statementDeadline: Duration = .seconds(3_600)
    /// How long to wait for a server that is not up yet.
    public var serverWait: Duration = .zero
    /// The oldest server that is migrated, as libpq counts: 150000 is 15.
    public var oldestServer = 150_000

    public init() {}
}
