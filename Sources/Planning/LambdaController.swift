#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Moves λ so that the spend follows the capacity.
///
/// What is measured is how far between its bounds the spend lies: share = (planned − floor) / (ceiling − floor), where floor
/// and ceiling are what the same requests cost at λ = ∞ and λ = 0. What is wanted is the same of the capacity. The error
/// is the difference of the two shares' logits, and ln λ follows it by a PI controller in its velocity form:
/// Δ ln λ = gain × (P × Δerror + I × error).
///
/// - All is free of scale: units, values and load only count by ratios. The first λ is what a unit between floor and ceiling
///   brings on average.
/// - The logit straightens the way from ln λ to the spend, which is flat near both ends, so one pair of constants serves all
///   loads. A change of load moves the wanted share in the same interval, before any error has added up.
/// - Anti-windup by conditional integration: once the spend is at its floor, λ does not grow, and so comes down at
///   once when the load does.
/// - Requests that are all alike make the way steep at one λ: the gain falls by half when the error changes sign, and
///   grows again when it does not, or is large.
///
/// It has no clock: the caller says how long an interval was.
public struct LambdaController: Hashable, Sendable {
    /// How strongly it corrects.
    public struct Settings: Hashable, Sendable {
        /// P: what the change of the error moves.
        public var proportional = 0.15
        /// I: what the error moves.
        public var integral = 0.6
        /// Seconds from which an interval counts in full; shorter ones, which say less, move λ by less.
        public var settlingSeconds = 1.0
        /// Whether λ stays where it is while the spend is at its floor; off only to show what that is for.
        public var holdsAtFloor = true

        public init() {}
    }

    /// What a unit must bring; 0 when the capacity is not the limit.
    public private(set) var lambda = 0.0

    private let settings: Settings
    /// ln λ while the capacity is the limit, kept while it is not; `nil` before it ever was.
    private var logLambda: Double?
    private var lastError = 0.0
    private var gain = 1.0

    /// Least and most of ``gain``.
    private static let gains = 1.0 / 64...1.0
    /// Logits are cut off here; that of the capacity later, so that an unreachable one remains an error.
    private static let (measuredLogit, wantedLogit) = (5.5, 7.0)
    /// An error from which the load is another, and not just its noise.
    private static let clearError = 1.0

    /// Begins with a λ of 0.
    public init(settings: Settings = Settings()) {
        precondition(settings.proportional >= 0 && settings.integral > 0, "The controller would never correct.")
        precondition(settings.settlingSeconds > 0, "λ cannot settle in \(settings.settlingSeconds) s.")
        self.settings = settings
    }

    /// Takes in what an interval brought, and sets λ for the next.
    ///
    /// - Parameters:
    ///   - demand: What the interval's requests wanted and spent.
    ///   - seconds: How long it was; more than 0.
    ///   - capacity: What may be spent.
    public mutating func update(_ demand: CapacityDemand, over seconds: Double, capacity: Capacity) {
        precondition(seconds > 0 && seconds.isFinite, "An interval of \(seconds) s.")
        // In the plans' own units: a plan's price is the most that it can cost.
        let allowed = capacity.unitsPerSecond * seconds / demand.spentPerPlanned
        let range = demand.ceiling - demand.floor
        guard demand.ceiling > allowed, range > 0, demand.gain > 0 else {
            // All get what they want, or all have one plan only. The λ of the last shortage is kept for the next.
            lambda = 0
            lastError = 0
            return
        }
        guard let before = logLambda else {
            setLogLambda(log(demand.gain / range))
            return
        }
        let measured = Self.logit((demand.planned - demand.floor) / range, atMost: Self.measuredLogit)
        let wanted = Self.logit((allowed - demand.floor) / range, atMost: Self.wantedLogit)
        let error = measured - wanted
        defer { lastError = error }
        guard lambda > 0 else {
            // The interval was spent at a λ of 0: nothing is known of the one that was kept but that it was right once.
            setLogLambda(before)
            return
        }
        if settings.holdsAtFloor, error > 0, measured <= -Self.measuredLogit {
            setLogLambda(before)
            return
        }
        let isReturning = lastError != 0 && (error > 0) != (lastError > 0)
        gain = abs(error) > Self.clearError && !isReturning ? 1 : isReturning ? gain / 2 : gain * 1.25
        gain = min(max(gain, Self.gains.lowerBound), Self.gains.upperBound)
        let correction = settings.proportional * (error - lastError) + settings.integral * error
        setLogLambda(before + gain * min(1, seconds / settings.settlingSeconds) * correction)
    }

    private mutating func setLogLambda(_ value: Double) {
        // What exp makes of it stays finite and above 0.
        let bounded = min(max(value, -600), 600)
        logLambda = bounded
        lambda = exp(bounded)
    }

    private static func logit(_ share: Double, atMost bound: Double) -> Double {
        guard share > 0 else { return -bound }
        guard share < 1 else { return bound }
        return min(max(log(share / (1 - share)), -bound), bound)
    }
}
