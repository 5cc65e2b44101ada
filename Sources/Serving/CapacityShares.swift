import Domain
import Planning
import Synchronization

/// Shares a node's capacity out between its requests.
///
/// Time is looked at only to end an interval, which moves the price of a unit; within one, what a request is allotted depends on
/// its value and its place among the others alone.
final class CapacityShares: Sendable {
    private let state: Mutex<State>
    private let now: @Sendable () -> Duration

    private struct State {
        var shared: SharedCapacity
        var begin: Duration
        /// Requests decided on; draws each one's luck.
        var requests: UInt64 = 0
        var decisions: CapacityCounters
    }

    /// How long the price of a unit stays as it is.
    static let interval: Duration = .seconds(1)

    init(_ capacity: Capacity, now: @escaping @Sendable () -> Duration) {
        state = Mutex(State(shared: SharedCapacity(capacity), begin: now(), decisions: CapacityCounters()))
        self.now = now
    }

    /// What a request may spend, so that the capacity goes where it finds most for its worth.
    ///
    /// - Parameters:
    ///   - offers: What more and more units find, cheapest first; not empty.
    ///   - value: What an answer is worth, above 0.
    ///   - criticality: How late it is turned away.
    /// - Returns: The price of one of the offers.
    /// - Throws: ``RequestError/shed(retryAfterSeconds:)`` when not even the cheapest offers of all requests fit.
    func allotment(
        among offers: [PlanOffer], value: Double, criticality: Criticality
    ) throws(RequestError) -> CostUnits {
        let time = now()
        let decision = state.withLock { state in
            if time - state.begin >= Self.interval {
                state.shared.endInterval(after: (time - state.begin) / .seconds(1))
                state.begin = time
            }
            state.requests += 1
            let decision = state.shared.decide(
                among: offers.span, value: value, criticality: criticality,
                draw: RequestDraw(number: state.requests))
            state.decisions.count(decision, of: offers.count, criticality: criticality)
            return decision
        }
        switch decision {
        case .serve(let offer): return offers[offer].cost
        case .shed(let seconds): throw .shed(retryAfterSeconds: seconds)
        }
    }

    /// Books what a request has spent.
    func book(_ spent: CostUnits) {
        state.withLock { $0.shared.book(spent: spent) }
    }

    var counters: CapacityCounters {
        state.withLock { state in
            var counters = state.decisions
            counters.lambda = state.shared.allocator.lambda
            return counters
        }
    }
}

/// What was decided since the node began.
public struct CapacityCounters: Sendable, Equatable {
    /// Requests that got the cheapest of their offers, the dearest, or one between.
    public private(set) var cheapest = 0
    public private(set) var between = 0
    public private(set) var dearest = 0
    /// Requests turned away, in the order of ``Planning/Criticality``.
    public private(set) var shed = [0, 0, 0]
    /// What a unit must find now to be spent: value × recall.
    public internal(set) var lambda = 0.0

    init() {}

    mutating func count(_ decision: SharedCapacity.Decision, of offers: Int, criticality: Criticality) {
        switch decision {
        case .shed: shed[criticality.rawValue] += 1
        case .serve(let offer) where offer == offers - 1: dearest += 1
        case .serve(0): cheapest += 1
        case .serve: between += 1
        }
    }
}
