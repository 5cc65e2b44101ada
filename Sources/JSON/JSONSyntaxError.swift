/// Why bytes are no JSON document, and where.
public struct JSONSyntaxError: Error, Equatable {
    /// What is wrong.
    public let reason: Reason
    /// The value that was being read.
    public let pointer: JSONPointer
    /// Line of the fault, from 1.
    public let line: Int
    /// Column of the fault in bytes, from 1.
    public let column: Int

    /// What can be wrong with a document.
    public enum Reason: Hashable, Sendable {
        case empty
        case byteOrderMark
        case endsEarly
        case dataAfterEnd
        case expected(String, found: UInt8)
        case trailingComma
        case duplicateKey
        case nestedTooDeep(limit: Int)
        case notUTF8
        case nullCharacter
        case controlCharacter(UInt8)
        case loneSurrogate
        case badEscape
        case notFinite
        case numberTooLarge
        case badNumber
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// What is wrong, where, and what to do.
    public var description: String { "\(reason) (line \(line), column \(column))." + reason.advice }
}

extension JSONSyntaxError.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "The JSON is empty"
        case .byteOrderMark: "The JSON begins with a byte order mark"
        case .endsEarly: "The JSON ends too early"
        case .dataAfterEnd: "There is more after the end of the JSON value"
        case .expected(let wanted, let found): "Expected \(wanted), found \(Self.name(of: found))"
        case .trailingComma: "There is a comma after the last element"
        case .duplicateKey: "The object has this key twice"
        case .nestedTooDeep(let limit): "The JSON is nested more than \(limit) levels deep"
        case .notUTF8: "The string is not UTF-8"
        case .nullCharacter: "The string holds U+0000"
        case .controlCharacter(let byte): "The string holds the bare control character \(Self.name(of: byte))"
        case .loneSurrogate: "The string holds half a surrogate pair"
        case .badEscape: "The string holds an unknown escape"
        case .notFinite: "NaN and Infinity are not JSON"
        case .numberTooLarge: "The number is too large"
        case .badNumber: "The number is not written as JSON wants it"
        }
    }

    var advice: String {
        switch self {
        case .empty: " Send a JSON value."
        case .byteOrderMark: " Leave out its first three bytes."
        case .endsEarly: " Close every string, array and object."
        case .dataAfterEnd, .trailingComma, .nullCharacter: " Remove it."
        case .expected: ""
        case .duplicateKey: " Keep one."
        case .nestedTooDeep: " Flatten it."
        case .notUTF8: " Encode it as UTF-8."
        case .controlCharacter: " Escape it."
        case .loneSurrogate: " Escape both halves, or send the character itself."
        case .badEscape: " Use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u with four hexadecimal digits."
        case .notFinite: " Send a number or null."
        case .numberTooLarge: " A double is at most about 1.8e308."
        case .badNumber: " Write it like 10, -0.5 or 1e-3."
        }
    }

    private static func name(of byte: UInt8) -> String {
        guard (0x21..<0x7F).contains(byte) else {
            let digits = String(byte, radix: 16, uppercase: true)
            return "the byte 0x" + (digits.count < 2 ? "0" : "") + digits
        }
        return "'\(Character(Unicode.Scalar(byte)))'"
    }
}
