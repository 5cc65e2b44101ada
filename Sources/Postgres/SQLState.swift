/// One of PostgreSQL's five-letter error codes (Appendix A of its manual).
public struct SQLState: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let code: String

    public init(_ code: String) {
        self.code = code
    }

    public init(stringLiteral code: String) {
        self.code = code
    }

    public var description: String { code }

    public static let featureNotSupported: SQLState = "0A000"
    public static let readOnlyTransaction: SQLState = "25006"
    public static let invalidStatementName: SQLState = "26000"
    public static let invalidPassword: SQLState = "28P01"
    public static let invalidAuthorization: SQLState = "28000"
    public static let unknownDatabase: SQLState = "3D000"
    public static let serializationFailure: SQLState = "40001"
    public static let deadlockDetected: SQLState = "40P01"
    public static let uniqueViolation: SQLState = "23505"
    public static let foreignKeyViolation: SQLState = "23503"
    public static let checkViolation: SQLState = "23514"
    public static let undefinedTable: SQLState = "42P01"
    public static let insufficientPrivilege: SQLState = "42501"
    public static let lockNotAvailable: SQLState = "55P03"
    public static let queryCancelled: SQLState = "57014"
    public static let adminShutdown: SQLState = "57P01"
    public static let crashShutdown: SQLState = "57P02"
    public static let cannotConnectNow: SQLState = "57P03"
    public static let diskFull: SQLState = "53100"
    public static let tooManyConnections: SQLState = "53300"

    /// Whether the same transaction may succeed when it is run again.
    public var isTransient: Bool {
        [.serializationFailure, .deadlockDetected, .lockNotAvailable].contains(self)
    }

    /// Whether the server ends the session after saying this.
    var endsSession: Bool {
        [.adminShutdown, .crashShutdown, .cannotConnectNow, "57P04", "57P05", "25P03"].contains(self)
            || code.hasPrefix("08")
    }
}
