/// An action that was served and logged, with what another policy would have made of it.
public struct LoggedDecision: Hashable, Sendable {
    /// Chance with which the action was served; `nil` where it was not logged.
    public let loggingPropensity: Double?
    /// Chance with which the other policy would have served it, 0 to 1.
    public let targetPropensity: Double
    /// What it brought.
    public let reward: Double
    /// What a reward model says it would bring; 0 without a model.
    public let predictedReward: Double
    /// What the model says the other policy would bring here: its rewards of all actions, weighted by their chances.
    public let predictedTargetValue: Double
    /// Share of the other policy's chances that lies on actions which could have been served, 0 to 1.
    public let coveredMass: Double

    /// Creates a decision.
    ///
    /// The estimators are unbiased only where the covered mass is 1. Propensities are those logged when the answer was served,
    /// never recomputed.
    public init(
        loggingPropensity: Double?, targetPropensity: Double, reward: Double, predictedReward: Double = 0,
        predictedTargetValue: Double = 0, coveredMass: Double
    ) {
        self.loggingPropensity = loggingPropensity
        self.targetPropensity = targetPropensity
        self.reward = reward
        self.predictedReward = predictedReward
        self.predictedTargetValue = predictedTargetValue
        self.coveredMass = coveredMass
    }
}
