/// A value that can be read from a column in PostgreSQL's binary format.
public protocol PostgresDecodable: Sendable {
    /// Whether a column of `type` can be read as this; ``PostgresType/unspecified`` (from COPY) is not asked about.
    static func reads(_ type: PostgresType) -> Bool

    /// What SQL's NULL reads as; `nil` when it cannot be NULL.
    static var null: Self? { get }

    /// Reads the binary form; throws ``BinaryFormatError`` when `bytes` are not one.
    init(decoding bytes: Span<UInt8>) throws(BinaryFormatError)
}

extension PostgresDecodable {
    public static var null: Self? { nil }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public static func reads(_ type: PostgresType) -> Bool { Wrapped.reads(type) }

    public static var null: Self? { .some(.none) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        self = try Wrapped(decoding: bytes)
    }
}

/// Bytes that are not the binary form of the type asked for; ``Row`` adds which column it was.
public enum BinaryFormatError: Error, Equatable, Sendable {
    case wrongLength(Int)
    case notUTF8
    case malformed
    /// An array with NULLs read as one without, or of more than one dimension.
    case unexpectedNull
    case tooManyDimensions(Int)
}
