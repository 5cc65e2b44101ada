import Domain
import Planning
import Testing

@Suite("A controller of λ")
struct LambdaControllerTests {
    @Test(
        "brings the spend to within 5 % of the capacity in 10 intervals after a step of the load, for good",
        arguments: [(0.2, 1), (0.2, 10), (1, 3), (1, 10), (3, 1), (3, 10), (10, 1), (10, 3)] as [(Double, Double)],
        [1, 2, 3] as [UInt64])
    func loadSteps(step: (from: Double, to: Double), seed: UInt64) throws {
        var simulation = try SimulatedLoad(seed: seed)
        _ = simulation.run(40, load: step.from)
        let outcomes = simulation.run(60, load: step.to)
        #expect(outcomes.settled(at: simulation.capacity) <= 10)
        // And then it does not swing.
        let late = outcomes.suffix(20).map(\.lambda)
        #expect(try #require(late.max()) / #require(late.min()) < 1.02)
    }

    @Test("follows a step of the values as of the load", arguments: [0.01, 0.3, 4, 1_000])
    func valueSteps(worth: Double) throws {
        var simulation = try SimulatedLoad(seed: 4)
        _ = simulation.run(40, load: 2)
        let outcomes = simulation.run(60, load: 2, worth: worth)
        #expect(outcomes.settled(at: simulation.capacity) <= 20)
    }

    @Test("knows no units of value: a load of other values from the start has the same spends", arguments: [1e-6, 1e6])
    func scaleFree(worth: Double) throws {
        var plain = try SimulatedLoad(seed: 5)
        var scaled = try SimulatedLoad(seed: 5)
        for (one, other) in zip(plain.run(20, load: 3), scaled.run(20, load: 3, worth: worth)) {
            #expect(abs(one.spent / other.spent - 1) < 1e-9)
            #expect(abs(one.lambda * worth - other.lambda) <= 1e-9 * other.lambda)
        }
    }

    @Test("is 0 while all get what they want, and again when the load falls")
    func unlimited() throws {
        var simulation = try SimulatedLoad(seed: 6)
        #expect(simulation.run(10, load: 0.2).allSatisfy { $0.lambda == 0 })
        _ = simulation.run(10, load: 5)
        #expect(simulation.shared.allocator.lambda > 0)
        #expect(simulation.run(10, load: 0.2).dropFirst().allSatisfy { $0.lambda == 0 })
    }

    @Test("settles between the plans of requests that are all alike", arguments: [1, 3, 10] as [Double])
    func alike(load: Double) throws {
        var simulation = try SimulatedLoad(seed: 7, isAlike: true)
        #expect(simulation.run(60, load: load).settled(at: simulation.capacity) <= 15)
    }

    @Test("recovers at once from a load that no λ could meet, where one that goes on adding errors does not")
    func antiWindup() throws {
        func recovery(holdsAtFloor: Bool) throws -> Int {
            var settings = LambdaController.Settings()
            settings.holdsAtFloor = holdsAtFloor
            var simulation = try SimulatedLoad(seed: 8, settings: settings)
            _ = simulation.run(10, load: 3)
            _ = simulation.run(100, load: 30)
            return simulation.run(100, load: 3).settled(at: simulation.capacity)
        }
        let (held, wound) = (try recovery(holdsAtFloor: true), try recovery(holdsAtFloor: false))
        #expect(held <= 12)
        #expect(wound >= 3 * held)
    }

    @Test("counts what was spent, where plans are priced by the most that they can cost", arguments: [0.4, 0.9])
    func spentBelowPlanned(share: Double) throws {
        var simulation = try SimulatedLoad(seed: 9)
        let outcomes = simulation.run(60, load: 4, spentPerPlanned: share)
        #expect(outcomes.settled(at: simulation.capacity) <= 12)
    }

    @Test("moves less after a short interval than after a long one")
    func shortIntervals() throws {
        let capacity = try Capacity(unitsPerSecond: 100)
        func step(_ seconds: Double) -> Double {
            var controller = LambdaController()
            let demand = { (spent: Double) in
                CapacityDemand(
                    spent: spent * seconds, planned: spent * seconds, floor: 20 * seconds, ceiling: 1_000 * seconds,
                    gain: 50 * seconds)
            }
            controller.update(demand(1_000), over: seconds, capacity: capacity)
            let first = controller.lambda
            controller.update(demand(150), over: seconds, capacity: capacity)
            return controller.lambda / first
        }
        #expect(step(0.1) > 1)
        #expect(step(0.1) < step(1))
        #expect(step(5) == step(1))
    }
}
