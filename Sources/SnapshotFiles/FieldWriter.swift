/// Writes numbers and texts one after another, in this CPU's byte order.
package struct FieldWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ value: some FixedWidthInteger) {
        let width = value.bitWidth / 8
        for index in 0..<width {
            let shift = FieldReader.isLittleEndian ? 8 * index : 8 * (width - 1 - index)
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    package mutating func append(_ value: Double) {
        append(value.bitPattern)
    }

    package mutating func append(_ more: [UInt8]) {
        bytes += more
    }

    /// Appends a length and the bytes themselves, at most 4 GiB.
    package mutating func append(text: some Collection<UInt8>) {
        append(UInt32(text.count))
        bytes.append(contentsOf: text)
    }
}

/// Reads what ``FieldWriter`` wrote; `nil` where the bytes end too early.
package struct FieldReader {
    private let source: [UInt8]
    private var position: Int

    package init(_ source: [UInt8], from position: Int = 0) {
        self.source = source
        self.position = position
    }

    package var isAtEnd: Bool { position == source.count }

    package mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        let width = Value.bitWidth / 8
        guard let field = bytes(width) else { return nil }
        var value: Value = 0
        for index in 0..<width {
            let shift = Self.isLittleEndian ? 8 * index : 8 * (width - 1 - index)
            value |= Value(truncatingIfNeeded: field[index]) << shift
        }
        return value
    }

    package mutating func double() -> Double? { integer(UInt64.self).map { Double(bitPattern: $0) } }

    package mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count <= source.count - position else { return nil }
        defer { position += count }
        return Array(source[position..<position + count])
    }

    /// Reads a length and as many bytes.
    package mutating func text() -> [UInt8]? {
        guard let count = integer(UInt32.self) else { return nil }
        return bytes(Int(count))
    }

    static let isLittleEndian = 1.littleEndian == 1
}
