/// Puts the cosines of two generations on one scale, for one request: each item is met in the generation that has it.
///
/// A request that has a user vector of either generation needs no map between their spaces: items that the new one has
/// embedded are scored there, all others in the old one. Two models spread their cosines differently, so the old ones
/// are moved to the mean and the deviation that the same items have in the new generation: ZMUV of Wu, Crestani and Bi,
/// "Evaluating score normalization methods in data fusion", AIRS 2006, with moments of items that both have.
public struct BridgedScores: Hashable, Sendable {
    private let factor: Float
    private let offset: Float

    /// Compares the scores that one request gives to the same items in both generations.
    ///
    /// - Parameters:
    ///   - old: Their cosines in the old generation; some hundred are enough.
    ///   - new: Theirs in the new one, in the same order.
    public init(old: [Float], new: [Float]) {
        precondition(old.count == new.count, "\(old.count) old scores, \(new.count) new.")
        let (from, to) = (Self.moments(old), Self.moments(new))
        // Without a spread there is nothing to stretch.
        factor = from.deviation > 0 && to.deviation > 0 ? to.deviation / from.deviation : 1
        offset = to.mean - factor * from.mean
    }

    /// A score of the old generation on the new one's scale; higher stays higher.
    public func aligned(_ score: Float) -> Float { factor * score + offset }

    private static func moments(_ scores: [Float]) -> (mean: Float, deviation: Float) {
        guard !scores.isEmpty else { return (0, 0) }
        let mean = scores.reduce(0, +) / Float(scores.count)
        let square = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(scores.count)
        return (mean, square.squareRoot())
    }
}
