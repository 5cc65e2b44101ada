/// Why logged decisions do not say what another policy would have brought.
public enum OffPolicyError: Error, Equatable, CustomStringConvertible {
    case noDecisions
    /// The decision, counted from 0 in the order given, has no chance to have been served.
    case missingPropensity(decision: Int)
    /// A logged chance is over 1, the other policy's is not from 0 to 1, or a figure is not a number.
    case notAPropensity(decision: Int)
    case effectiveSampleTooSmall(size: Double, least: Double, decisions: Int)

    public var description: String {
        switch self {
        case .noDecisions:
            "There are no logged decisions in this range. Choose days on which the experiment ran."
        case .missingPropensity(let decision):
            "Decision \(decision) has no propensity above 0, so what it stands for is unknown. Replay only days whose "
                + "exposures were logged with propensities."
        case .notAPropensity(let decision):
            "Decision \(decision) has a propensity outside 0 to 1, or a reward that is not a number. Repair the log, or leave "
                + "the day out."
        case .effectiveSampleTooSmall(let size, let least, let decisions):
            "The \(decisions) decisions weigh as much as \(size.shown) served by the other policy; \(least.shown) are the "
                + "least. Replay more days, or a policy nearer to the one that served."
        }
    }
}
