/// Why a connection was refused, read out of libpq's message: it has no field for it.
struct ConnectionRefusal: Equatable {
    /// The server's code, when a server spoke.
    let sqlState: SQLState?
    /// The server's sentence, or the system's ("Connection refused").
    let reason: String

    /// Reads a message made with `PQERRORS_VERBOSE`: `… failed: FATAL:  28P01: password authentication failed …`.
    init(libpqMessage text: String) {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") && !$0.hasPrefix("\t") }
        let line = lines.last ?? ""
        if let severity = line.firstRange(of: ":  "), line[severity.upperBound...].dropFirst(5).hasPrefix(": ") {
            sqlState = SQLState(String(line[severity.upperBound...].prefix(5)))
            reason = String(line[severity.upperBound...].dropFirst(7))
        } else {
            sqlState = nil
            reason = line.firstRange(of: " failed: ").map { String(line[$0.upperBound...]) } ?? String(line)
        }
    }

    /// The sentence for the user.
    func error(_ settings: ConnectionSettings) -> PostgresError {
        // libpq itself found that it has no password to send.
        let state = reason.contains("password supplied") ? .invalidPassword : sqlState
        return PostgresError(kind: .connection, sqlState: state, message: message(settings))
    }

    private func message(_ settings: ConnectionSettings) -> String {
        let place = settings.place
        switch sqlState {
        case .invalidPassword?:
            return "PostgreSQL at \(place) refused the password of user \"\(settings.user)\". "
                + "Correct it in LINDEN_DATABASE_URL, PGPASSWORD or ~/.pgpass."
        case .invalidAuthorization?:
            return "PostgreSQL at \(place) does not let user \"\(settings.user)\" in: \(reason). "
                + "Create the role, or allow it in pg_hba.conf."
        case .unknownDatabase?:
            return "PostgreSQL at \(place) has no database \"\(settings.database)\". "
                + "Create it (createdb \(settings.database)), or name another in LINDEN_DATABASE_URL."
        case .tooManyConnections?:
            return "PostgreSQL at \(place) has no connection left: \(reason). "
                + "Make the pools smaller, or raise max_connections."
        case .cannotConnectNow?:
            return "PostgreSQL at \(place) is not ready: \(reason). Wait until it is."
        case .some(let state):
            return "PostgreSQL at \(place) refused the connection: \(reason) (SQLSTATE \(state)). "
                + "Correct LINDEN_DATABASE_URL or the server's settings."
        case nil where reason.contains("password supplied"):
            return "PostgreSQL at \(place) asks user \"\(settings.user)\" for a password. "
                + "Give one in LINDEN_DATABASE_URL, PGPASSWORD or ~/.pgpass."
        case nil where reason.contains("session is read-only") || reason.contains("is in hot standby mode"):
            return "PostgreSQL at \(place) is a standby and takes no writes. Name the primary in LINDEN_DATABASE_URL."
        case nil:
            return "No PostgreSQL server answers at \(place) (\(reason)). "
                + "Start it, or correct LINDEN_DATABASE_URL; without one, Linden runs a server of its own."
        }
    }

    /// Whether trying again later may help, with nothing changed by hand.
    static func isTransient(_ error: PostgresError) -> Bool {
        switch error.kind {
        case .deadline: true
        case .connection:
            switch error.sqlState {
            case nil, .tooManyConnections?, .cannotConnectNow?, .adminShutdown?, .crashShutdown?: true
            default: false
            }
        default: false
        }
    }
}
