import Domain
package import Planning

/// One request of a replay.
package struct ReplayedRequest: Sendable {
    /// Position among the replayed queries.
    let query: Int
    let value: Double
    let draw: RequestDraw

    package init(query: Int, value: Double, draw: RequestDraw) {
        self.query = query
        self.value = value
        self.draw = draw
    }

    /// Shares of the ratings 1 to 5 in MovieLens 100K.
    static let ratingShares = [0.061, 0.114, 0.271, 0.342, 0.212]

    /// What a rating makes a request worth: 2^rating − 1, the gain that DCG gives it.
    ///
    /// Burges et al., "Learning to Rank using Gradient Descent", ICML 2005, section 6: from 1 for one star to 31 for five.
    static func value(ofRating rating: Double) -> Double {
        var value = 1.0
        for _ in 0..<Int(rating.rounded()) { value *= 2 }
        return max(1, value - 1)
    }

    /// Draws a stream of requests: each stands for an interaction of the data set, all equally likely.
    ///
    /// - Parameters:
    ///   - count: Requests.
    ///   - interactions: The query and rating of each interaction; without a rating one is drawn from ``ratingShares``.
    ///   - seed: The same seed draws the same stream.
    /// - Returns: The requests, in their order.
    static func stream(
        _ count: Int, of interactions: [(query: Int, rating: Double?)], seed: UInt64
    ) -> [ReplayedRequest] {
        var generator = ReplayGenerator(state: seed)
        return (0..<count).map { number in
            let drawn = interactions[Int(generator.next() % UInt64(interactions.count))]
            var place = Double(generator.next() >> 11) * 0x1p-53
            let rating =
                drawn.rating
                ?? Double(
                    1
                        + (ratingShares.firstIndex { share in
                            place -= share
                            return place < 0
                        } ?? 4))
            return ReplayedRequest(
                query: drawn.query, value: value(ofRating: rating), draw: RequestDraw(number: generator.next()))
        }
    }
}

/// SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
private struct ReplayGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
