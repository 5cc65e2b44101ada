/// What another policy would have brought, from what was served.
///
/// Each decision weighs w = chance under the other policy ÷ chance with which it was served. Per decision:
///
/// - Inverse propensity: mean of w r (Horvitz, Thompson, JASA 1952). Unbiased; wide.
/// - Self-normalised: Σ w r ÷ Σ w (Swaminathan, Joachims, "The Self-Normalized Estimator for Counterfactual Learning", NIPS 2015,
///   equation 8). Narrower, and not moved by a constant added to all rewards.
/// - Doubly robust: mean of v + w (r − q), where q and v are a model's (Dudík, Langford, Li, "Doubly Robust Policy Evaluation and
///   Learning", ICML 2011, equation 1). Unbiased with right propensities whatever the model; narrow when the model is good.
///
/// All three are ratios of sums over units, so their variance is the delta method's, and decisions of one user may be
/// alike. Intervals are of Student's distribution for one look.
public struct OffPolicyEstimate: Hashable, Sendable {
    /// An estimate and its interval.
    public struct Value: Hashable, Sendable {
        /// Per decision, in the reward's unit.
        public let estimate: Double
        public let interval: Interval
    }

    public let inversePropensity: Value
    public let selfNormalised: Value
    public let doublyRobust: Value
    /// Decisions served by the other policy that would tell as much: (Σ w)² ÷ Σ w² (Kong, 1992).
    public let effectiveSampleSize: Double
    /// Mean share of the other policy's chances on actions that could have been served; below 1 all values are biased.
    public let coverage: Double
    public let decisions: Int
    public let units: Int

    /// Below this effective sample size there is no estimate.
    public static let leastEffectiveSampleSize = 100.0

    /// Estimates from decisions, grouped by unit.
    ///
    /// - Parameters:
    ///   - units: Decisions of each unit; those of one user together.
    ///   - confidence: Share of such intervals that hold the true value, more than 0 and less than 1.
    /// - Throws: ``OffPolicyError`` when a propensity is missing or no propensity, and when the effective sample size is under
    ///   100.
    public init(
        units: some Sequence<some Collection<LoggedDecision>>, confidence: Double = 0.95
    ) throws(OffPolicyError) {
        precondition(confidence > 0 && confidence < 1, "A confidence of \(confidence).")
        var inverse = Moments()
        var normalised = Moments()
        var robust = Moments()
        var (decisions, weights, squaredWeights, covered) = (0, 0.0, 0.0, 0.0)
        for unit in units where !unit.isEmpty {
            var sums = (weight: 0.0, weighted: 0.0, robust: 0.0)
            for decision in unit {
                let weight = try decision.weight(number: decisions)
                sums.weight += weight
                sums.weighted += weight * decision.reward
                sums.robust += decision.predictedTargetValue + weight * (decision.reward - decision.predictedReward)
                squaredWeights += weight * weight
                covered += decision.coveredMass
                decisions += 1
            }
            weights += sums.weight
            let count = Double(unit.count)
            inverse.add(outcome: sums.weighted, denominator: count)
            normalised.add(outcome: sums.weighted, denominator: sums.weight)
            robust.add(outcome: sums.robust, denominator: count)
        }
        guard decisions > 0 else { throw .noDecisions }
        let effective = squaredWeights > 0 ? weights * weights / squaredWeights : 0
        let tooSmall = OffPolicyError.effectiveSampleTooSmall(
            size: effective, least: Self.leastEffectiveSampleSize, decisions: decisions)
        guard effective >= Self.leastEffectiveSampleSize, inverse.units > 1 else { throw tooSmall }
        // No more is known of the spread than by as many units, or as the weights leave of them.
        let freedom = min(Double(inverse.units), effective) - 1
        let reach = StudentDistribution.critical(outside: 1 - confidence, degreesOfFreedom: freedom)
        guard let inversePropensity = Value(of: inverse, reach: reach),
            let selfNormalised = Value(of: normalised, reach: reach), let doublyRobust = Value(of: robust, reach: reach)
        else { throw tooSmall }
        self.inversePropensity = inversePropensity
        self.selfNormalised = selfNormalised
        self.doublyRobust = doublyRobust
        effectiveSampleSize = effective
        coverage = covered / Double(decisions)
        self.decisions = decisions
        self.units = inverse.units
    }
}

extension OffPolicyEstimate.Value {
    fileprivate init?(of moments: Moments, reach: Double) {
        guard let arm = ArmEstimate(of: moments) else { return nil }
        estimate = arm.value
        let error = arm.variance.squareRoot()
        interval = Interval(lower: arm.value - reach * error, upper: arm.value + reach * error)
    }
}

extension LoggedDecision {
    /// The other policy's chance over the logged one.
    fileprivate func weight(number: Int) throws(OffPolicyError) -> Double {
        guard let served = loggingPropensity, served > 0 else { throw .missingPropensity(decision: number) }
        let figures = [reward, predictedReward, predictedTargetValue]
        let chances = 0.0...1.0
        guard chances.contains(served), chances.contains(targetPropensity), chances.contains(coveredMass),
            figures.allSatisfy(\.isFinite)
        else { throw .notAPropensity(decision: number) }
        return targetPropensity / served
    }
}

extension OffPolicyEstimate: CustomStringConvertible {
    public var description: String {
        func shown(_ value: Value) -> String { "\(value.estimate.shown) \(value.interval.shown)" }
        return "Per decision: self-normalised \(shown(selfNormalised)), doubly robust \(shown(doublyRobust)), inverse "
            + "propensity \(shown(inversePropensity)). Effective sample size \(effectiveSampleSize.shown) of \(decisions) "
            + "decisions by \(units) units; coverage \(coverage.percent)."
    }
}
