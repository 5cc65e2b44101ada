/// Decides who is turned away when not even the cheapest plans of all requests fit into the capacity.
///
/// Brownout comes first: as long as the cheapest offers fit, all are let in, and λ lowers their plans. Beyond that, shares
/// of the capacity go to `critical` requests, then `default`, then `sheddable`, each by what its cheapest offers cost in the
/// last interval. A share below 1 lets in the requests whose ids draw less than it.
///
/// A draw by id rather than a bucket of tokens: it needs neither clock nor state a request; it sheds evenly over an interval,
/// not all that comes late in it; and a request that is tried again at once, or at another node, is shed again, so that
/// retries gain nothing. The price is that a jump in load is met an interval later.
public struct Admission: Hashable, Sendable {
    /// What the requests that came in an interval would cost by their cheapest offers, those shed included; by criticality.
    public struct Arrivals: Hashable, Sendable {
        private var floors = [0.0, 0.0, 0.0]

        public init() {}

        /// Units at the cheapest, of one criticality.
        public subscript(criticality: Criticality) -> Double {
            get { floors[criticality.rawValue] }
            set { floors[criticality.rawValue] = newValue }
        }

        /// Units at the cheapest, of all.
        public var total: Double { floors.reduce(0, +) }

        /// The same, when a unit came to `factor`.
        func scaled(by factor: Double) -> Arrivals {
            var scaled = self
            scaled.floors = floors.map { $0 * factor }
            return scaled
        }
    }

    /// What is done with a request.
    public enum Verdict: Hashable, Sendable {
        case admitted
        /// Turned away; it may come again after some seconds.
        case shed(retryAfterSeconds: Int)
    }

    /// Share of each criticality that is let in, 0 to 1.
    private var shares = [1.0, 1.0, 1.0]
    /// Cheapest cost of all that came, over the capacity; what retries are spread over.
    private var overload = 0.0

    /// The longest that anybody is told to wait, in seconds.
    public static let longestWait = 60

    /// Lets in everybody.
    public init() {}

    /// Shares of those who are let in after an interval.
    ///
    /// - Parameters:
    ///   - arrivals: What came in it.
    ///   - seconds: How long it was; more than 0.
    ///   - capacity: What may be spent.
    public init(after arrivals: Arrivals, over seconds: Double, capacity: Capacity) {
        precondition(seconds > 0 && seconds.isFinite, "An interval of \(seconds) s.")
        let allowed = capacity.unitsPerSecond * seconds
        var left = allowed
        for criticality in Criticality.allCases {
            let wanted = arrivals[criticality]
            shares[criticality.rawValue] = wanted <= left ? 1 : left / wanted
            left = max(0, left - wanted)
        }
        overload = arrivals.total / allowed
    }

    /// Share of the requests of a criticality that is let in, 0 to 1.
    public func share(of criticality: Criticality) -> Double { shares[criticality.rawValue] }

    /// Whether a request is let in.
    ///
    /// Those turned away are told to come back in a second to as many as the load is times the capacity, by their draw: so
    /// spread, what comes back is about what fits.
    public func verdict(on draw: RequestDraw, criticality: Criticality) -> Verdict {
        let share = shares[criticality.rawValue]
        guard draw.admission >= share else { return .admitted }
        let place = (draw.admission - share) / (1 - share)
        let wait = 1 + place * min(overload, Double(Self.longestWait))
        return .shed(retryAfterSeconds: min(Int(wait.rounded(.up)), Self.longestWait))
    }
}
