import Domain
import TestSupport
import Testing

@Suite("The weights of interactions")
struct InteractionWeightsTests {
    private typealias Event = (kind: String, seconds: Int64, value: Float?)

    /// Weights of one user's items, each given as its events.
    private static func weights(_ items: [[Event]], by weights: InteractionWeights = .standard) -> [Float] {
        weights.weights(
            of: items.map { events in
                var signals = ItemSignals()
                for event in events {
                    weights.add(
                        1, of: event.kind, latest: Timestamp(seconds: event.seconds), value: event.value, to: &signals)
                }
                return signals
            })
    }

    private static func ratings(_ values: [Float]) -> [[Event]] { values.map { [("rating", 1, $0)] } }

    @Test("are higher for kinds that say more")
    func kinds() {
        let found = Self.weights(["impression", "view", "interaction", "like", "purchase"].map { [($0, 1, nil)] })
        #expect(found == found.sorted() && Set(found).count == 5)
        #expect(found[0] == 0 && found[2] == 1)
    }

    @Test("grow with repeats, ever more slowly")
    func repeats() {
        let found = Self.weights((1...6).map { count in (0..<count).map { ("interaction", Int64($0), nil) } })
        let steps = zip(found, found.dropFirst()).map { $1 - $0 }
        #expect(found[0] == 1)
        #expect(steps.allSatisfy { $0 > 0 })
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $1 < $0 })
    }

    @Test("are the same whatever the order of the events, and added up or one by one", arguments: 0..<10)
    func order(seed: UInt64) {
        let events: [Event] = [
            ("view", 1, nil), ("view", 2, nil), ("rating", 3, 2), ("rating", 4, 5), ("purchase", 2, 9.99),
            ("hide", 1, nil),
        ]
        var generator = SeededGenerator(seed: seed)
        let others = Self.ratings([1, 2, 3, 4, 5])
        let (one, two) = (Self.weights([events] + others), Self.weights([events.shuffled(using: &generator)] + others))
        #expect(zip(one, two).allSatisfy { abs($0 - $1) < 1e-6 })
        var (added, single) = (ItemSignals(), ItemSignals())
        InteractionWeights.standard.add(
            3, of: "view", latest: Timestamp(seconds: 3), value: nil, to: &added)
        for second in 1...3 {
            InteractionWeights.standard.add(
                1, of: "view", latest: Timestamp(seconds: Int64(second)), value: nil, to: &single)
        }
        #expect(added == single)
    }

    @Test(
        "are 0 for what the user turned down, until a later event says otherwise",
        arguments: [
            (purchase: 1, hide: 2, isWanted: false), (purchase: 2, hide: 2, isWanted: false),
            (purchase: 3, hide: 2, isWanted: true),
        ])
    func rejection(purchase: Int64, hide: Int64, isWanted: Bool) {
        let found = Self.weights([[("purchase", purchase, nil), ("hide", hide, nil)], [("view", 1, nil)]])
        #expect((found[0] > 0) == isWanted)
        #expect(found[1] > 0)
    }

    @Test("of ratings are those of the user's own scale: mean and deviation", arguments: [(1, 0), (2, 0), (20, -7)])
    func ownScale(factor: Float, offset: Float) {
        let values: [Float] = [1, 2, 3, 3, 4, 5]
        var steep = InteractionWeights.standard
        steep.ratingSlope = 0.5
        let plain = Self.weights(Self.ratings(values), by: steep)
        let scaled = Self.weights(Self.ratings(values.map { $0 * factor + offset }), by: steep)
        #expect(zip(plain, scaled).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(plain[2] == 1 && plain[0] < plain[1] && plain[1] < 1 && plain[4] > 1 && plain[5] > plain[4])
        #expect(plain.allSatisfy { $0 > 0 })
    }

    @Test(
        "of ratings are alike where a user gave few of them, or always the same",
        arguments: [[1, 5], [3, 3, 3, 3, 3, 3]])
    func untoldScale(values: [Float]) {
        #expect(Self.weights(Self.ratings(values)) == values.map { _ in 1 })
    }

    @Test("take the last of several ratings")
    func lastRating() {
        var steep = InteractionWeights.standard
        steep.ratingSlope = 0.5
        let others = Self.ratings([2, 3, 3, 4])
        let fell = Self.weights([[("rating", 1, 5), ("rating", 2, 1)]] + others, by: steep)
        let rose = Self.weights([[("rating", 1, 1), ("rating", 2, 5)]] + others, by: steep)
        #expect(fell[0] < 1 && rose[0] > 1)
    }

    @Test("that are uniform are 1, whatever was done")
    func uniform() {
        let events: [[Event]] = [[("hide", 1, nil)], [("view", 1, nil), ("view", 2, nil)], [("rating", 1, 1)]]
        #expect(Self.weights(events + Self.ratings([1, 2, 3, 4, 5]), by: .uniform).allSatisfy { $0 == 1 })
    }

    @Test(
        "are read as they are written",
        arguments: ["standard", "uniform", "purchase=5.0,view=0.25", "hide=0.0,rating-slope=1.0,repeat-gain=0.0"])
    func text(text: String) throws {
        #expect(try InteractionWeights(text).description == text)
    }

    @Test(
        "are refused with what to write instead",
        arguments: [
            "", "view", "view=", "view=x", "view=nan", "view=1,", "=1", "view=1=2", "rating-slope=-1", "view=1e9",
        ])
    func refusals(text: String) {
        do throws(InteractionWeightsError) {
            _ = try InteractionWeights(text)
            Issue.record("'\(text)' was read")
        } catch {
            #expect(error.description.contains("Give "))
        }
    }
}
