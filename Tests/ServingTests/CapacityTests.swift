import Domain
import Experiments
import Planning
import Serving
import Synchronization
import Testing

@Suite("A service with a capacity")
struct CapacityTests {
    /// A clock that is moved by hand.
    private final class HandTime: Sendable {
        private let time = Mutex(Duration.zero)
        var now: Duration { time.withLock { $0 } }
        func advance(by duration: Duration) { time.withLock { $0 += duration } }
    }

    /// What requests of each value spend in the last of some seconds, all of them alike.
    private static func spent(
        capacity: Double, values: [Double], seconds: Int = 25, criticality: Criticality = .default
    ) async throws -> (byValue: [Double: [Double]], shed: Int, service: RecommendationService) {
        let (planted, time) = (try await PlantedStore(), HandTime())
        let service = try await planted.service(
            capacity: try Capacity(unitsPerSecond: capacity), now: { time.now })
        var (byValue, shed): ([Double: [Double]], Int) = ([:], 0)
        for _ in 0..<seconds {
            time.advance(by: .seconds(1))
            (byValue, shed) = ([:], 0)
            for number in 0..<120 {
                var request = try PlantedStore.request(user: "drama-user-\(number % 20)", tier: "premium")
                request.value = values[number % values.count]
                request.criticality = criticality
                do {
                    let answer = try await service.recommend(request)
                    byValue[request.value ?? 0, default: []].append(answer.cost.spent.units)
                    #expect(answer.cost.spent <= answer.cost.budget && answer.items.count == 3)
                } catch RequestError.shed(let wait) {
                    #expect(wait >= 1)
                    shed += 1
                }
            }
        }
        return (byValue, shed, service)
    }

    @Test("gives all what they ask for while there is enough, and says so in its counters")
    func enough() async throws {
        let (byValue, shed, service) = try await Self.spent(capacity: 1e9, values: [1], seconds: 3)
        #expect(shed == 0 && byValue[1]?.count == 120)
        let counters = try #require(service.capacityCounters)
        #expect(counters.lambda == 0 && counters.cheapest == 0 && counters.shed == [0, 0, 0])
        #expect(counters.dearest == 360)
        #expect(service.overspentCount == 0)
    }

    @Test("answers by the floor tier what it cannot pay for by another, and turns fewer away so")
    func floorTier() async throws {
        var shed: [Bool: Int] = [:]
        for hasFloor in [false, true] {
            let (planted, time) = (try await PlantedStore(), HandTime())
            let service = try await planted.service(
                capacity: try Capacity(unitsPerSecond: 60_000), now: { time.now })
            let text = """
                {"schema": "linden-tiers/1", "hash_version": 1, "default_tier": "dear",
                 "tiers": {"dear": {"floor": 4, "ceiling": 4}, "cheap": {"ceiling": 0, "max_cost": 100}}
                 \(hasFloor ? ", \"floor_tier\": \"cheap\"" : "")}
                """
            service.adopt(TiersInForce(try TierConfiguration(parsing: Array(text.utf8)), revision: 1))
            for _ in 0..<20 {
                time.advance(by: .seconds(1))
                for number in 0..<2_000 {
                    do {
                        let answer = try await service.recommend(
                            try PlantedStore.request(user: "drama-user-\(number % 20)"))
                        #expect((answer.tier == "cheap") == answer.degradation.contains(.fallbackTier))
                        #expect(hasFloor || answer.tier == "dear")
                    } catch RequestError.shed {
                        shed[hasFloor, default: 0] += 1
                    }
                }
            }
        }
        #expect(shed[false, default: 0] > 0 && shed[true, default: 0] < shed[false, default: 0], "\(shed)")
    }

    @Test("spends more on what is worth more, and as much as there is")
    func values() async throws {
        let (count, time) = (120, HandTime())
        // Halfway from what the cheapest plans cost to what the dearest do.
        let free = try await LargeCatalogue(isMeasured: true)
        var both = 0.0
        for tier in ["economy", "premium"] {
            for user in 0..<60 {
                both += try await free.service.recommend(free.request(user, tier: tier)).cost.spent.units
            }
        }
        let capacity = Double(count) * both / 120
        let large = try await LargeCatalogue(
            isMeasured: true, capacity: try Capacity(unitsPerSecond: capacity), now: { time.now })
        var means: [Double: [Double]] = [:]
        var total = 0.0
        for second in 0..<40 {
            time.advance(by: .seconds(1))
            for number in 0..<count {
                var request = large.request(number % 60, tier: "premium")
                request.value = number % 2 == 0 ? 1 : 8
                let spent = try await large.service.recommend(request).cost.spent.units
                guard second >= 20 else { continue }
                means[request.value ?? 0, default: []].append(spent)
                total += spent / 20
            }
        }
        let (low, high) = (try #require(means[1]), try #require(means[8]))
        #expect(low.reduce(0, +) < 0.98 * high.reduce(0, +))
        #expect(abs(total / capacity - 1) < 0.15, "\(total) of \(capacity)")
        let counters = try #require(large.service.capacityCounters)
        #expect(counters.lambda > 0 && counters.shed == [0, 0, 0])
    }

    @Test("turns requests away when not even the cheapest plans fit, the critical ones last")
    func sheds() async throws {
        let capacity = 120 * 60.0
        let sheddable = try await Self.spent(capacity: capacity, values: [1], criticality: .sheddable)
        #expect(sheddable.shed > 20)
        let counters = try #require(sheddable.service.capacityCounters)
        #expect(counters.shed[Criticality.sheddable.rawValue] > 0 && counters.shed[0] == 0)
    }

    @Test("is refused with a capacity that answers nothing", arguments: [0, -1, Double.infinity, .nan])
    func bad(units: Double) {
        #expect(throws: CapacityError.self) { try Capacity(unitsPerSecond: units) }
    }
}
