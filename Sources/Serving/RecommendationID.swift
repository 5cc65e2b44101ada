/// Makes the ids of answers.
enum RecommendationID {
    /// A new id: `r-` and 128 random bits in hexadecimal.
    static func make(using generator: inout some RandomNumberGenerator) -> String {
        "r-" + hexadecimal(generator.next()) + hexadecimal(generator.next())
    }

    private static func hexadecimal(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
