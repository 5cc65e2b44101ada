extension JSONValue {
    /// Deepest nesting that is read, in arrays and objects.
    public static let maximumDepth = 32

    /// Reads a JSON document (RFC 8259), and nothing that only resembles one.
    ///
    /// Refused besides what the grammar refuses: a key twice in one object (keys are compared by their bytes), U+0000, half
    /// a surrogate pair, bytes that are not UTF-8, a byte order mark, a number past the range of `Double`, nesting deeper
    /// than ``maximumDepth``.
    ///
    /// Linear in the bytes.
    public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }
}

/// A reader over the bytes of one document.
struct JSONParser {
    let bytes: [UInt8]
    /// The next byte to read.
    var offset = 0
    /// The value being read, for errors.
    var pointer = JSONPointer()
    private var depth = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONSyntaxError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw error(.byteOrderMark) }
        skipSpace()
        guard offset < bytes.count else { throw error(.empty) }
        let value = try value()
        skipSpace()
        guard offset == bytes.count else { throw error(.dataAfterEnd) }
        return value
    }

    private mutating func value() throws(JSONSyntaxError) -> JSONValue {
        switch try peek() {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "N") where next(is: "NaN"), UInt8(ascii: "I") where next(is: "Infinity"):
            throw error(.notFinite)
        case let byte: throw error(.expected("a value", found: byte))
        }
    }

    private mutating func object() throws(JSONSyntaxError) -> JSONValue {
        try descend()
        var members: [JSONValue.Member] = []
        var keys = KeySet()
        try skip("{")
        var wantsMember = false
        while true {
            skipSpace()
            if try peek() == UInt8(ascii: "}") {
                if wantsMember { throw error(.trailingComma) }
                break
            }
            guard try peek() == UInt8(ascii: "\"") else { throw error(.expected("a key in quotes", found: try peek())) }
            let start = offset
            let key = try string()
            pointer.push(key)
            guard keys.insert(key) else {
                offset = start
                throw error(.duplicateKey)
            }
            skipSpace()
            try skip(":")
            skipSpace()
            members.append(JSONValue.Member(key: key, value: try value()))
            pointer.pop()
            wantsMember = try comma(or: "}")
            if !wantsMember { break }
        }
        try skip("}")
        depth -= 1
        return .object(members)
    }

    private mutating func array() throws(JSONSyntaxError) -> JSONValue {
        try descend()
        var elements: [JSONValue] = []
        try skip("[")
        var wantsElement = false
        while true {
            skipSpace()
            if try peek() == UInt8(ascii: "]") {
                if wantsElement { throw error(.trailingComma) }
                break
            }
            pointer.push(String(elements.count))
            elements.append(try value())
            pointer.pop()
            wantsElement = try comma(or: "]")
            if !wantsElement { break }
        }
        try skip("]")
        depth -= 1
        return .array(elements)
    }

    private mutating func descend() throws(JSONSyntaxError) {
        depth += 1
        guard depth <= JSONValue.maximumDepth else { throw error(.nestedTooDeep(limit: JSONValue.maximumDepth)) }
    }

    /// Reads the comma before another element, or stands before `end`.
    private mutating func comma(or end: Unicode.Scalar) throws(JSONSyntaxError) -> Bool {
        skipSpace()
        let byte = try peek()
        if byte == UInt8(ascii: ",") {
            offset += 1
            return true
        }
        guard byte == UInt8(ascii: end) else { throw error(.expected("',' or '\(end)'", found: byte)) }
        return false
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        guard next(is: word) else { throw error(.expected("a value", found: try peek())) }
        offset += word.utf8.count
        return value
    }
}

/// The keys of one object, compared by their bytes.
private struct KeySet {
    private var few: [String] = []
    private var many: Set<[UInt8]> = []

    /// Returns whether `key` is new.
    ///
    /// A handful is compared one by one; more are hashed.
    mutating func insert(_ key: String) -> Bool {
        if many.isEmpty, few.count < 16 {
            guard !few.contains(where: { $0.utf8.elementsEqual(key.utf8) }) else { return false }
            few.append(key)
            return true
        }
        if many.isEmpty { many = Set(few.map { Array($0.utf8) }) }
        return many.insert(Array(key.utf8)).inserted
    }
}
