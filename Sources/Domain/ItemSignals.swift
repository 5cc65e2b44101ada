/// What a user's events with one item come to; ``InteractionWeights`` adds them, in any order.
public struct ItemSignals: Hashable, Sendable {
    /// Sum of the weights of the events that speak for the item, ratings left out.
    var strength: Float = 0
    /// The last rating, of several at one time the highest; `nil` when there is none.
    var rating: Float?
    var ratedAt = Timestamp.epoch
    /// When the user last chose the item, and last turned it down.
    var wantedAt: Timestamp?
    var rejectedAt: Timestamp?
    /// Time of the last event of any kind.
    public internal(set) var latest = Timestamp.epoch

    public init() {}

    /// Whether the last word on the item was no.
    var isRejected: Bool {
        guard let rejectedAt else { return false }
        return wantedAt.map { $0 <= rejectedAt } ?? true
    }
}
