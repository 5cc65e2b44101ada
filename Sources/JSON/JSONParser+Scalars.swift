// Strings and numbers.
extension JSONParser {
    mutating func string() throws(JSONSyntaxError) -> String {
        let start = offset
        try skip("\"")
        var decoded: [UInt8] = []
        var plain = offset  // from here to `offset` nothing needs decoding
        while true {
            switch try peek() {
            case UInt8(ascii: "\""):
                decoded += bytes[plain..<offset]
                offset += 1
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    offset = start
                    throw error(.notUTF8)
                }
                return text
            case UInt8(ascii: "\\"):
                decoded += bytes[plain..<offset]
                decoded.append(contentsOf: try escape().utf8)
                plain = offset
            case 0:
                throw error(.nullCharacter)
            case let byte where byte < 0x20:
                throw error(.controlCharacter(byte))
            default:
                offset += 1
            }
        }
    }

    private mutating func escape() throws(JSONSyntaxError) -> String {
        let start = offset
        offset += 1
        let letter = try peek()
        offset += 1
        switch letter {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let scalar = try escapedScalar(from: start)
            guard scalar != "\0" else {
                offset = start
                throw error(.nullCharacter)
            }
            return String(Character(scalar))
        default:
            offset = start
            throw error(.badEscape)
        }
    }

    /// Reads the digits after `\u`, and the other half of a surrogate pair with them.
    private mutating func escapedScalar(from start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
        let unit = try hexadecimalDigits(from: start)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), next(is: "\\u") else {
            offset = start
            throw error(.loneSurrogate)
        }
        offset += 2
        let trail = try hexadecimalDigits(from: start)
        guard UTF16.isTrailSurrogate(trail),
            let scalar = Unicode.Scalar(0x1_0000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(trail) - 0xDC00))
        else {
            offset = start
            throw error(.loneSurrogate)
        }
        return scalar
    }

    private mutating func hexadecimalDigits(from start: Int) throws(JSONSyntaxError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue else {
                offset = start
                throw error(.badEscape)
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }

    mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = offset
        if next(is: "-") { offset += 1 }
        if next(is: "Infinity") { throw error(.notFinite) }
        let hasLeadingZero = next(is: "0")
        let wholeDigits = digits()
        var isInteger = true
        var isWritten = wholeDigits == 1 || (wholeDigits > 1 && !hasLeadingZero)
        if next(is: ".") {
            isInteger = false
            offset += 1
            isWritten = digits() > 0 && isWritten
        }
        if next(is: "e") || next(is: "E") {
            isInteger = false
            offset += 1
            if next(is: "+") || next(is: "-") { offset += 1 }
            isWritten = digits() > 0 && isWritten
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard isWritten, let number = Double(text) else {
            offset = start
            throw error(.badNumber)
        }
        guard number.isFinite else {
            offset = start
            throw error(.numberTooLarge)
        }
        return if isInteger, let integer = Int(text) { .integer(integer) } else { .number(number) }
    }

    private mutating func digits() -> Int {
        let start = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        return offset - start
    }
}

// Bytes and places.
extension JSONParser {
    func peek() throws(JSONSyntaxError) -> UInt8 {
        guard offset < bytes.count else { throw error(.endsEarly) }
        return bytes[offset]
    }

    mutating func skip(_ character: Unicode.Scalar) throws(JSONSyntaxError) {
        let byte = try peek()
        guard byte == UInt8(ascii: character) else { throw error(.expected("'\(character)'", found: byte)) }
        offset += 1
    }

    mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    func next(is text: String) -> Bool {
        bytes[offset...].starts(with: text.utf8)
    }

    func error(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        let before = bytes[..<offset]
        let line = before.count { $0 == 0x0A } + 1
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONSyntaxError(reason: reason, pointer: pointer, line: line, column: offset - lineStart + 1)
    }
}
