#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much what a user did with an item counts as something to recommend: from the kinds of the events, how many there were,
/// and ratings.
///
/// Whatever its weight, an item that the user met stays in the history and is not recommended again. A weight of 0 only says
/// that training does not take it for a target, nor for a counter-example.
public struct InteractionWeights: Hashable, Sendable {
    /// Weight of one event of a kind; kinds that it does not name weigh 1.
    ///
    /// 0 says nothing of what the user wants. Below 0 the user turned the item down: it weighs 0 until a later event of a kind
    /// above 0.
    public var kinds: [String: Float]
    /// What a rating's weight gains for each standard deviation of the user's ratings that it lies above their mean, and loses
    /// below; 0 counts all ratings alike.
    public var ratingSlope: Float
    /// What events beyond a weight of 1 add: a sum `s` above 1 counts 1 + `repeatGain` · ln s.
    public var repeatGain: Float

    /// The kind whose value is a rating.
    public static let ratingKind = "rating"
    /// What a rating counts at least and at most, before the weight of its kind.
    static let ratingFactors: ClosedRange<Float> = 0.1...2
    /// Ratings of a user from which their mean and deviation say something.
    static let fewestRatings = 5

    /// Every item that a user met weighs 1.
    public static let uniform = InteractionWeights(kinds: [:], ratingSlope: 0, repeatGain: 0)

    /// The weights that ship with Linden.
    public static let standard = InteractionWeights(
        kinds: [
            "impression": 0, "view": 0.5, "click": 0.5, "like": 2, "save": 2, "share": 2, "cart": 2, "purchase": 3,
            "dislike": -1, "hide": -1, "skip": -1, "block": -1, "report": -1, "return": -1,
        ],
        ratingSlope: 0.5, repeatGain: 1)

    public init(kinds: [String: Float], ratingSlope: Float, repeatGain: Float) {
        self.kinds = kinds
        self.ratingSlope = ratingSlope
        self.repeatGain = repeatGain
    }

    /// Adds events of one kind to what is known of a user and an item.
    ///
    /// - Parameters:
    ///   - count: How many there were.
    ///   - kind: Theirs.
    ///   - latest: When the last of them was.
    ///   - value: The last value among them; `nil` when none has any.
    ///   - signals: What they are added to.
    public func add(_ count: Int, of kind: String, latest: Timestamp, value: Float?, to signals: inout ItemSignals) {
        let weight = kinds[kind] ?? 1
        signals.latest = max(signals.latest, latest)
        if weight < 0 { signals.rejectedAt = max(signals.rejectedAt ?? latest, latest) }
        guard weight > 0 else { return }
        signals.wantedAt = max(signals.wantedAt ?? latest, latest)
        guard kind == Self.ratingKind, let value else {
            signals.strength += weight * Float(count)
            return
        }
        let isNewer = signals.rating.map { (signals.ratedAt, $0) < (latest, value) } ?? true
        if isNewer { (signals.rating, signals.ratedAt) = (value, latest) }
    }

    /// Weighs all items of one user.
    ///
    /// - Parameter items: What the user did with each of them.
    /// - Returns: A weight for each, 0 or more, in the same order.
    public func weights(of items: [ItemSignals]) -> [Float] {
        let ratings = items.compactMap(\.rating)
        let mean = ratings.reduce(0, +) / Float(max(ratings.count, 1))
        let variance = ratings.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(max(ratings.count, 1))
        let isTold = ratings.count >= Self.fewestRatings && variance > 0
        let slope = isTold ? ratingSlope / variance.squareRoot() : 0
        let ratingWeight = max(kinds[Self.ratingKind] ?? 1, 0)
        return items.map { item in
            guard !item.isRejected else { return 0 }
            let factor = item.rating.map { 1 + slope * ($0 - mean) } ?? 0
            let bounds = Self.ratingFactors
            let rated = item.rating == nil ? 0 : ratingWeight * min(max(factor, bounds.lowerBound), bounds.upperBound)
            let sum = item.strength + rated
            return sum <= 1 ? sum : 1 + repeatGain * logf(sum)
        }
    }
}
