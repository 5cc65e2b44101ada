#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Intervals of a share that hold at all looks together, exactly, from the first trial on.
///
/// Under the true share p, the likelihood of the trials under shares drawn from Jeffreys' Beta(½, ½), over that under p,
/// is a martingale of mean 1, so it passes 1 / α with a chance of α at most, at whichever look: Robbins, "Statistical
/// Methods Related to the Law of the Iterated Logarithm", Annals of Mathematical Statistics 1970; Ville's inequality. The
/// interval holds the shares that have not been passed. Trials are independent of one another.
package struct ShareSequence: Hashable, Sendable {
    package let events: Int
    package let trials: Int

    package init(events: Int, of trials: Int) {
        precondition(0 <= events && events <= trials, "\(events) events of \(trials) trials.")
        self.events = events
        self.trials = trials
    }

    /// Logarithm of the evidence against a share, from 0 to 1; infinite where the trials rule it out.
    package func evidence(against share: Double) -> Double {
        let hits = Double(events)
        let misses = Double(trials - events)
        return StudentDistribution.logBeta(hits + 0.5, misses + 0.5) - log(Double.pi)
            - (events > 0 ? hits * log(share) : 0) - (events < trials ? misses * log1p(-share) : 0)
    }

    /// Chance of so much evidence at any look when the share is the true one.
    package func pValue(of share: Double) -> Double { min(1, exp(-evidence(against: share))) }

    /// Shares that no look has ruled out on these trials.
    package func interval(falsePositiveRate: Double) -> Interval {
        guard trials > 0 else { return Interval(lower: 0, upper: 1) }
        let limit = -log(falsePositiveRate)
        let seen = Double(events) / Double(trials)
        let lower = NormalDistribution.bisection(from: 0, to: seen) { evidence(against: $0) > limit }
        let upper = NormalDistribution.bisection(from: seen, to: 1) { evidence(against: $0) < limit }
        return Interval(lower: events == 0 ? 0 : lower, upper: events == trials ? 1 : upper)
    }

    /// Least and most of `trials` values that lie at or below their distribution's quantile, at all looks together.
    static func counts(below quantile: Double, trials: Int, falsePositiveRate: Double) -> ClosedRange<Int> {
        let limit = -log(falsePositiveRate)
        func isOpen(_ count: Int) -> Bool {
            ShareSequence(events: count, of: trials).evidence(against: quantile) < limit
        }
        // The evidence is convex in the count and least about the expected one.
        let middle = min(max(Int((quantile * Double(trials)).rounded()), 0), trials)
        var (closed, open) = (-1, middle)
        while open - closed > 1 {
            let half = closed + (open - closed) / 2
            if isOpen(half) { open = half } else { closed = half }
        }
        let least = open
        (open, closed) = (middle, trials + 1)
        while closed - open > 1 {
            let half = open + (closed - open) / 2
            if isOpen(half) { open = half } else { closed = half }
        }
        return least...open
    }
}
