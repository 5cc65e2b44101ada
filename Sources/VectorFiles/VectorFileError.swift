public import ByteStreams

/// Why a file of vectors cannot be used.
///
/// Rows and columns are counted from 0.
public enum VectorFileError: Error, Equatable, CustomStringConvertible {
    case unreadable(ByteStreamError)
    /// The file has no bytes.
    case empty(name: String)
    /// Neither the first bytes nor the name's ending tell a format.
    case unknownFormat(name: String)
    /// The NumPy header is not one; `reason` says where.
    case badHeader(name: String, reason: String)
    /// A NumPy version, type, order or shape that is not read.
    case unsupportedArray(name: String, UnsupportedArray)
    /// The `.safetensors` header is not one; `reason` is a sentence that says where.
    case badTensorHeader(name: String, reason: String)
    /// No tensor of that name; without a name, none or several that could be meant.
    case tensorNotFound(name: String, tensor: String?, known: [String])
    /// A tensor that is no table of numbers of a kind that is read.
    case unsupportedTensor(name: String, tensor: String, UnsupportedArray)
    /// The file has ids where embeddings are wanted, or the other way round.
    case wrongElement(name: String, found: VectorElement, wantsFloatingPoint: Bool)
    /// A header and no row.
    case noRows(name: String)
    /// A row length that cannot be one: the file is something else.
    case badRowLength(name: String, found: Int)
    /// A row of a `.fvecs` or `.ivecs` file that is not as long as the first.
    case unequalRows(name: String, row: Int, found: Int, expected: Int)
    /// The file ends inside a row, or before the rows that its header promises.
    case truncated(name: String, wholeRows: Int, expectedRows: Int?)
    /// Bytes after the last row that the header promises.
    case trailingBytes(name: String, rows: Int)
    /// NaN or an infinity.
    case notFinite(name: String, row: Int, column: Int)
    /// A row of zeroes, which has no direction.
    case zeroRow(name: String, row: Int)
    /// Two files that belong together have rows of different lengths.
    case otherDimensions(name: String, found: Int, expected: Int, of: String)
    /// Fewer rows of neighbours than there are queries.
    case missingNeighbours(name: String, rows: Int, queries: Int)
    /// Rows of neighbours that are shorter than what is asked.
    case tooFewNeighbours(name: String, width: Int, asked: Int)
    /// A neighbour that is no row of the base file.
    case noSuchNeighbour(name: String, row: Int, column: Int, id: Int, rows: Int)
    /// A neighbour that stands twice in one row.
    case repeatedNeighbour(name: String, row: Int, id: Int)

    public var description: String {
        switch self {
        case .unreadable(let error):
            error.description
        case .empty(let name):
            "\(name) is empty. Give a file of vectors."
        case .unknownFormat(let name):
            """
            \(name) is no NumPy array, and its name does not end in .fvecs, .ivecs or .safetensors. Give one of the four.
            """
        case .badHeader(let name, let reason):
            "\(name) has a damaged NumPy header: \(reason). Save it again with numpy.save."
        case .unsupportedArray(let name, let array):
            "\(name) \(array)"
        case .badTensorHeader(let name, let reason):
            "\(name) has a damaged safetensors header: \(reason) Save it again."
        case .tensorNotFound(let name, let tensor, let known):
            Self.tensorNotFound(name, tensor, known)
        case .unsupportedTensor(let name, let tensor, .type(let type)):
            "\(name): the tensor '\(tensor)' is of type \(type); F32, F16 and BF16 are read. Convert it to one of them."
        case .unsupportedTensor(let name, let tensor, let array):
            "\(name): the tensor '\(tensor)' \(array)"
        case .wrongElement(let name, let found, let wantsFloatingPoint):
            wantsFloatingPoint
                ? "\(name) holds whole numbers (\(found.numpyName)), not embeddings. Give float32 or float16 rows."
                : "\(name) holds floating-point numbers (\(found.numpyName)), not row numbers. Give int32 or int64 rows."
        case .noRows(let name):
            "\(name) has no rows. Give one at least."
        case .badRowLength(let name, let found):
            """
            \(name) claims rows of \(found) values; 1 to \(VectorFileReader.maximumDimensions) can be. \
            Check that its format is what its name says.
            """
        case .unequalRows(let name, let row, let found, let expected):
            "\(name), row \(row), has \(found) values, the rows before have \(expected). Give rows of one length."
        case .truncated(let name, let wholeRows, let expectedRows):
            "\(name) ends after \(wholeRows) whole rows"
                + (expectedRows.map { " of the \($0) that its header promises" } ?? ", inside the next")
                + ". Copy or write it again."
        case .trailingBytes(let name, let rows):
            "\(name) goes on behind the \(rows) rows that its header promises. Copy or write it again."
        case .notFinite(let name, let row, let column):
            "\(name), row \(row), column \(column), is not a finite number. Leave the row out, or mend it."
        case .zeroRow(let name, let row):
            "\(name), row \(row), is zero and has no direction. Leave it out."
        case .otherDimensions(let name, let found, let expected, let other):
            "\(name) has rows of \(found) dimensions, \(other) of \(expected). Give files of one model."
        case .missingNeighbours(let name, let rows, let queries):
            "\(name) has neighbours for \(rows) queries, but there are \(queries). Give a row for each query."
        case .tooFewNeighbours(let name, let width, let asked):
            "\(name) has \(width) neighbours a query; \(asked) are asked for. Ask for at most \(width), or give more."
        case .noSuchNeighbour(let name, let row, let column, let id, let rows):
            """
            \(name), row \(row), column \(column), names row \(id) of the base file, which has 0 to \(rows - 1). \
            Give the neighbours of this base file.
            """
        case .repeatedNeighbour(let name, let row, let id):
            "\(name), row \(row), names row \(id) twice. Give each neighbour once."
        }
    }

    private static func tensorNotFound(_ name: String, _ tensor: String?, _ known: [String]) -> String {
        let names = known.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (known.count > 10 ? ", …" : "")
        if let tensor {
            return "\(name) has no tensor '\(tensor)'"
                + (known.isEmpty ? " nor any other. Give another file." : ". Name one of \(names).")
        }
        return known.isEmpty
            ? "\(name) has no tensor of two dimensions. Give one: rows by columns."
            : "\(name) has \(known.count) tensors of two dimensions. Name the one that is meant: \(names)."
    }
}

/// What of a NumPy array cannot be read; its description goes on after the file's name.
public enum UnsupportedArray: Hashable, Sendable, CustomStringConvertible {
    case version(Int)
    case type(String)
    case bigEndian(String)
    case fortranOrder
    /// Not two dimensions.
    case shape([Int])

    public var description: String {
        switch self {
        case .version(let version):
            "is a NumPy file of version \(version); 1 to 3 are read. Save it again with numpy.save."
        case .type(let name):
            """
            holds values of NumPy's type \(name); <f4, <f2, <i4 and <i8 are read. \
            Convert it, for example with x.astype('<f4').
            """
        case .bigEndian(let name):
            "is big-endian (\(name)). Convert it with x.astype('<\(name.dropFirst())')."
        case .fortranOrder:
            "is in Fortran order. Convert it with numpy.ascontiguousarray."
        case .shape(let lengths):
            "is an array of shape \(lengths). Give one of two dimensions: rows by columns."
        }
    }
}
