import Domain
import Planning
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Requests of many values, easy and hard, that come interval by interval.
struct SimulatedLoad {
    struct Request {
        let value: Double
        let offers: [PlanOffer]
        let draw: RequestDraw
    }

    /// What one interval came to.
    struct Outcome {
        let spent: Double
        let lambda: Double
    }

    let requests: [Request]
    private(set) var shared: SharedCapacity

    /// Units a request spends without a capacity, on average.
    static func ceiling(of requests: [Request]) -> Double {
        requests.map { $0.offers.last?.cost.units ?? 0 }.reduce(0, +) / Double(requests.count)
    }

    static let costs = [4, 8, 12, 16, 24, 32, 40, 48, 60, 80, 100, 130]

    static func requests(_ count: Int, seed: UInt64, isAlike: Bool = false) -> [Request] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { number in
            let rating = isAlike ? 3 : Double.random(in: 0.5...5, using: &generator)
            let hardness = isAlike ? 16 : Double.random(in: 4...40, using: &generator)
            return Request(
                value: exp(rating * 0.7),
                offers: costs.map {
                    PlanOffer(
                        expectedRecall: 1 - exp(-Double($0) / hardness), cost: CostUnits(microunits: $0 * 1_000_000))
                }, draw: RequestDraw(number: seed &* 1_000_003 &+ UInt64(number)))
        }
    }

    /// A capacity of 40 % of what 1,000 requests a second would like to spend.
    init(
        seed: UInt64, isAlike: Bool = false, settings: LambdaController.Settings = LambdaController.Settings()
    ) throws {
        requests = Self.requests(1_000, seed: seed, isAlike: isAlike)
        let capacity = try Capacity(unitsPerSecond: 0.4 * 1_000 * Self.ceiling(of: requests))
        shared = SharedCapacity(capacity, settings: settings)
    }

    var capacity: Double { shared.capacity.unitsPerSecond }

    /// Runs intervals of a second under `load` times the usual load; values are multiplied by `worth`.
    mutating func run(_ intervals: Int, load: Double, worth: Double = 1, spentPerPlanned: Double = 1) -> [Outcome] {
        (0..<intervals).map { _ in
            let lambda = shared.allocator.lambda
            var spent = 0.0
            for index in 0..<Int(load * Double(requests.count)) {
                let request = requests[index % requests.count]
                // Another round of the same requests has other ids.
                let draw = index < requests.count ? request.draw : RequestDraw(number: UInt64(index) &* 7_919)
                let decision = shared.decide(among: request.offers.span, value: worth * request.value, draw: draw)
                guard case .serve(let offer) = decision else { continue }
                let cost = spentPerPlanned * request.offers[offer].cost.units
                spent += cost
                shared.book(spent: CostUnits(microunits: Int(cost * 1e6)))
            }
            shared.endInterval(after: 1)
            return Outcome(spent: spent, lambda: lambda)
        }
    }
}

extension [SimulatedLoad.Outcome] {
    /// Intervals until the spend lies within 5 % of a capacity for good.
    func settled(at capacity: Double) -> Int {
        (lastIndex { abs($0.spent / capacity - 1) > 0.05 } ?? -1) + 1
    }
}
