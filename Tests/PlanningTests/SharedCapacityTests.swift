import Domain
import Planning
import Testing

@Suite("A shared capacity")
struct SharedCapacityTests {
    static func arrivals(_ critical: Double, _ normal: Double, _ sheddable: Double) -> Admission.Arrivals {
        var arrivals = Admission.Arrivals()
        (arrivals[.critical], arrivals[.default], arrivals[.sheddable]) = (critical, normal, sheddable)
        return arrivals
    }

    @Test(
        "turns away the sheddable first, then those of no kind, the critical last",
        arguments: [
            (arrivals(30, 40, 30), [1, 1, 1]), (arrivals(30, 40, 60), [1, 1, 0.5]),
            (arrivals(60, 80, 60), [1, 0.5, 0]),
            (arrivals(400, 80, 60), [0.25, 0, 0]), (arrivals(0, 0, 200), [1, 1, 0.5]),
        ])
    func order(arrivals: Admission.Arrivals, shares: [Double]) throws {
        let admission = Admission(after: arrivals, over: 2, capacity: try Capacity(unitsPerSecond: 50))
        #expect(Criticality.allCases.map(admission.share) == shares)
        for criticality in Criticality.allCases {
            let admitted = (0..<4_000).count { number in
                admission.verdict(on: RequestDraw(number: UInt64(number)), criticality: criticality) == .admitted
            }
            #expect(abs(Double(admitted) / 4_000 - admission.share(of: criticality)) < 0.03)
        }
    }

    @Test("says when to come back: within a minute, spread over as many seconds as the load is times the capacity")
    func retries() throws {
        let admission = Admission(
            after: Self.arrivals(0, 0, 800), over: 1, capacity: try Capacity(unitsPerSecond: 100))
        let waits = (0..<4_000).compactMap { number -> Int? in
            let draw = RequestDraw(number: UInt64(number))
            guard case .shed(let seconds) = admission.verdict(on: draw, criticality: .sheddable) else { return nil }
            return seconds
        }
        #expect(Set(waits) == Set(2...9))
        let far = Admission(after: Self.arrivals(0, 0, 1e9), over: 1, capacity: try Capacity(unitsPerSecond: 1))
        let latest = (0..<4_000).map { far.verdict(on: RequestDraw(number: $0), criticality: .sheddable) }
        #expect(latest.allSatisfy { if case .shed(1...60) = $0 { true } else { false } })
    }

    @Test("decides on an id alike wherever and however often it comes")
    func draws() {
        let draw = RequestDraw(id: "r-1".utf8)
        #expect(draw == RequestDraw(id: "r-1".utf8) && draw != RequestDraw(id: "r-2".utf8))
        #expect((0..<1).contains(draw.admission) && (0..<1).contains(draw.spread))
        #expect(draw.admission == 0.248_925_554_669_340_85)
    }

    @Test("turns away nobody while cheaper plans fit", arguments: [0.5, 3, 10, 12.5])
    func brownoutFirst(load: Double) throws {
        var simulation = try SimulatedLoad(seed: 1)
        let floor = load * 1_000 * 4
        #expect(floor <= simulation.capacity)
        for _ in 0..<40 {
            _ = simulation.run(1, load: load)
            #expect(Criticality.allCases.allSatisfy { simulation.shared.admission.share(of: $0) == 1 })
        }
    }

    @Test(
        "turns away what the cheapest plans cannot answer, keeps within the capacity, and lets all in when it is over")
    func overload() throws {
        var simulation = try SimulatedLoad(seed: 2)
        let outcomes = simulation.run(40, load: 30)
        #expect(outcomes.settled(at: simulation.capacity) <= 10)
        let share = simulation.capacity / (30 * 1_000 * 4)
        #expect(abs(simulation.shared.admission.share(of: .default) - share) < 0.02)
        _ = simulation.run(1, load: 1)
        #expect(
            simulation.shared.admission
                == Admission(after: Self.arrivals(0, 4_000, 0), over: 1, capacity: simulation.shared.capacity))
        #expect(simulation.shared.admission.share(of: .default) == 1)
    }

    @Test("is none where no capacity is set, and refuses one that answers nobody", arguments: [0, -1, .infinity, .nan])
    func configuration(units: Double) throws {
        #expect(try SharedCapacity.configured(unitsPerSecond: nil) == nil)
        #expect(try SharedCapacity.configured(unitsPerSecond: 5)?.capacity.unitsPerSecond == 5)
        let error = #expect(throws: CapacityError.self) { try SharedCapacity.configured(unitsPerSecond: units) }
        #expect(error?.description.contains("leave the capacity out") == true)
    }

    @Test("counts decisions by plan and by who was turned away, and begins anew when they are taken")
    func counts() {
        var counts = DecisionCounts(plans: 3)
        for plan in [0, 2, 2] { counts.countServed(plan: plan) }
        counts.countShed(.sheddable)
        #expect(counts.line(names: ["s16", "s32", "s64-k200-r256"]) == "s16=1 s64-k200-r256=2 shed.sheddable=1")
        let drained = counts.drain()
        #expect(drained.served == [1, 0, 2] && drained.shed(.sheddable) == 1 && drained.total == 4)
        #expect(counts == DecisionCounts(plans: 3) && counts.total == 0)
    }
}
