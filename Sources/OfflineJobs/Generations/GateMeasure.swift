public import Domain

/// One thing that is measured of a generation before it may serve, with the bound that it must keep.
public struct GateMeasure: Hashable, Sendable {
    /// Which side of the bound is good.
    public enum Side: Sendable { case atLeast, atMost }

    /// Its name, in snake_case.
    public let name: String
    public let value: Double
    public let bound: Double
    public let side: Side
    /// What was measured, on how much of it.
    public let note: String

    public init(_ name: String, _ value: Double, _ side: Side, _ bound: Double, _ note: String) {
        (self.name, self.value, self.side, self.bound, self.note) = (name, value, side, bound, note)
    }

    /// A figure as sentences say it, to four places.
    static func rounded(_ value: Double) -> String {
        value.isFinite ? String((value * 10_000).rounded() / 10_000) : "\(value)"
    }

    /// Whether the bound is kept; a value that is no number keeps none.
    public var passes: Bool {
        switch side {
        case .atLeast: value >= bound
        case .atMost: value <= bound
        }
    }
}

/// What a gate measured of a generation, in its order.
public struct GateReport: Sendable {
    public let generation: GenerationNumber
    public let measures: [GateMeasure]
    /// What could not be measured, and why.
    public let notes: [String]
    /// The first measure that keeps its bound no more; `nil` where all do.
    public var refusal: GateMeasure? { measures.first { !$0.passes } }
}

/// Thrown when a generation may not go on.
public struct GateRefusal: Error, CustomStringConvertible {
    public let report: GateReport
    public let measure: GateMeasure

    public var description: String {
        let relation = measure.side == .atLeast ? "at least" : "at most"
        return
            "\(report.generation) was refused by \(measure.name): \(GateMeasure.rounded(measure.value)) (\(measure.note)); it must be "
            + "\(relation) \(GateMeasure.rounded(measure.bound)). Train or import another model, or register this one anew."
    }
}
