/// What a pool has done since it was made, and has now; for metrics.
public struct PoolCounters: Sendable, Equatable {
    /// Connections lent.
    public var lent = 0
    /// Borrowers that had to wait in line.
    public var waited = 0
    /// Borrowers that left without a connection: their deadline passed, or they were cancelled.
    public var unserved = 0
    /// Connections opened.
    public var opened = 0
    /// Attempts to open one that failed.
    public var openFailures = 0
    /// Connections that did not survive the check before they were lent.
    public var foundDead = 0
    /// Connections closed because they broke or were abandoned.
    public var broken = 0
    /// Connections closed because of their age.
    public var retired = 0

    /// Lent at this moment, or being opened.
    public var inUse = 0
    /// Open and unused at this moment.
    public var idle = 0
    /// Borrowers in line at this moment.
    public var waiting = 0
}
