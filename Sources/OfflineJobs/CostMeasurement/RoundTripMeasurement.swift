package import Domain
import Planning
import Ranking

/// Times what requests ask of the store, one after the other: wall time, since the store's work is on another thread.
package struct RoundTripMeasurement: Sendable {
    private let generation: GenerationNumber
    /// Most recent items that a user's state is asked for with.
    private let seenLimit: Int
    private let clock = ContinuousClock()

    /// Items a fetch, from one to a usual shortlist.
    private static let fetchedRows = [1, 50, 200]
    private static let fetches = 24
    /// The first few warm connections and caches.
    private static let warmUp = 4

    package init(generation: GenerationNumber, seenLimit: Int) {
        self.generation = generation
        self.seenLimit = seenLimit
    }

    /// Fetches the state of each user, as requests do.
    ///
    /// - Returns: The states that there are, in the order of `users`, and what they took.
    package func users(
        _ users: [UserID], from store: some UserStateStore
    ) async throws -> (states: [UserState], samples: CostMeasurement.Samples) {
        var states: [UserState] = []
        var samples = CostMeasurement.Samples()
        for user in users.prefix(Self.warmUp) {
            _ = try await store.state(of: user, generation: generation, seenLimit: seenLimit)
        }
        var counts = CostCounts()
        counts[.userFetch] = 1
        for (place, user) in users.enumerated() {
            let start = clock.now
            let state = try await store.state(of: user, generation: generation, seenLimit: seenLimit)
            samples.add("user fetch", counts, start.duration(to: clock.now), place: place)
            if let state { states.append(state) }
        }
        return (states, samples)
    }

    /// Fetches full vectors of some items, and makes the table of them that a rerank reads.
    package func vectors(
        of items: [ItemNumber], from store: some EmbeddingSource
    ) async throws -> CostMeasurement.Samples {
        var samples = CostMeasurement.Samples()
        for rows in Self.fetchedRows where rows <= items.count {
            var counts = CostCounts()
            counts[.fetchRoundTrip] = 1
            counts[.fetchedRow] = rows
            for place in 0..<Self.fetches + Self.warmUp {
                let wanted = (0..<rows).map { items[(place * rows + $0) % items.count] }
                let start = clock.now
                let found = try await store.embeddings(of: wanted, generation: generation, within: nil)
                var builder = FullVectorsBuilder(dimensions: found.dimensions, expectedRows: found.count)
                for row in 0..<found.count {
                    try builder.append(halves: found.bits.span.extracting(found.range(of: row)))
                }
                _ = builder.finish()
                guard place >= Self.warmUp else { continue }
                samples.add("fetch of \(rows)", counts, start.duration(to: clock.now), place: place)
            }
        }
        return samples
    }
}

extension CostMeasurement.Samples {
    /// Adds a sample, every second one to judge by.
    fileprivate mutating func add(_ label: String, _ counts: CostCounts, _ time: Duration, place: Int) {
        let microseconds = max(0.001, time / .microseconds(1))
        let sample = CostSample(label: label, counts: counts, microseconds: microseconds)
        if place % 2 == 0 { fitted.append(sample) } else { judged.append(sample) }
    }

    /// Adds the samples of others.
    package static func += (samples: inout Self, others: Self) {
        samples.fitted += others.fitted
        samples.judged += others.judged
    }
}
