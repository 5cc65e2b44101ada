import Domain
import Planning
import TestSupport
import Testing

@Suite("An allocator")
struct AllocatorTests {
    static func offers(_ count: Int, using generator: inout SeededGenerator) -> [PlanOffer] {
        (0..<count).map { _ in
            PlanOffer(
                expectedRecall: Double.random(in: 0...1, using: &generator),
                cost: CostUnits(microunits: Int.random(in: 0...300_000_000, using: &generator)))
        }.sorted { $0.cost < $1.cost }
    }

    @Test(
        "chooses what no other offer beats by value × recall − λ × cost, and the cheaper of equals", arguments: 0..<50)
    func best(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let offers = Self.offers(Int.random(in: 1...30, using: &generator), using: &generator)
            let value = Double.random(in: 0.1...50, using: &generator)
            let lambda = Double.random(in: 0...1, using: &generator)
            let choice = Allocator(lambda: lambda).choice(among: offers.span, value: value)
            let worths = offers.map { value * $0.expectedRecall - lambda * $0.cost.units }
            let best = try #require(worths.max())
            #expect(abs(worths[choice.offer] - best) < 1e-9)
            #expect(choice.planned == offers[choice.offer].cost)
            #expect(choice.floor == offers[0].cost && choice.ceiling >= choice.planned)
        }
        let equals = [4, 4, 9].map { PlanOffer(expectedRecall: 0.5, cost: CostUnits(microunits: $0)) }
        #expect(Allocator(lambda: 0).choice(among: equals.span).offer == 0)
    }

    @Test("finds the most value that any allocation of the same spend finds", arguments: 0..<20)
    func optimal(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let requests = (0..<4).map { _ in
            (value: Double.random(in: 1...30, using: &generator), offers: Self.offers(4, using: &generator))
        }
        let allocator = Allocator(lambda: Double.random(in: 0.001...0.1, using: &generator))
        var (spent, worth) = (0, 0.0)
        for request in requests {
            let choice = allocator.choice(among: request.offers.span, value: request.value)
            spent += choice.planned.microunits
            worth += request.value * request.offers[choice.offer].expectedRecall
        }
        for number in 0..<256 {
            let picks = requests.indices.map { requests[$0].offers[number >> (2 * $0) & 3] }
            guard picks.reduce(0, { $0 + $1.cost.microunits }) <= spent else { continue }
            let other = zip(requests, picks).reduce(0) { $0 + $1.0.value * $1.1.expectedRecall }
            #expect(other <= worth + 1e-9)
        }
    }

    @Test("spends less the higher λ is, and more on what is worth more", arguments: 0..<20)
    func monotonous(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let offers = Self.offers(12, using: &generator)
        let byLambda = [0, 0.001, 0.01, 0.1, 1].map { Allocator(lambda: $0).choice(among: offers.span).planned }
        #expect(byLambda == byLambda.sorted(by: >))
        let byValue = [0.1, 1, 10, 100].map {
            Allocator(lambda: 0.02).choice(among: offers.span, value: $0).planned
        }
        #expect(byValue == byValue.sorted())
    }

    @Test("decides in less than a microsecond")
    func quick() {
        var generator = SeededGenerator(seed: 1)
        let offers = Self.offers(30, using: &generator)
        let clock = ContinuousClock()
        // The quickest of many: the machine may have other things to do.
        let quickest = (0..<50).map { round in
            clock.measure {
                var sum = 0
                for value in 1...2_000 {
                    sum += Allocator(lambda: 0.02).choice(among: offers.span, value: Double(value + round)).offer
                }
                #expect(sum >= 0)
            }
        }.min()
        #expect((quickest ?? .seconds(1)) / 2_000 < .microseconds(1))
    }
}
