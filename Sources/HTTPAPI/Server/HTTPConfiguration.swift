/// Where the service listens, and what it takes from a client.
///
/// Every limit is set here: the server's own defaults allow a connection to idle for ever.
public struct HTTPConfiguration: Hashable, Sendable {
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    /// Largest body, in bytes.
    public var bodyLimit = 1_048_576
    /// Largest header, and largest sum of all, in bytes.
    public var headerBytes = 16_384
    /// Most headers of a request.
    public var headerCount = 100
    /// A connection that sends nothing for so long is closed, within a request or between two.
    public var idleTimeout = Duration.seconds(30)
    /// Connections open at once; more wait to be accepted.
    public var maximumConnections = 1_024

    public init(host: String = "127.0.0.1", port: Int = 8080) {
        self.host = host
        self.port = port
    }
}
