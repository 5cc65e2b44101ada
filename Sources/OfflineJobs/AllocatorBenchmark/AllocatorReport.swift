import Foundation
public import JSON

/// What an allocator benchmark found.
public struct AllocatorReport: Sendable {
    /// Means over the seeds at one spend.
    public struct Figures: Sendable {
        /// Value-weighted recall when the allocator shares the spend out.
        public let allocator: SeedMean
        /// What it spent, as a share of what it was allowed.
        public let spent: SeedMean
        /// Value-weighted recall of the best mix of two plans that all get alike.
        public let uniform: SeedMean
        /// That of the best single plan that fits.
        public let fixed: SeedMean
        public let fixedPlan: String
        /// The spend at which the allocator reaches the uniform recall, as a share of the uniform spend.
        public let equalSpend: SeedMean
    }

    /// One spend.
    public struct Row: Sendable {
        /// Share of the uniform plan's cost.
        public let share: Double
        /// Units a request.
        public let units: Double
        /// `nil` where not even the cheapest plan fits.
        public let figures: Figures?
    }

    public let items: Int
    /// Queries that expectations are from.
    public let fitted: Int
    /// Queries that are replayed.
    public let replayed: Int
    /// Whether values come from the data set's own ratings.
    public let hasRatings: Bool
    public let seeds: Int
    /// Requests of a stream that count.
    public let requests: Int
    public let uniformPlan: String
    /// Units that it costs on average.
    public let uniformUnits: Double
    public let rows: [Row]

    /// The report as people read it.
    public var lines: [String] {
        let values = hasRatings ? "their ratings" : "ratings drawn as MovieLens 100K has them"
        let head = [
            "\(items) items; plans known from \(fitted) users, \(requests) requests of \(replayed) others, \(seeds) seeds",
            "values 2^rating - 1 of \(values); costs without what every plan costs alike",
            "100 % is \(uniformPlan), \(String(format: "%.1f", uniformUnits)) units a request", "",
            "spend   allocator               uniform budget          best fixed plan         equal at",
        ]
        return head
            + rows.map { row in
                let share = String(format: "%3.0f %%   ", row.share * 100)
                guard let figures = row.figures else { return share + "less than the cheapest plan costs" }
                return share
                    + [figures.allocator, figures.uniform, figures.fixed].map { $0.text + "   " }.joined()
                    + String(format: "%.1f %% ± %.1f", figures.equalSpend.mean * 100, figures.equalSpend.margin * 100)
            }
    }

    /// The report as scripts read it.
    public var json: JSONValue {
        .object([
            "items": .integer(items), "fitted": .integer(fitted), "replayed": .integer(replayed),
            "has_ratings": .bool(hasRatings), "seeds": .integer(seeds), "requests": .integer(requests),
            "uniform_plan": .string(uniformPlan), "uniform_units": .number(uniformUnits),
            "rows": .array(
                rows.map { row in
                    .object([
                        "share": .number(row.share), "units": .number(row.units),
                        "allocator": row.figures?.allocator.json ?? .null, "spent": row.figures?.spent.json ?? .null,
                        "uniform": row.figures?.uniform.json ?? .null, "fixed": row.figures?.fixed.json ?? .null,
                        "fixed_plan": row.figures.map { .string($0.fixedPlan) } ?? .null,
                        "equal_spend": row.figures?.equalSpend.json ?? .null,
                    ])
                }),
        ])
    }
}

/// A figure over seeds: its mean, and how far the 95 % interval reaches to each side.
public struct SeedMean: Hashable, Sendable {
    public let mean: Double
    public let margin: Double

    init(_ sample: [Double]) {
        let sampled = SampleMean(sample)
        mean = sampled.value
        // Student's t for 19 degrees of freedom; the benchmark has 20 seeds unless told otherwise.
        margin = 2.093 * sampled.error
    }

    var text: String { String(format: "%.4f [%.4f, %.4f]", mean, mean - margin, mean + margin) }
    var json: JSONValue { .object(["mean": .number(mean), "margin": .number(margin)]) }
}
