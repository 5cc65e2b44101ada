package import Domain

/// What a node loads beside its requests: one generation at a time, and one that failed later each time.
///
/// Pure: it is told the time.
package struct LoadSchedule {
    /// Time between a failure and the next try at first; doubled by each that follows.
    package static let pause: Duration = .seconds(1)
    /// Time between two tries at most.
    package static let longestPause: Duration = .seconds(60)

    private var underWay: GenerationNumber?
    private var failures: [GenerationNumber: (count: Int, retry: Duration)] = [:]

    package init() {}

    /// Begins to load the first of some generations that may be tried now.
    ///
    /// - Returns: `nil` when there is none, or a load is under way.
    package mutating func begin(_ wanted: [GenerationNumber], at moment: Duration) -> GenerationNumber? {
        guard underWay == nil else { return nil }
        underWay = wanted.first { number in failures[number].map { $0.retry <= moment } ?? true }
        return underWay
    }

    /// The load that was begun has ended.
    package mutating func end(failed: Bool, at moment: Duration) {
        guard let number = underWay else { return }
        underWay = nil
        guard failed else {
            failures[number] = nil
            return
        }
        let count = (failures[number]?.count ?? 0) + 1
        failures[number] = (count, moment + min(Self.pause * (1 << min(count - 1, 10)), Self.longestPause))
    }
}
