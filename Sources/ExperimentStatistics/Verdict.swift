/// What the data say of one treatment, in a sentence; what they do not say, it does not say either.
public enum Verdict: Hashable, Sendable, CustomStringConvertible {
    /// The arms do not hold the units they should: nothing below may be read.
    case sampleRatioMismatch(SampleRatioMismatch)
    /// A guardrail is broken, whatever the primary metric says.
    case guardrailBroken(GuardrailCheck)
    /// An arm has fewer units than the plan's least, or no figure.
    case tooFewUnits(arm: String, units: Int, least: Int)
    case better(arm: String, ArmDifference, confidence: Double)
    case worse(arm: String, ArmDifference, confidence: Double)
    /// A difference as large as the least worth finding is ruled out.
    case alike(arm: String, ArmDifference, minimumEffect: Double, confidence: Double)
    /// Not yet known; `missing` units more, of both arms at the present split, would find the minimum effect four
    /// times in five. `nil` when no minimum effect was named.
    case undecided(arm: String, ArmDifference, missing: Int?, confidence: Double)

    /// Judges one treatment's primary metric.
    ///
    /// - Parameters:
    ///   - arm: The treatment's key.
    ///   - difference: Against control.
    ///   - plan: Fixed before the start.
    ///   - sequence: With which the difference was made.
    init(arm: String, difference: ArmDifference, plan: AnalysisPlan, sequence: ConfidenceSequence) {
        let confidence = 1 - sequence.falsePositiveRate
        let interval = difference.alwaysValid
        let fewest = min(difference.treatment.units, difference.control.units)
        guard fewest >= plan.minimumUnits else {
            self = .tooFewUnits(arm: arm, units: fewest, least: plan.minimumUnits)
            return
        }
        if !interval.contains(0) {
            let isBetter = (interval.lower > 0) == plan.higherIsBetter
            self =
                isBetter
                ? .better(arm: arm, difference, confidence: confidence)
                : .worse(arm: arm, difference, confidence: confidence)
            return
        }
        let effect = plan.minimumEffect?.size(control: difference.control.value) ?? 0
        guard effect > 0 else {
            self = .undecided(arm: arm, difference, missing: nil, confidence: confidence)
            return
        }
        if interval.lower > -effect && interval.upper < effect {
            self = .alike(arm: arm, difference, minimumEffect: effect, confidence: confidence)
            return
        }
        let unitVariance = difference.standardError * difference.standardError * Double(difference.units)
        let needed = sequence.unitsNeeded(effect: effect, unitVariance: unitVariance)
        self = .undecided(
            arm: arm, difference, missing: max(0, needed - difference.units), confidence: confidence)
    }

    public var description: String {
        switch self {
        case .sampleRatioMismatch(let mismatch):
            "Do not read on: the arms do not hold the units they were planned to hold (sample ratio mismatch, chi² "
                + "\(mismatch.statistic.shown), p = \(mismatch.pValue.shown)). Find what loses or doubles units first."
        case .guardrailBroken(let check):
            "\(check) Stop \(check.arm)."
        case .tooFewUnits(let arm, let units, let least):
            "No verdict on \(arm): an arm has \(units) units, and below \(least) the intervals do not hold. Wait."
        case .better(let arm, let difference, let confidence):
            "\(arm) is better than control by \(Self.size(difference, confidence))."
        case .worse(let arm, let difference, let confidence):
            "\(arm) is worse than control by \(Self.size(difference, confidence))."
        case .alike(let arm, let difference, let effect, let confidence):
            "\(arm) and control differ by less than \(effect.shown), the least worth finding: "
                + "\(Self.size(difference, confidence))."
        case .undecided(let arm, let difference, let missing, let confidence):
            "No verdict on \(arm): the difference from control is \(Self.size(difference, confidence)). "
                + Self.advice(missing)
        }
    }

    private static func size(_ difference: ArmDifference, _ confidence: Double) -> String {
        "\(difference.difference.shown), \(difference.alwaysValid.shown) at \(confidence.percent) always-valid"
    }

    private static func advice(_ missing: Int?) -> String {
        switch missing {
        case .none: "Name the least effect worth finding to learn how many units are missing."
        case .some(0): "The planned effect would most likely have shown by now; the true one is probably smaller."
        case .some(let missing): "At the present variance \(missing) units more would show the planned effect."
        }
    }
}
