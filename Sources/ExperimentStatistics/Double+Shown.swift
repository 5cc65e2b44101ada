#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Double {
    /// The number with four significant digits, as a sentence shows it.
    var shown: String {
        guard isFinite else { return self > 0 ? "∞" : isNaN ? "unknown" : "−∞" }
        guard self != 0 else { return "0" }
        let digits = 3 - Int(log10(abs(self)).rounded(.down))
        guard digits <= 12 else { return "\(self)" }
        let scale = pow(10, Double(digits))
        let rounded = (self * scale).rounded() / scale
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }

    /// The number as percent.
    var percent: String { "\((self * 100).shown) %" }
}

extension Interval {
    /// The interval between brackets.
    var shown: String { "[\(lower.shown), \(upper.shown)]" }
}
