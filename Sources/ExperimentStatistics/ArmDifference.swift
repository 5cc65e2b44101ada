/// How much more an arm has than control: the interval that may be watched, and beside it the one that may not.
public struct ArmDifference: Hashable, Sendable {
    public let treatment: ArmEstimate
    public let control: ArmEstimate
    /// Treatment less control, in the metric's unit.
    public let difference: Double
    /// Standard error of the difference.
    public let standardError: Double
    /// Holds at all looks together.
    public let alwaysValid: Interval
    /// Small when the arms differ, at whichever look; valid when one stops because of it.
    public let alwaysValidP: Double
    /// Treatment over control less 1, at all looks together; everything while control may be zero.
    public let alwaysValidLift: Interval
    /// Welch's interval at the same level: holds at one look, chosen before the start.
    public let fixedHorizon: Interval
    /// Welch's p, for one look.
    public let fixedHorizonP: Double

    /// Units of both arms.
    public var units: Int { treatment.units + control.units }

    /// Compares an arm with control.
    ///
    /// Welch, "The generalization of Student's problem when several different population variances are involved",
    /// Biometrika 1947; lifts by Fieller, "Some problems in interval estimation", JRSS B 1954.
    public init(treatment: ArmEstimate, control: ArmEstimate, sequence: ConfidenceSequence) {
        self.treatment = treatment
        self.control = control
        let difference = treatment.value - control.value
        let variance = treatment.variance + control.variance
        let error = variance.squareRoot()
        self.difference = difference
        standardError = error

        let freedom =
            variance > 0
            ? variance * variance / (treatment.welchTerm + control.welchTerm)
            : Double(treatment.units + control.units - 2)
        let student = StudentDistribution.critical(outside: sequence.falsePositiveRate, degreesOfFreedom: freedom)
        fixedHorizon = Interval(lower: difference - student * error, upper: difference + student * error)
        let deviation = difference == 0 ? 0 : difference / error
        fixedHorizonP = StudentDistribution.bothTails(deviation, degreesOfFreedom: freedom)

        guard let reach = sequence.reach(of: [treatment, control]) else {
            alwaysValid = .everything
            alwaysValidP = 1
            alwaysValidLift = .everything
            return
        }
        alwaysValid = Interval(lower: difference - reach * error, upper: difference + reach * error)
        alwaysValidP = sequence.pValue(deviation: deviation, units: treatment.units + control.units)
        let ratio = treatment.ratio(to: control, reach: reach)
        alwaysValidLift = Interval(lower: ratio.lower - 1, upper: ratio.upper - 1)
    }
}

extension ConfidenceSequence {
    /// Standard errors on each side; `nil` while the arms have too few units to say.
    func reach(of arms: [ArmEstimate]) -> Double? {
        let units = arms.reduce(0) { $0 + $1.units }
        guard arms.allSatisfy({ $0.units >= minimumUnits }) else { return nil }
        guard units >= plannedUnits || arms.allSatisfy({ $0.variance > 0 }) else { return nil }
        return standardErrors(units: units)
    }
}

extension ArmEstimate {
    fileprivate var welchTerm: Double { variance * variance / Double(units - 1) }

    /// Ratios r for which this value less r times the other's is within reach of zero: Fieller's interval.
    func ratio(to other: ArmEstimate, reach: Double) -> Interval {
        let square = other.value * other.value - reach * reach * other.variance
        guard square > 0 else { return .everything }
        let centre = value * other.value
        let rest = value * value - reach * reach * variance
        let root = max(centre * centre - square * rest, 0).squareRoot()
        return Interval(lower: (centre - root) / square, upper: (centre + root) / square)
    }
}
