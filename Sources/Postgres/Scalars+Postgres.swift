/// A type that is itself in Swift and in PostgreSQL.
public typealias PostgresValue = PostgresEncodable & PostgresDecodable

extension Bool: PostgresValue {
    public static var postgresType: PostgresType { .bool }

    public static func reads(_ type: PostgresType) -> Bool { type == .bool }

    public func encode(into bytes: inout BinaryWriter) { bytes.append(UInt8(self ? 1 : 0)) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        guard bytes.count == 1 else { throw .wrongLength(bytes.count) }
        self = bytes[0] != 0
    }
}

extension Int16: PostgresValue {
    public static var postgresType: PostgresType { .int2 }

    public static func reads(_ type: PostgresType) -> Bool { type == .int2 }

    public func encode(into bytes: inout BinaryWriter) { bytes.append(self) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        guard bytes.count == 2 else { throw .wrongLength(bytes.count) }
        self = bytes.integer()
    }
}

extension Int32: PostgresValue {
    public static var postgresType: PostgresType { .int4 }

    public static func reads(_ type: PostgresType) -> Bool { type == .int4 || type == .int2 }

    public func encode(into bytes: inout BinaryWriter) { bytes.append(self) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        switch bytes.count {
        case 4: self = bytes.integer()
        case 2: self = Int32(bytes.integer(Int16.self))
        default: throw .wrongLength(bytes.count)
        }
    }
}

extension Int64: PostgresValue {
    public static var postgresType: PostgresType { .int8 }

    public static func reads(_ type: PostgresType) -> Bool { type == .int8 || Int32.reads(type) }

    public func encode(into bytes: inout BinaryWriter) { bytes.append(self) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        switch bytes.count {
        case 8: self = bytes.integer()
        case 4: self = Int64(bytes.integer(Int32.self))
        case 2: self = Int64(bytes.integer(Int16.self))
        default: throw .wrongLength(bytes.count)
        }
    }
}

/// As `Int64`: PostgreSQL's `bigint`.
extension Int: PostgresValue {
    public static var postgresType: PostgresType { .int8 }

    public static func reads(_ type: PostgresType) -> Bool { Int64.reads(type) }

    public func encode(into bytes: inout BinaryWriter) { bytes.append(Int64(self)) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        self = Int(try Int64(decoding: bytes))
    }
}

extension Float: PostgresValue {
    public static var postgresType: PostgresType { .float4 }

    public static func reads(_ type: PostgresType) -> Bool { type == .float4 }

    public func encode(into bytes: inout BinaryWriter) { bytes.append(bitPattern) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        guard bytes.count == 4 else { throw .wrongLength(bytes.count) }
        self.init(bitPattern: bytes.integer())
    }
}

extension Double: PostgresValue {
    public static var postgresType: PostgresType { .float8 }

    public static func reads(_ type: PostgresType) -> Bool { type == .float8 || type == .float4 }

    public func encode(into bytes: inout BinaryWriter) { bytes.append(bitPattern) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        switch bytes.count {
        case 8: self.init(bitPattern: bytes.integer())
        case 4: self.init(Float(bitPattern: bytes.integer()))
        default: throw .wrongLength(bytes.count)
        }
    }
}

extension String: PostgresValue {
    public static var postgresType: PostgresType { .text }

    public static func reads(_ type: PostgresType) -> Bool { type.isTextual }

    public func encode(into bytes: inout BinaryWriter) throws(PostgresError) { try bytes.append(text: self) }

    public init(decoding bytes: Span<UInt8>) throws(BinaryFormatError) {
        guard let text = String(validating: bytes.copied(), as: UTF8.self) else { throw .notUTF8 }
        self = text
    }
}
