/// Where in a JSON document a value is: RFC 6901, `/items/0/title`.
public struct JSONPointer: Hashable, Sendable {
    /// Keys and positions from the root on; none is the whole document.
    public private(set) var tokens: [String]

    /// Longest token that ``description`` repeats, in Unicode scalars: the document may come from anyone.
    public static let maximumTokenLength = 128

    public init(_ tokens: [String] = []) {
        self.tokens = tokens
    }

    /// The pointer to a key of this object.
    public func appending(_ key: String) -> JSONPointer { JSONPointer(tokens + [key]) }

    /// The pointer to an element of this array.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    mutating func push(_ token: String) { tokens.append(token) }

    mutating func pop() { tokens.removeLast() }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as RFC 6901 writes it; a longer token than ``maximumTokenLength`` is cut and ends in `…`.
    public var description: String {
        var text = ""
        for token in tokens {
            text += "/"
            for character in token.unicodeScalars.prefix(Self.maximumTokenLength) {
                switch character {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(character)
                }
            }
            if token.unicodeScalars.count > Self.maximumTokenLength { text += "…" }
        }
        return text
    }
}
