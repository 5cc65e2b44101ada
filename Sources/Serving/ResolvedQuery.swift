import Domain

/// What a request will be scanned with, and what that took.
struct ResolvedQuery {
    /// A vector of the generation's full length; `nil` when nothing is known to ask with.
    var vector: [Float]?
    /// Why items came, as answers say it: `two_tower`, `similar_item`.
    var reason: String
    /// Rows that must not come: seen, excluded, the item itself.
    var excludedRows: [Int] = []
    var degradation: [DegradationReason] = []
}
