/// What a `.npy` file says of its array.
///
/// Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
struct NumpyHeader: Equatable {
    let element: VectorElement
    let rows: Int
    let dimensions: Int

    /// The first bytes of every `.npy` file.
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Longest header that is read, in bytes: a table of two dimensions needs about 120.
    static let maximumBytes = 1 << 16

    /// Reads the header's text, a Python dictionary.
    ///
    /// - Parameters:
    ///   - text: What follows the length, such as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
    ///   - name: What messages call the file.
    /// - Throws: ``VectorFileError/badHeader(name:reason:)`` or ``VectorFileError/unsupportedArray(name:_:)``.
    init(text: [UInt8], name: String) throws(VectorFileError) {
        var parser = PythonDictionary(text)
        let entries: [String: PythonDictionary.Value]
        do throws(PythonDictionary.Failure) {
            entries = try parser.entries()
        } catch {
            throw .badHeader(name: name, reason: error.reason)
        }
        guard case .text(let type)? = entries["descr"] else {
            // A table of named fields has a list here.
            if entries["descr"] != nil { throw .unsupportedArray(name: name, .type("of named fields")) }
            throw .badHeader(name: name, reason: "it has no 'descr'")
        }
        guard case .truth(let isFortranOrder)? = entries["fortran_order"] else {
            throw .badHeader(name: name, reason: "it has no 'fortran_order'")
        }
        guard case .tuple(let shape)? = entries["shape"] else {
            throw .badHeader(name: name, reason: "it has no 'shape'")
        }
        guard type.first != ">" else { throw .unsupportedArray(name: name, .bigEndian(type)) }
        guard let element = VectorElement(numpyName: type) else { throw .unsupportedArray(name: name, .type(type)) }
        guard shape.count == 2 else { throw .unsupportedArray(name: name, .shape(shape)) }
        guard !isFortranOrder else { throw .unsupportedArray(name: name, .fortranOrder) }
        self.element = element
        rows = shape[0]
        dimensions = shape[1]
    }
}

/// The part of Python's dictionary syntax that NumPy writes.
private struct PythonDictionary {
    enum Value: Equatable {
        case text(String)
        case truth(Bool)
        case tuple([Int])
        /// A list, whatever is in it.
        case list
    }

    struct Failure: Error {
        let reason: String
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The dictionary's entries; nothing but white space may follow it.
    mutating func entries() throws(Failure) -> [String: Value] {
        var entries: [String: Value] = [:]
        try expect("{")
        while !take("}") {
            let key = try quoted()
            try expect(":")
            guard entries.updateValue(try value(), forKey: key) == nil else {
                throw Failure(reason: "it has '\(key)' twice")
            }
            if !take(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard position == bytes.count else { throw Failure(reason: "byte \(position) follows its dictionary") }
        return entries
    }

    private mutating func value() throws(Failure) -> Value {
        if takeWord("True") { return .truth(true) }
        if takeWord("False") { return .truth(false) }
        if take("(") { return .tuple(try numbers()) }
        if take("[") {
            while position < bytes.count, !take("]") { position += 1 }
            return .list
        }
        return .text(try quoted())
    }

    /// Whole numbers up to a closing parenthesis.
    private mutating func numbers() throws(Failure) -> [Int] {
        var numbers: [Int] = []
        while !take(")") {
            skipSpace()
            let start = position
            while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
                position += 1
            }
            guard let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
                throw Failure(reason: "byte \(start) is no length")
            }
            numbers.append(number)
            if !take(",") {
                try expect(")")
                break
            }
        }
        return numbers
    }

    private mutating func quoted() throws(Failure) -> String {
        let isDouble = take("\"")
        if !isDouble { try expect("'") }
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: isDouble ? "\"" : "'") { position += 1 }
        guard position < bytes.count else { throw Failure(reason: "byte \(start) begins a text that does not end") }
        position += 1
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
        guard take(character) else { throw Failure(reason: "byte \(position) is no '\(character)'") }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        skipSpace()
        guard bytes[position...].starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0a { position += 1 }
    }
}
