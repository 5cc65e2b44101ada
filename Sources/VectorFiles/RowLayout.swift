import ByteStreams

/// Where the rows of a file lie: what its first bytes, its name and its size say.
struct RowLayout {
    let element: VectorElement
    let dimensions: Int
    /// Rows of the file; `nil` where neither a header nor the size says.
    let rowCount: Int?
    /// Whether each row begins with its length, in four bytes.
    let hasRowLengths: Bool
    /// Bytes from the start of the file to the first row.
    let headerBytes: Int
    /// Bytes after the last row that belong to the file: other tensors.
    let trailerBytes: Int

    /// Bytes of one row, its length's included.
    var rowBytes: Int { dimensions * element.bytes + (hasRowLengths ? 4 : 0) }

    /// Reads up to the first row, or into it.
    ///
    /// - Parameters:
    ///   - bytes: The file, at its start.
    ///   - tensor: Which tensor of a `.safetensors` file is meant; `nil` for the only one.
    ///   - head: Becomes what was read of the first row.
    /// - Throws: ``VectorFileError`` when the file is of no known format, or its size does not fit.
    init(of bytes: ByteReader, tensor: String?, head: inout [UInt32]) throws(VectorFileError) {
        var start = [UInt32](repeating: 0, count: 2)
        let count = try bytes.numbers(into: &start)
        guard count > 0 else { throw .empty(name: bytes.name) }
        let startBytes = start.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        if startBytes.starts(with: NumpyHeader.magic), count == startBytes.count {
            head = []
            try self.init(numpy: bytes, version: Int(startBytes[6]))
        } else if bytes.stem.hasSuffix(".safetensors") {
            head = []
            let length = count == startBytes.count ? UInt64(start[1]) << 32 | UInt64(start[0]) : .max
            try self.init(safetensors: bytes, headerLength: length, tensor: tensor)
        } else {
            guard let element = VectorElement(stem: bytes.stem) else { throw .unknownFormat(name: bytes.name) }
            guard count == startBytes.count else { throw .truncated(name: bytes.name, wholeRows: 0, expectedRows: nil) }
            head = start
            try self.init(firstLength: Int(Int32(bitPattern: start[0])), element: element, of: bytes)
        }
    }

    /// A `.fvecs` or `.ivecs` file, whose first row says its length.
    private init(firstLength: Int, element: VectorElement, of bytes: ByteReader) throws(VectorFileError) {
        guard (1...VectorFileReader.maximumDimensions).contains(firstLength) else {
            throw .badRowLength(name: bytes.name, found: firstLength)
        }
        let rowBytes = 4 + firstLength * element.bytes
        let size = bytes.isCompressed ? nil : bytes.totalBytes
        // A rest may be half a row or come of rows of other lengths: reading tells which.
        rowCount = size.flatMap { $0 % rowBytes == 0 ? $0 / rowBytes : nil }
        self.element = element
        dimensions = firstLength
        hasRowLengths = true
        headerBytes = 0
        trailerBytes = 0
    }

    /// A `.npy` file, of which the first eight bytes are read.
    private init(numpy bytes: ByteReader, version: Int) throws(VectorFileError) {
        let name = bytes.name
        guard (1...3).contains(version) else { throw .unsupportedArray(name: name, .version(version)) }
        var length = [UInt8](repeating: 0, count: version == 1 ? 2 : 4)
        guard try bytes.numbers(into: &length) == length.count else {
            throw .badHeader(name: name, reason: "the file ends in it")
        }
        let textBytes = length.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard textBytes <= NumpyHeader.maximumBytes else {
            throw .badHeader(name: name, reason: "it claims \(textBytes) bytes")
        }
        var text = [UInt8](repeating: 0, count: textBytes)
        guard try bytes.numbers(into: &text) == textBytes else {
            throw .badHeader(name: name, reason: "the file ends in it")
        }
        let header = try NumpyHeader(text: text, name: name)
        guard (1...VectorFileReader.maximumDimensions).contains(header.dimensions) else {
            throw .badRowLength(name: name, found: header.dimensions)
        }
        guard header.rows > 0 else { throw .noRows(name: name) }
        element = header.element
        dimensions = header.dimensions
        rowCount = header.rows
        hasRowLengths = false
        headerBytes = 8 + length.count + textBytes
        trailerBytes = 0
        try checkSize(of: bytes, rows: header.rows)
    }

    /// A `.safetensors` file, of which the first eight bytes are read: the length of its header.
    private init(safetensors bytes: ByteReader, headerLength: UInt64, tensor: String?) throws(VectorFileError) {
        let name = bytes.name
        guard headerLength <= UInt64(SafetensorsHeader.maximumBytes) else {
            throw .badTensorHeader(name: name, reason: "Its first eight bytes are no length of a header.")
        }
        let textBytes = Int(headerLength)
        let rest = bytes.isCompressed ? nil : bytes.totalBytes.map { $0 - 8 }
        // A length that is none must not make room for itself.
        guard rest.map({ textBytes <= $0 }) ?? true else {
            throw .badTensorHeader(name: name, reason: "The file ends in it.")
        }
        var text = [UInt8](repeating: 0, count: textBytes)
        guard try bytes.numbers(into: &text) == textBytes else {
            throw .badTensorHeader(name: name, reason: "The file ends in it.")
        }
        let header = try SafetensorsHeader(text: text, tensor: tensor, name: name)
        guard header.rows > 0 else { throw .noRows(name: name) }
        guard (1...VectorFileReader.maximumDimensions).contains(header.dimensions) else {
            throw .badRowLength(name: name, found: header.dimensions)
        }
        element = header.element
        dimensions = header.dimensions
        rowCount = header.rows
        hasRowLengths = false
        headerBytes = 8 + textBytes + header.bytesBefore
        trailerBytes = header.bytesAfter
        try checkSize(of: bytes, rows: header.rows)
        guard try bytes.skip(header.bytesBefore) else {
            throw .truncated(name: name, wholeRows: 0, expectedRows: header.rows)
        }
    }

    /// Compares a plain file's size with what its header promises.
    private func checkSize(of bytes: ByteReader, rows: Int) throws(VectorFileError) {
        guard let size = bytes.totalBytes, !bytes.isCompressed else { return }
        let wholeRows = max(0, size - headerBytes - trailerBytes) / rowBytes
        guard wholeRows >= rows else { throw .truncated(name: bytes.name, wholeRows: wholeRows, expectedRows: rows) }
        guard size == headerBytes + rows * rowBytes + trailerBytes else {
            throw .trailingBytes(name: bytes.name, rows: rows)
        }
    }
}

extension VectorElement {
    /// What the name of a file without a header says of its values.
    fileprivate init?(stem: String) {
        if stem.hasSuffix(".fvecs") {
            self = .float32
        } else if stem.hasSuffix(".ivecs") {
            self = .int32
        } else {
            return nil
        }
    }
}

extension ByteReader {
    /// As ``readNumbers(into:from:)``, with this target's error.
    func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
        into output: inout [Number], from first: Int = 0
    ) throws(VectorFileError) -> Int {
        do throws(ByteStreamError) {
            return try readNumbers(into: &output, from: first)
        } catch {
            throw .unreadable(error)
        }
    }

    /// The source's name without `.gz`.
    fileprivate var stem: String { name.hasSuffix(".gz") ? String(name.dropLast(3)) : name }

    /// Reads `count` bytes and forgets them.
    ///
    /// - Returns: Whether there were as many.
    func skip(_ count: Int) throws(VectorFileError) -> Bool {
        var left = count
        var room = [UInt8](repeating: 0, count: min(count, 1 << 16))
        while left > 0 {
            if left < room.count { room.removeLast(room.count - left) }
            guard try numbers(into: &room) == room.count else { return false }
            left -= room.count
        }
        return true
    }
}
