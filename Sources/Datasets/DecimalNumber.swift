/// Numbers as files write them.
enum DecimalNumber {
    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ]

    /// The number that `text` writes, like `4`, `-0.5` or `1e3`; `nil` when it writes none, or none that is finite.
    ///
    /// Right to the last bit: with up to 15 digits both parts of `digits / 10^decimals` are exact, so their quotient is
    /// rounded once. What is longer goes to the standard library, which allocates.
    static func value(of text: Span<UInt8>) -> Double? {
        var at = text.count > 0 && text[0] == UInt8(ascii: "-") ? 1 : 0
        let isNegative = at == 1
        var whole: Int64 = 0
        var digits = 0
        var decimals = 0
        var isAfterPoint = false
        while at < text.count {
            let byte = text[at]
            if byte.isDigit && digits < 15 {
                whole = whole * 10 + Int64(byte & 0xf)
                digits += 1
                decimals += isAfterPoint ? 1 : 0
            } else if byte == UInt8(ascii: ".") && !isAfterPoint {
                isAfterPoint = true
            } else {
                return longValue(of: text)
            }
            at += 1
        }
        guard digits > 0 else { return nil }
        let magnitude = Double(whole) / powersOfTen[decimals]
        return isNegative ? -magnitude : magnitude
    }

    private static func longValue(of text: Span<UInt8>) -> Double? {
        let bytes = text.indices.map { text[$0] }
        // The standard library also reads `inf`, `nan` and hexadecimal numbers, which no file means.
        guard bytes.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) }) else { return nil }
        guard let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else { return nil }
        return number
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII digit.
    fileprivate var isDigit: Bool { self &- 0x30 < 10 }
}
