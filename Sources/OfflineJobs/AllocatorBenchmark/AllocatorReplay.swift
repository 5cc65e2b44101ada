import Domain
package import Planning

/// Serves a stream of requests from measured queries, in several ways.
package struct AllocatorReplay: Sendable {
    /// What a stream came to.
    package struct Outcome: Hashable, Sendable {
        /// Value × recall of all requests, over their value.
        package let recall: Double
        /// Units a request, on average.
        package let spend: Double
    }

    private let expected: ExpectedPlans
    private let queries: [MeasuredQuery]
    private let stream: [ReplayedRequest]

    /// Requests of an interval, at whose end λ moves.
    static let interval = 250
    /// Requests before the first that counts: λ begins at 0 and has to be found.
    static let warmUp = 20 * interval

    /// Prepares a replay.
    ///
    /// - Parameters:
    ///   - expected: From queries other than these.
    ///   - queries: What the stream asks.
    ///   - stream: Longer than ``warmUp``.
    package init(expected: ExpectedPlans, queries: [MeasuredQuery], stream: [ReplayedRequest]) {
        precondition(stream.count > Self.warmUp, "A stream of \(stream.count) ends before λ is found.")
        self.expected = expected
        self.queries = queries
        self.stream = stream
    }

    /// Gives every request the same mix of plans.
    func uniform(_ mix: PlanMix) -> Outcome {
        let grid = expected.grid
        return outcome { request in
            let query = queries[request.query]
            func mean(_ of: (AllocatorGrid.Plan, MeasuredQuery) -> Double) -> Double {
                (1 - mix.share) * of(mix.first, query) + mix.share * of(mix.second, query)
            }
            return (mean { grid.recall(of: $0, for: $1) }, mean { grid.cost(of: $0, for: $1) })
        }
    }

    /// Shares a capacity of `units` a request out: the allocator chooses a plan, and once more the depth of the rerank when
    /// the scan has told the query's class.
    ///
    /// - Throws: ``Planning/CapacityError``.
    package func allocated(spending units: Double) throws(CapacityError) -> Outcome {
        var shared = SharedCapacity(try Capacity(unitsPerSecond: units * Double(Self.interval)))
        let (grid, offers) = (expected.grid, expected.offers)
        var served = 0
        return outcome { request in
            defer {
                served += 1
                if served % Self.interval == 0 { shared.endInterval(after: 1) }
            }
            let decision = shared.decide(among: offers.span, value: request.value, draw: request.draw)
            guard case .serve(let offer) = decision else { return (0, 0) }
            let scan = expected.frontier[offer].scan
            let query = queries[request.query]
            let depths = expected.offers(after: scan, for: query)
            let depth = shared.allocator.choice(among: depths.span, value: request.value, draw: request.draw).offer
            let plan = AllocatorGrid.Plan(scan: scan, depth: depth)
            let cost = grid.cost(of: plan, for: query)
            shared.book(spent: CostUnits(microunits: Int(cost * 1e6)))
            return (grid.recall(of: plan, for: query), cost)
        }
    }

    /// The least spend at which the allocator reaches a value-weighted recall, by halving.
    ///
    /// - Throws: ``Planning/CapacityError``.
    func spend(reaching recall: Double, atMost units: Double) throws(CapacityError) -> Double {
        var (low, high) = (0.2 * units, 1.2 * units)
        for _ in 0..<10 {
            let middle = (low + high) / 2
            if try allocated(spending: middle).recall >= recall { high = middle } else { low = middle }
        }
        return try allocated(spending: high).spend
    }

    private func outcome(_ serve: (ReplayedRequest) -> (recall: Double, cost: Double)) -> Outcome {
        var (worth, value, spent) = (0.0, 0.0, 0.0)
        for (number, request) in stream.enumerated() {
            let served = serve(request)
            guard number >= Self.warmUp else { continue }
            worth += request.value * served.recall
            value += request.value
            spent += served.cost
        }
        return Outcome(recall: worth / value, spend: spent / Double(stream.count - Self.warmUp))
    }
}
