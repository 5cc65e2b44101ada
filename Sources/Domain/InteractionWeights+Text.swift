extension InteractionWeights: CustomStringConvertible {
    private static let slopeName = "rating-slope"
    private static let gainName = "repeat-gain"

    /// Reads weights as they are written on a command line: `standard`, `uniform`, or changes to `standard`.
    ///
    /// - Parameter text: Such as `view=0.2,purchase=5,rating-slope=0`.
    /// - Throws: ``InteractionWeightsError``.
    public init(_ text: String) throws(InteractionWeightsError) {
        self = .standard
        guard text != "standard" else { return }
        guard text != "uniform" else {
            self = .uniform
            return
        }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, 1...64 ~= sides[0].utf8.count, let number = Float(sides[1]), abs(number) <= 1_000
            else {
                throw .notAWeight(String(part))
            }
            switch sides[0] {
            case Self.slopeName, Self.gainName:
                guard number >= 0 else { throw .negative(String(part)) }
                if sides[0] == Self.slopeName { ratingSlope = number } else { repeatGain = number }
            default:
                kinds[String(sides[0])] = number
            }
        }
    }

    /// What ``init(_:)`` reads.
    public var description: String {
        if self == .uniform { return "uniform" }
        var changes = kinds.sorted { $0.key < $1.key }.filter { Self.standard.kinds[$0.key] != $0.value }
            .map { "\($0.key)=\($0.value)" }
        if ratingSlope != Self.standard.ratingSlope { changes.append("\(Self.slopeName)=\(ratingSlope)") }
        if repeatGain != Self.standard.repeatGain { changes.append("\(Self.gainName)=\(repeatGain)") }
        return changes.isEmpty ? "standard" : changes.joined(separator: ",")
    }
}

/// Why weights cannot be read.
public enum InteractionWeightsError: Error, Equatable, CustomStringConvertible {
    case notAWeight(String)
    case negative(String)

    public var description: String {
        switch self {
        case .notAWeight(let text):
            "'\(text)' is no weight of a kind of event. Give standard, uniform, or kinds with numbers from -1000 to 1000, "
                + "such as view=0.2,purchase=5."
        case .negative(let text):
            "'\(text)' is below 0, which only a kind of event can be. Give a number from 0 up."
        }
    }
}
