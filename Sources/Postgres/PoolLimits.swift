/// How large a pool is, and how it treats its connections.
public struct PoolLimits: Sendable, Equatable {
    /// Connections at most.
    public let size: Int
    /// A connection unused for this long is asked whether it is alive, and takes writes, before it is lent.
    public var checkAfterIdle: Duration = .seconds(5)
    /// Longest wait for that answer.
    public var checkDeadline: Duration = .seconds(1)
    /// A connection this old is closed, so that a pool finds its way to a new primary and memory is given back.
    public var maximumAge: Duration = .seconds(30 * 60)
    /// Longest pause after the first failure to connect; it doubles with each more.
    public var firstPause: Duration = .milliseconds(50)
    /// Longest pause of all.
    public var longestPause: Duration = .seconds(5)
    /// Whether a standby, which takes no writes, counts as a dead connection.
    public var needsWrites = true

    public init(size: Int) {
        precondition(size > 0, "A pool of \(size) connections lends none. Give it one or more.")
        self.size = size
    }
}
