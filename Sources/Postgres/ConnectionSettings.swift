import CLibPQ

/// Where a server is and how to log in.
///
/// Its description never holds the password.
public struct ConnectionSettings: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// libpq's keywords (`host`, `port`, `user`, `password`, `dbname`, `sslmode` …) and their values.
    private(set) var keywords: [String: String]

    /// Longest wait for a statement when its caller gives no deadline; for COPY, longest silence of the server.
    public var statementDeadline: Duration = .seconds(30)

    /// Longest wait for a connection when its caller gives no deadline.
    public var connectDeadline: Duration = .seconds(10)

    /// Asks for `synchronous_commit = on`, whatever the server's default is: what is acknowledged is on its disk.
    public var synchronousCommit = false

    /// Whether a pooler stands in between that hands each transaction to another server session (PgBouncer's
    /// `transaction` mode): then nothing is prepared, and nothing is set on the session.
    public var behindTransactionPooler = false

    /// Reads `postgresql://user:password@host:port/database?option=value`, or libpq's `key=value` form.
    ///
    /// - Throws: ``PostgresError`` of kind `usage`, without the text, as it may hold a password.
    public init(url: String) throws(PostgresError) {
        // SAFETY: libpq reads a NUL-terminated copy of `url`; what it returns is freed below, with its own functions.
        var complaint: UnsafeMutablePointer<CChar>?
        let options = unsafe PQconninfoParse(url, &complaint)
        if let complaint = unsafe complaint { unsafe PQfreemem(complaint) }
        guard let options = unsafe options else {
            throw PostgresError(
                kind: .usage,
                message: "The database URL is not one. Write LINDEN_DATABASE_URL as "
                    + "postgresql://USER:PASSWORD@HOST:5432/DATABASE; write @ : / % in a password as %40 %3A %2F %25.")
        }
        defer { unsafe PQconninfoFree(options) }
        var keywords: [String: String] = [:]
        var next = unsafe options
        // SAFETY: the list ends with an entry whose keyword is null, and its texts live until it is freed.
        while let keyword = unsafe next.pointee.keyword {
            if let value = unsafe next.pointee.val {
                keywords[unsafe String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe next += 1
        }
        self.init(keywords: keywords)
    }

    /// Names a server by its Unix socket's directory.
    public init(socketDirectory: String, port: Int = 5432, user: String, database: String) {
        self.init(keywords: ["host": socketDirectory, "port": String(port), "user": user, "dbname": database])
    }

    /// Reads `LINDEN_DATABASE_URL`, or else libpq's own `PG*` variables.
    ///
    /// - Returns: `nil` when none of them is set: Linden then runs a server of its own.
    public static func fromEnvironment(_ environment: [String: String]) throws(PostgresError) -> ConnectionSettings? {
        if let url = environment["LINDEN_DATABASE_URL"], !url.isEmpty { return try ConnectionSettings(url: url) }
        var keywords: [String: String] = [:]
        for (variable, keyword) in variables {
            if let value = environment[variable], !value.isEmpty { keywords[keyword] = value }
        }
        let names = ["host", "hostaddr", "service", "dbname", "port", "user"]
        guard names.contains(where: { keywords[$0] != nil }) else { return nil }
        return ConnectionSettings(keywords: keywords)
    }

    private static let variables = [
        "PGHOST": "host", "PGHOSTADDR": "hostaddr", "PGPORT": "port", "PGDATABASE": "dbname", "PGUSER": "user",
        "PGPASSWORD": "password", "PGPASSFILE": "passfile", "PGSERVICE": "service", "PGSSLMODE": "sslmode",
        "PGSSLROOTCERT": "sslrootcert", "PGSSLCERT": "sslcert", "PGSSLKEY": "sslkey",
        "PGTARGETSESSIONATTRS": "target_session_attrs",
    ]

    private init(keywords: [String: String]) {
        self.keywords = keywords
        if keywords["application_name"] == nil { self.keywords["application_name"] = "linden" }
        self.keywords["client_encoding"] = "UTF8"
    }

    /// The same server and login, another database.
    public func with(database: String) -> ConnectionSettings {
        var copy = self
        copy.keywords["dbname"] = database
        return copy
    }

    /// The same, under another name in `pg_stat_activity`.
    public func with(applicationName: String) -> ConnectionSettings {
        var copy = self
        copy.keywords["application_name"] = applicationName
        return copy
    }

    /// The same, refusing a standby, unless the settings say which kind of server they want.
    func requiringWrites() -> ConnectionSettings {
        var copy = self
        copy.keywords["target_session_attrs"] = keywords["target_session_attrs"] ?? "read-write"
        return copy
    }

    public var user: String { keywords["user"] ?? "(this system's user)" }

    public var database: String { keywords["dbname"] ?? keywords["user"] ?? "(the user's name)" }

    /// What is set on each new session, if anything.
    func sessionSettings(serverVersion: Int) -> SQL? {
        guard !behindTransactionPooler else { return nil }
        var script: [String] = []
        // A server then notices that we abandoned a statement, and ends it.
        if serverVersion >= 140_000 { script.append("SET client_connection_check_interval = '2s'") }
        if synchronousCommit { script.append("SET synchronous_commit = on") }
        return script.isEmpty ? nil : SQL(unsafeSQL: script.joined(separator: "; "))
    }

    /// Host and port, or socket directory: what an error may say.
    var place: String {
        let host =
            keywords["host"] ?? keywords["hostaddr"] ?? keywords["service"].map { "service \($0)" }
            ?? "the default socket"
        return host.hasPrefix("/") ? host : "\(host):\(keywords["port"] ?? "5432")"
    }

    public var description: String { "\(user) at \(place), database \(database)" }

    public var debugDescription: String { description }

    /// Nothing: `dump` would print the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
