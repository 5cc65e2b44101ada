/// Which candidate is tried next and for how long: successive halving, again and again.
///
/// Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016
/// (arXiv:1502.07943); brackets follow on each other as in Hyperband (Li et al., JMLR 18(185), 2018, arXiv:1603.06560), each
/// with the winner of the last one. Other than there, that winner, to begin with candidate 0, is never dropped: whoever takes
/// its place has been better at the same length. Equal scores go to the lower number.
struct HalvingSchedule: Sendable {
    /// A trial to make: a candidate by number, and how far up it has come.
    struct Assignment: Hashable, Sendable {
        let candidate: Int
        let level: Int
    }

    /// Candidates of a bracket's first level.
    private let bracket: Int
    /// One candidate of so many goes up a level.
    private let rate: Int
    private let levels: Int
    /// Candidates there are.
    private let limit: Int
    private var incumbent = 0
    /// The bracket's first candidate beside the incumbent, and the first that no bracket has had.
    private var first = 1
    private var fresh = 1
    private var level = 0
    /// Candidates of the level under way, and how many of them have been looked at.
    private var field: [Int]
    private var position = 0
    private var scores: [Assignment: Double] = [:]

    /// - Parameters:
    ///   - bracket: Candidates of a bracket's first level; 2 or more.
    ///   - rate: One candidate of so many goes up a level; 2 or more.
    ///   - levels: Lengths of trials.
    ///   - limit: Candidates there are; 1 or more.
    init(bracket: Int = 9, rate: Int = 3, levels: Int = 3, limit: Int) {
        precondition(bracket > 1 && rate > 1 && levels > 0 && limit > 0, "\(bracket), \(rate), \(levels), \(limit)")
        (self.bracket, self.rate, self.levels, self.limit) = (bracket, rate, levels, limit)
        field = []
        open()
    }

    /// The next trial; `nil` when all candidates have been tried, or the first could not be scored.
    mutating func next() -> Assignment? {
        while true {
            if position > 0, scores[Assignment(candidate: incumbent, level: level)] == nil { return nil }
            while position < field.count {
                let assignment = Assignment(candidate: field[position], level: level)
                position += 1
                if scores[assignment] == nil { return assignment }
            }
            if level + 1 < levels, field.count > 1 {
                let kept = ranked(level).prefix(max(1, field.count / rate))
                level += 1
                field = [incumbent] + kept.filter { $0 != incumbent }
                position = 0
            } else {
                incumbent = best
                guard fresh < limit else { return nil }
                open()
            }
        }
    }

    /// Takes the score of a trial; higher is better.
    mutating func record(_ score: Double, of assignment: Assignment) { scores[assignment] = score }

    /// The best so far: whoever was better than the incumbent in full.
    ///
    /// Shorter trials choose who is tried longer, but their order often turns by the end.
    var best: Int {
        let ranked = ranked(levels - 1)
        return level == levels - 1 && ranked.contains(incumbent) ? ranked[0] : incumbent
    }

    private mutating func open() {
        let end = min(limit, fresh + bracket - 1)
        field = [incumbent] + Array(fresh..<end)
        (first, fresh, level, position) = (fresh, end, 0, 0)
    }

    /// This bracket's candidates with a score at a level, best first.
    private func ranked(_ level: Int) -> [Int] {
        let scored = scores.filter {
            $0.key.level == level && ($0.key.candidate == incumbent || $0.key.candidate >= first)
        }
        return scored.sorted { ($1.value, $0.key.candidate) < ($0.value, $1.key.candidate) }.map(\.key.candidate)
    }
}
