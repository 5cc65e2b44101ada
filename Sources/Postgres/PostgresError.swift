/// What PostgreSQL, or the way to it, refused.
///
/// It names tables, columns and constraints; it never holds a parameter's value, a password or a row.
public struct PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Who has to act.
    public enum Kind: Equatable, Sendable {
        /// The server cannot be reached, or the connection broke.
        case connection
        /// The server refused the statement; ``sqlState`` says why.
        case server
        /// The server did not answer in time; the connection was closed.
        case deadline
        /// The task was cancelled; the connection was closed if a statement was under way.
        case cancelled
        /// A parameter cannot be sent.
        case encoding
        /// A column does not hold what was asked for.
        case decoding
        /// The pool or the connection is closed.
        case closed
        /// No connection came free in time.
        case poolExhausted
        /// The settings make no sense, or a call came at the wrong moment.
        case usage
        /// The embedded server could not be found, made, started or stopped.
        case embeddedServer
    }

    public let kind: Kind

    /// The server's five-letter code; `nil` when the server did not speak.
    public let sqlState: SQLState?

    /// What happened and what to do.
    public let message: String

    /// The constraint that a row would have broken, if that is what happened.
    public let constraint: String?

    /// Where in the statement's text the server stopped, counted in characters from 1.
    public let position: Int?

    public init(
        kind: Kind, sqlState: SQLState? = nil, message: String, constraint: String? = nil, position: Int? = nil
    ) {
        self.kind = kind
        self.sqlState = sqlState
        self.message = message
        self.constraint = constraint
        self.position = position
    }

    public var description: String {
        guard let sqlState, kind == .server else { return message }
        return "PostgreSQL refused the statement: \(message) (SQLSTATE \(sqlState))\(Self.deed(sqlState))"
    }

    /// What to do about a refusal that is no fault of the statement.
    private static func deed(_ sqlState: SQLState) -> String {
        switch sqlState {
        case .insufficientPrivilege: ". Connect as the owner of Linden's schemas, or have the owner grant it."
        case .undefinedTable: ". Run `linden migrate status`: the schema is not as the migrations made it."
        case .diskFull: ". Free space on the server's disk; nothing of this was stored."
        default: ""
        }
    }

    /// Whether its connection is of no more use: broken, abandoned, or on a server that became a standby.
    public var endsConnection: Bool {
        switch kind {
        case .connection, .deadline, .cancelled, .closed: true
        case .server: sqlState == .readOnlyTransaction || sqlState?.endsSession == true
        case .encoding, .decoding, .poolExhausted, .usage, .embeddedServer: false
        }
    }
}
