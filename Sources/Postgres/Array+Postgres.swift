/// What an array of it is to PostgreSQL.
///
/// An array of `Int64` is an `int8[]`; an array of bytes is no array at all, but a `bytea`.
public protocol PostgresArrayElement: Sendable {
    static var arrayType: PostgresType { get }

    static func encodeArray(_ elements: [Self], into bytes: inout BinaryWriter) throws(PostgresError)

    static func decodeArray(_ bytes: Span<UInt8>) throws(BinaryFormatError) -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.arrayType }

    public func encode(into bytes: inout BinaryWriter) throws(PostgresError) {
        try Element.encodeArray(self, into: &bytes)
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public static func reads(_ type: PostgresType) -> Bool { type == Element.arrayType }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        self = try Element.decodeArray(bytes)
    }
}

/// A `bytea`.
extension UInt8: PostgresArrayElement {
    public static var arrayType: PostgresType { .bytea }

    public static func encodeArray(_ elements: [UInt8], into bytes: inout BinaryWriter) { bytes.append(elements) }

    public static func decodeArray(_ bytes: Span<UInt8>) -> [UInt8] { bytes.copied() }
}

/// One dimension, counted from 1, in the binary form of `array_send`.
extension PostgresArrayElement where Self: PostgresValue {
    public static func encodeArray(_ elements: [Self], into bytes: inout BinaryWriter) throws(PostgresError) {
        bytes.append(Int32(elements.isEmpty ? 0 : 1))
        bytes.append(Int32(elements.contains(where: \.isNull) ? 1 : 0))
        bytes.append(postgresType.oid)
        guard !elements.isEmpty else { return }
        bytes.append(Int32(elements.count))
        bytes.append(Int32(1))
        for element in elements { try bytes.appendField(element) }
    }

    public static func decodeArray(_ bytes: Span<UInt8>) throws(BinaryFormatError) -> [Self] {
        guard bytes.count >= 12 else { throw .wrongLength(bytes.count) }
        let dimensions = bytes.integer(Int32.self)
        guard dimensions != 0 else { return [] }
        guard dimensions == 1 else { throw .tooManyDimensions(Int(dimensions)) }
        guard bytes.count >= 20 else { throw .wrongLength(bytes.count) }
        let count = Int(bytes.integer(Int32.self, at: 12))
        guard count >= 0, count <= (bytes.count - 20) / 4 else { throw .malformed }
        var elements: [Self] = []
        elements.reserveCapacity(count)
        var offset = 20
        for _ in 0..<count {
            guard offset + 4 <= bytes.count else { throw .malformed }
            let length = Int(bytes.integer(Int32.self, at: offset))
            offset += 4
            if length < 0 {
                guard let null = Self.null else { throw .unexpectedNull }
                elements.append(null)
                continue
            }
            guard offset + length <= bytes.count else { throw .malformed }
            elements.append(try Self(decoding: bytes.extracting(offset..<offset + length)))
            offset += length
        }
        return elements
    }
}

extension Bool: PostgresArrayElement { public static var arrayType: PostgresType { .boolArray } }
extension Int16: PostgresArrayElement { public static var arrayType: PostgresType { .int2Array } }
extension Int32: PostgresArrayElement { public static var arrayType: PostgresType { .int4Array } }
extension Int64: PostgresArrayElement { public static var arrayType: PostgresType { .int8Array } }
extension Int: PostgresArrayElement { public static var arrayType: PostgresType { .int8Array } }
extension Float: PostgresArrayElement { public static var arrayType: PostgresType { .float4Array } }
extension Double: PostgresArrayElement { public static var arrayType: PostgresType { .float8Array } }
extension String: PostgresArrayElement { public static var arrayType: PostgresType { .textArray } }
extension Timestamptz: PostgresArrayElement { public static var arrayType: PostgresType { .timestamptzArray } }
extension UUIDBytes: PostgresArrayElement { public static var arrayType: PostgresType { .uuidArray } }
extension JSONB: PostgresArrayElement { public static var arrayType: PostgresType { .jsonbArray } }

/// A `bytea` in a `bytea[]`.
extension Array: PostgresArrayElement where Element == UInt8 {
    public static var arrayType: PostgresType { .byteaArray }
}

/// An element that may be NULL.
extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement & PostgresValue {
    public static var arrayType: PostgresType { Wrapped.arrayType }
}
