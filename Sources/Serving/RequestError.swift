public import Domain

/// Why a request was refused; each case is the caller's to mend, but the last four.
public enum RequestError: Error, Equatable {
    /// A member of the request makes no sense; `pointer` is its JSON pointer.
    case invalid(pointer: String, detail: String)
    case unknownItem(ItemID)
    case unknownTier(String, known: [String])
    /// More items were asked for than the catalogue has.
    case tooManyItems(Int, there: Int)
    /// The budget does not pay for the cheapest plan that the tier allows.
    case budgetTooSmall(budget: CostUnits, floor: CostUnits, plan: String)
    /// As many requests wait as may.
    case busy(waiting: Int)
    /// The node's capacity does not even pay for the cheapest plans of all that ask.
    case shed(retryAfterSeconds: Int)
    /// No generation is active yet.
    case noGeneration
    /// The store cannot be reached, so nothing durable can be promised.
    case storeAway
}

extension RequestError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalid(let pointer, let detail):
            "\(pointer): \(detail)"
        case .unknownItem:
            "There is no such item, or the active model came with no vector for it. Send it with PUT /v1/items/{id} first, "
                + "or import its vector."
        case .unknownTier(let tier, let known):
            "There is no tier '\(tier)'. Use one of \(known.joined(separator: ", "))."
        case .tooManyItems(let count, let there):
            "\(count) items were asked for, and the catalogue has \(there). Ask for "
                + "\(max(there, RecommendationRequest.usualCount)) at most."
        case .budgetTooSmall(let budget, let floor, let plan):
            "The budget is \(budget) units; the cheapest plan allowed, \(plan), costs \(floor). "
                + "Allow at least \(floor.wholeUnits)."
        case .busy(let waiting):
            "\(waiting) requests wait to be answered already. Send it again later, or to another node."
        case .shed(let seconds):
            "This node is asked for more than its capacity pays for by the cheapest plans. Send it again in \(seconds) s, or "
                + "to another node."
        case .noGeneration:
            "No model is active yet, so there is nothing to recommend from. An operator makes one with `linden train`."
        case .storeAway:
            "The database cannot be reached. Nothing was stored; send it again later."
        }
    }
}
