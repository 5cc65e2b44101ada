package import Domain

/// Decides when what plans find is measured again.
///
/// Pure: it is told the time.
package struct RecalibrationSchedule {
    /// Share of the measured items by which the catalogue grows or shrinks before it is measured again; 0 for never.
    private let growth: Double
    private var generation: GenerationNumber?
    private var next: Duration?
    private var failures = 0

    /// Time between a measurement and the next one at least; doubled by each that fails.
    package static let pause: Duration = .seconds(60)
    /// Time after a failure at most.
    package static let longestPause: Duration = .seconds(3_600)

    package init(growth: Double) {
        self.growth = growth
    }

    /// Whether to measure now.
    ///
    /// - Parameters:
    ///   - frontier: What plans are chosen by; `nil` before it was measured.
    ///   - generation: The one that serves.
    ///   - rows: Items that it serves.
    ///   - costModel: Revision of the prices in use. What was measured under later ones stands: this node has not taken them
    ///     over yet, and others would be served worse by what it measured.
    ///   - moment: Time since any fixed moment.
    /// - Returns: Whether to.
    package func isDue(
        _ frontier: Frontier?, of generation: GenerationNumber, rows: Int, costModel: Int, at moment: Duration
    ) -> Bool {
        guard growth > 0, rows > 0 else { return false }
        if let next, generation == self.generation, moment < next { return false }
        guard let frontier, frontier.costModel >= costModel else { return true }
        return frontier.costModel == costModel && abs(Double(rows - frontier.rows)) > growth * Double(frontier.rows)
    }

    /// A measurement has ended.
    package mutating func ended(successfully: Bool, of generation: GenerationNumber, at moment: Duration) {
        failures = successfully || generation != self.generation ? 0 : failures + 1
        self.generation = generation
        next = moment + min(Self.pause * (1 << min(failures, 10)), Self.longestPause)
    }
}

/// What came of measuring again, since the node began.
public struct RecalibrationCounters: Hashable, Sendable {
    public internal(set) var started = 0
    public internal(set) var finished = 0
    public internal(set) var failed = 0

    public init() {}
}
