/// The 16 bytes of PostgreSQL's `uuid`.
public struct UUIDBytes: Hashable, PostgresValue {
    /// The first eight bytes, the first of them highest.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public static var postgresType: PostgresType { .uuid }

    public static func reads(_ type: PostgresType) -> Bool { type == .uuid }

    public func encode(into bytes: inout BinaryWriter) {
        bytes.append(high)
        bytes.append(low)
    }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        guard bytes.count == 16 else { throw .wrongLength(bytes.count) }
        self.init(high: bytes.integer(at: 0), low: bytes.integer(at: 8))
    }
}
