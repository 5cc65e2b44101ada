/// Which of two interleaved rankings users click more.
///
/// A unit's clicks make one vote, for the team with more of them; ties vote for nobody. Without a difference votes are tosses
/// of a fair coin. The score is that of Chapelle, Joachims, Radlinski, Yue, "Large-Scale Validation and Analysis of
/// Interleaved Search Evaluation", ACM TOIS 2012, section 4. Votes must not hang together: give all clicks of a user at
/// once, not list by list, when users come often.
public struct InterleavingScore: Hashable, Sendable {
    public private(set) var treatmentWins: Int
    public private(set) var controlWins: Int
    public private(set) var ties: Int

    /// Takes over votes, none negative.
    public init(treatmentWins: Int = 0, controlWins: Int = 0, ties: Int = 0) {
        precondition(min(treatmentWins, controlWins, ties) >= 0, "\(treatmentWins), \(controlWins), \(ties) votes.")
        self.treatmentWins = treatmentWins
        self.controlWins = controlWins
        self.ties = ties
    }

    /// Counts the vote of one more unit.
    public mutating func add(controlClicks: Int, treatmentClicks: Int) {
        if treatmentClicks > controlClicks {
            treatmentWins += 1
        } else if controlClicks > treatmentClicks {
            controlWins += 1
        } else {
            ties += 1
        }
    }

    /// Counts the votes of other units.
    public mutating func merge(_ other: InterleavingScore) {
        treatmentWins += other.treatmentWins
        controlWins += other.controlWins
        ties += other.ties
    }

    private var votes: ShareSequence { ShareSequence(events: treatmentWins, of: treatmentWins + controlWins) }

    /// From −½ to ½, above 0 when treatment wins: its share of units, ties halved, less ½; `nil` without units.
    public var preference: Double? {
        let units = treatmentWins + controlWins + ties
        return units > 0 ? Double(treatmentWins - controlWins) / Double(2 * units) : nil
    }

    /// Chance of votes this uneven from a fair coin, at one look chosen before: the sign test, exact, two-sided.
    public var fixedHorizonP: Double {
        let more = max(treatmentWins, controlWins)
        let fewer = min(treatmentWins, controlWins)
        guard more > 0 else { return 1 }
        return min(1, 2 * StudentDistribution.beta(0.5, Double(more), Double(fewer + 1)))
    }

    /// Chance of votes this uneven from a fair coin at any look; exact.
    public var alwaysValidP: Double { votes.pValue(of: 0.5) }

    /// Treatment's share of votes, ties left out; all looks together miss the true one at the false positive rate.
    public func treatmentShare(falsePositiveRate: Double) -> Interval {
        votes.interval(falsePositiveRate: falsePositiveRate)
    }

    /// The winner in a sentence; none while the votes do not tell.
    public func sentence(falsePositiveRate: Double = 0.05) -> String {
        let share = treatmentShare(falsePositiveRate: falsePositiveRate)
        let votes = "treatment wins \(treatmentWins) votes, control \(controlWins), \(ties) ties"
        let confidence = (1 - falsePositiveRate).percent
        let evidence = "\(votes); treatment's share is in \(share.shown) at \(confidence) always-valid"
        guard !share.contains(0.5) else { return "No verdict: \(evidence)." }
        return "\(share.lower > 0.5 ? "Treatment's" : "Control's") lists are better: \(evidence)."
    }
}
