public import ByteStreams
public import Domain
import VectorKernels

/// Reads a file of vectors from front to back, a block of rows at a time.
///
/// Four formats are read: `.fvecs` and `.ivecs` (of each row the length, then the values, all of them in four bytes) and
/// `.safetensors`, told by the name, and NumPy's `.npy`, told by its first bytes; each may be gzip. Values are
/// little-endian. Memory is two blocks, whatever the file's size.
public struct VectorFileReader: ~Copyable {
    /// Longest row that is read, in values; a length of 256 in big-endian order reads as one more.
    public static let maximumDimensions = 65_535

    private var stored: StoredRows
    /// A block as it is stored; the one of the values' size is used.
    private var words: [UInt32] = []
    private var halves: [UInt16] = []
    private var longs: [UInt64] = []

    /// Opens a file and reads what it says of itself.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - tensor: Which tensor of a `.safetensors` file is read; `nil` for the only one of two dimensions.
    ///   - blockBytes: Bytes read at once, a row at least.
    /// - Throws: ``VectorFileError`` when the file is of no known format, or its size does not fit.
    public init(_ source: ByteSource, tensor: String? = nil, blockBytes: Int = 1 << 18) throws(VectorFileError) {
        stored = try StoredRows(source, tensor: tensor, blockBytes: blockBytes)
    }

    /// What messages call the file.
    public var name: String { stored.bytes.name }

    /// What the file keeps of each value.
    public var element: VectorElement { stored.layout.element }

    /// Length of each row.
    public var dimensions: Int { stored.layout.dimensions }

    /// Rows of the file, as its header or its size says; `nil` where neither does: a compressed `.fvecs`, a pipe.
    public var rowCount: Int? { stored.layout.rowCount }

    /// Rows read so far.
    public var rowsRead: Int { stored.rowsRead }

    /// Reads the next embeddings.
    ///
    /// - Parameter rows: Becomes the rows, row-major: rows × ``dimensions`` values, finite, and none all zero.
    /// - Returns: Rows read; 0 at the end of a whole file.
    /// - Throws: ``VectorFileError``, for a file of ids too; after that the reader is of no use.
    public mutating func readEmbeddings(into rows: inout [Float]) throws(VectorFileError) -> Int {
        let count: Int
        switch element {
        case .float32:
            count = try stored.next(into: &words)
            rows.resize(to: count * dimensions)
            for row in 0..<count {
                let end = (row + 1) * stored.layout.rowBytes / 4
                let bits = words.span.extracting(end - dimensions..<end)
                var span = rows.mutableSpan
                copy(bits, to: &span, at: row * dimensions)
            }
        case .float16:
            count = try stored.next(into: &halves)
            rows.resize(to: count * dimensions)
            var span = rows.mutableSpan
            HalfPrecision.convert(halves.span.extracting(0..<count * dimensions), to: &span)
        case .bfloat16:
            count = try stored.next(into: &halves)
            rows.resize(to: count * dimensions)
            for index in 0..<count * dimensions {
                rows[index] = Float(bitPattern: UInt32(halves[index]) << 16)
            }
        case .int32, .int64:
            throw .wrongElement(name: name, found: element, wantsFloatingPoint: true)
        }
        for row in 0..<count {
            try check(rows.span.extracting(row * dimensions..<(row + 1) * dimensions), row: rowsRead - count + row)
        }
        return count
    }

    /// Reads the next rows of whole numbers.
    ///
    /// - Parameter rows: Becomes the rows, row-major: rows × ``dimensions`` values.
    /// - Returns: Rows read; 0 at the end of a whole file.
    /// - Throws: ``VectorFileError``, for a file of embeddings too; after that the reader is of no use.
    public mutating func readIDs(into rows: inout [Int]) throws(VectorFileError) -> Int {
        let count: Int
        rows.removeAll(keepingCapacity: true)
        switch element {
        case .int32:
            count = try stored.next(into: &words)
            let stride = stored.layout.rowBytes / 4
            for end in Swift.stride(from: stride, through: count * stride, by: stride) {
                rows.append(contentsOf: words[end - dimensions..<end].lazy.map { Int(Int32(bitPattern: $0)) })
            }
        case .int64:
            count = try stored.next(into: &longs)
            rows.append(contentsOf: longs[0..<count * dimensions].lazy.map { Int(Int64(bitPattern: $0)) })
        case .float32, .float16, .bfloat16:
            throw .wrongElement(name: name, found: element, wantsFloatingPoint: false)
        }
        return count
    }

    /// Reads all embeddings of a file that fits into memory.
    ///
    /// - Throws: As ``readEmbeddings(into:)`` does.
    public static func embeddings(of source: ByteSource) throws(VectorFileError) -> EmbeddingTable {
        var reader = try VectorFileReader(source)
        var elements: [Float] = []
        elements.reserveCapacity((reader.rowCount ?? 0) * reader.dimensions)
        var block: [Float] = []
        while try reader.readEmbeddings(into: &block) > 0 {
            elements += block
        }
        return EmbeddingTable(dimensions: reader.dimensions, elements: elements)
    }

    /// Checks that an embedding has a direction.
    private func check(_ values: Span<Float>, row: Int) throws(VectorFileError) {
        // Without their sign, the bits of finite numbers are below those of the infinities and of NaN.
        var largest: UInt32 = 0
        for column in values.indices {
            largest = max(largest, values[column].bitPattern & 0x7fff_ffff)
        }
        guard largest > 0 else { throw .zeroRow(name: name, row: row) }
        guard largest < Float.infinity.bitPattern else {
            let column = values.indices.first { !values[$0].isFinite } ?? 0
            throw .notFinite(name: name, row: row, column: column)
        }
    }
}

/// Copies bits as the numbers that they are.
private func copy(_ bits: Span<UInt32>, to values: inout MutableSpan<Float>, at first: Int) {
    for index in bits.indices {
        values[first + index] = Float(bitPattern: bits[index])
    }
}

extension [Float] {
    /// Makes room for `count` values; what they are is left open.
    fileprivate mutating func resize(to count: Int) {
        if self.count != count { self = [Float](repeating: 0, count: count) }
    }
}
