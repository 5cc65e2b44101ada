/// Writes the parts of a model artefact, little-endian.
struct ArtefactWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: some FixedWidthInteger) {
        for index in 0..<value.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
    }

    mutating func append(count: Int) { append(UInt64(count)) }

    /// Appends a length and the bytes themselves.
    mutating func append(text: some Collection<UInt8>) {
        append(UInt32(text.count))
        bytes.append(contentsOf: text)
    }

    /// Appends a count and the elements' bits.
    mutating func append(_ elements: [Float]) {
        append(count: elements.count)
        bytes.reserveCapacity(bytes.count + 4 * elements.count)
        for element in elements { append(element.bitPattern) }
    }
}

/// Reads what ``ArtefactWriter`` wrote; every length is checked against the bytes left before anything is allocated.
struct ArtefactReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position == end }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(ModelArtefactError) -> Value
    {
        let width = Value.bitWidth / 8
        guard end - position >= width else { throw .truncated(bytes: bytes.count) }
        var value: Value = 0
        for index in 0..<width { value |= Value(truncatingIfNeeded: bytes[position + index]) << (8 * index) }
        position += width
        return value
    }

    /// Reads a count of elements that take at least `bytesEach` bytes each.
    mutating func count(bytesEach: Int) throws(ModelArtefactError) -> Int {
        let count = try integer(UInt64.self)
        guard count <= UInt64((end - position) / bytesEach) else { throw .truncated(bytes: bytes.count) }
        return Int(count)
    }

    mutating func text() throws(ModelArtefactError) -> ArraySlice<UInt8> {
        let length = Int(try integer(UInt32.self))
        guard length <= end - position else { throw .truncated(bytes: bytes.count) }
        defer { position += length }
        return bytes[position..<position + length]
    }

    mutating func floats() throws(ModelArtefactError) -> [Float] {
        let count = try count(bytesEach: 4)
        var elements: [Float] = []
        elements.reserveCapacity(count)
        for _ in 0..<count { elements.append(Float(bitPattern: try integer(UInt32.self))) }
        return elements
    }
}
