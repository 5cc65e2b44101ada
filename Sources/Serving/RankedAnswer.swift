import Domain
import Planning
import Ranking

/// The items of an answer, and how much of the full-vector answer they are.
struct RankedAnswer {
    /// Best first.
    var candidates: [Candidate]
    /// What the request's own scores tell, 0 to 1; `nil` where nobody asked them.
    var estimatedRecall: Double?
    /// How many of the last are popular items, that no scan found.
    var popularCount = 0
}

extension Planner.Choice {
    /// When the rerank ends; `nil` for a plan that goes all the way.
    func goal(count: Int, hasAll: Bool) -> RecallGoal? {
        guard count > 0, let target, let predictor else { return nil }
        return RecallGoal(predictor: predictor, target: target, count: count, hasAll: hasAll)
    }
}
