/// Bytes in the making, in network order.
public struct BinaryWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    public var count: Int { bytes.count }

    /// Appends `value`, most significant byte first.
    @inlinable
    public mutating func append(_ value: some FixedWidthInteger) {
        // SAFETY: the bytes of a local integer, read while it lives.
        unsafe withUnsafeBytes(of: value.bigEndian) { unsafe append(raw: $0) }
    }

    @usableFromInline
    mutating func append(raw: UnsafeRawBufferPointer) {
        unsafe bytes.append(contentsOf: raw)
    }

    public mutating func append(_ value: [UInt8]) {
        bytes += value
    }

    /// Appends bytes that are part of something larger.
    public mutating func append(_ value: ArraySlice<UInt8>) {
        bytes += value
    }

    /// Appends UTF-8, and refuses U+0000, which PostgreSQL cannot keep in a text.
    public mutating func append(text: String) throws(PostgresError) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        guard !bytes[start...].contains(0) else {
            bytes.removeLast(bytes.count - start)
            throw PostgresError(
                kind: .encoding,
                message: "A text holds the character U+0000, which PostgreSQL cannot keep. "
                    + "Refuse it where it comes in, or keep it in a bytea."
            )
        }
    }

    /// Appends `value` as a field: four bytes of length (-1 for NULL), then its binary form.
    @inlinable
    public mutating func appendField<Value: PostgresEncodable>(_ value: Value) throws(PostgresError) {
        guard !value.isNull else {
            append(Int32(-1))
            return
        }
        let mark = count
        append(Int32(0))
        try value.encode(into: &self)
        try setLength(at: mark)
    }

    /// Writes how many bytes follow the four at `mark` into those four.
    @usableFromInline
    mutating func setLength(at mark: Int) throws(PostgresError) {
        guard let length = Int32(exactly: bytes.count - mark - 4) else {
            throw PostgresError(
                kind: .encoding,
                message: "A value has \(bytes.count - mark - 4) bytes; PostgreSQL takes fewer than 1 GiB. Split it.")
        }
        for (index, shift) in [24, 16, 8, 0].enumerated() {
            bytes[mark + index] = UInt8(truncatingIfNeeded: length >> Int32(shift))
        }
    }

    /// Forgets the bytes past `count`.
    mutating func truncate(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    /// Forgets the bytes and keeps the room for them.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    /// Hands the bytes out and is empty after.
    mutating func take() -> [UInt8] {
        let taken = bytes
        bytes = []
        return taken
    }

    /// Takes back an array that ``take()`` handed out, for its room.
    mutating func reuse(_ buffer: consuming [UInt8]) {
        bytes = buffer
        bytes.removeAll(keepingCapacity: true)
    }
}
