import ArgumentParser
import Foundation

/// A number as people write large ones: `5M`, `200k`, `1.5G`, `2000`.
struct Magnitude: ExpressibleByArgument {
    let value: Double

    private static let suffixes: [(Character, Double)] = [("k", 1e3), ("M", 1e6), ("G", 1e9)]

    /// Reads one; `nil` for anything but a positive decimal number up to 10^12, with k, M or G behind it or nothing.
    init?(argument: String) {
        let factor = Self.suffixes.first { argument.last == $0.0 }?.1
        let digits = factor == nil ? argument[...] : argument.dropLast()
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }), let number = Double(digits) else {
            return nil
        }
        value = number * (factor ?? 1)
        guard value > 0, value <= 1e12 else { return nil }
    }

    /// The number, rounded to a whole one.
    var whole: Int { Int(value.rounded()) }
}
