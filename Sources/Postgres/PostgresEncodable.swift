/// A value that can be a parameter, or a field of a COPY, in PostgreSQL's binary format.
public protocol PostgresEncodable: Sendable {
    /// What the server is told the value is.
    static var postgresType: PostgresType { get }

    /// Whether it is SQL's NULL; then ``encode(into:)`` is not called.
    var isNull: Bool { get }

    /// Appends its binary form, without a length.
    func encode(into bytes: inout BinaryWriter) throws(PostgresError)
}

extension PostgresEncodable {
    public var isNull: Bool { false }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }

    public var isNull: Bool { if case .none = self { true } else { false } }

    public func encode(into bytes: inout BinaryWriter) throws(PostgresError) {
        if let value = self { try value.encode(into: &bytes) }
    }
}
