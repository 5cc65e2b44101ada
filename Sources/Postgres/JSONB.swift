/// The text of a `jsonb` value; the server checks that it is JSON.
public struct JSONB: Hashable, PostgresValue {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public static var postgresType: PostgresType { .jsonb }

    public static func reads(_ type: PostgresType) -> Bool { type == .jsonb }

    /// The version of the binary form, which precedes the text.
    private static let version: UInt8 = 1

    public func encode(into bytes: inout BinaryWriter) throws(PostgresError) {
        bytes.append(Self.version)
        try bytes.append(text: text)
    }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        guard bytes.count > 0, bytes[0] == Self.version else { throw .malformed }
        text = try String(decoding: bytes.extracting(1..<bytes.count))
    }
}
