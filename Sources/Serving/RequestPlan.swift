import Domain
import Planning

/// How a request will be answered, and under which tier it is booked.
struct RequestPlan {
    let tier: String
    /// What is scanned and reranked; `nil` for popular items, where the budget pays for no scan.
    let choice: Planner.Choice?
    let planned: CostUnits
    /// The most that the request may spend.
    let ceiling: CostUnits
    /// What the answer costs when the query is there: fetching the user and running the tower leave as much.
    let reserve: CostUnits
    /// Whether the user's rows are fetched.
    let fetchesUser: Bool
    let explanation: AllottedExplanation?
}
