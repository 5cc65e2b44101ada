/// Two rankings shown as one list, each position chosen by one of them.
///
/// As captains pick teams: in each round both rankings add their best item that is not in the list yet, and a coin says which
/// goes first. So either has as many of the upper positions, and a click is a vote for the ranking that chose the item:
/// Radlinski, Kurup, Joachims, "How Does Clickthrough Data Reflect Retrieval Quality?", CIKM 2008, algorithm 2. That
/// ends with the shorter ranking; here the longer one fills the list, in positions of no team. And of no team is an item that
/// both would add next: the coin would make its click a vote for either alike, which is noise (on lists of one model's tiers,
/// which have most of their errors in common, votes tell as much from two thirds of the requests without it).
public struct TeamDraft<Item: Hashable & Sendable>: Hashable, Sendable {
    /// The rankings' sides.
    public enum Team: String, Hashable, Sendable {
        case control
        case treatment
    }

    /// A shown item and who chose it.
    public struct Position: Hashable, Sendable {
        public let item: Item
        /// `nil` where both would have chosen it, or only one ranking was left to choose: a click there is nobody's.
        public let team: Team?

        /// Creates a position, as drafted or as logged.
        public init(item: Item, team: Team?) {
            self.item = item
            self.team = team
        }
    }

    /// First position first; no item twice.
    public let positions: [Position]

    /// Takes over a list that was logged.
    public init(positions: [Position]) {
        self.positions = positions
    }

    /// Drafts a list.
    ///
    /// Linear in the lengths of the rankings.
    ///
    /// - Parameters:
    ///   - control: Best first; an item that comes again is passed over.
    ///   - treatment: Likewise.
    ///   - count: Most positions; 0 or more.
    ///   - generator: Tosses a coin a round; the same generator drafts the same list.
    public init(
        control: [Item], treatment: [Item], count: Int, using generator: inout some RandomNumberGenerator
    ) {
        precondition(count >= 0, "A list of \(count) positions.")
        var drafted: [Position] = []
        var (taken, picks) = (Set<Item>(), 0)
        var rest = (control: control[...], treatment: treatment[...])
        var isTreatmentsTurn = false
        while drafted.count < count {
            rest.control = rest.control.drop(while: taken.contains)
            rest.treatment = rest.treatment.drop(while: taken.contains)
            guard let own = rest.control.first, let other = rest.treatment.first else {
                guard let left = rest.control.first ?? rest.treatment.first else { break }
                drafted.append(Position(item: left, team: nil))
                taken.insert(left)
                continue
            }
            guard own != other else {
                drafted.append(Position(item: own, team: nil))
                taken.insert(own)
                continue
            }
            isTreatmentsTurn = picks.isMultiple(of: 2) ? Bool.random(using: &generator) : !isTreatmentsTurn
            picks += 1
            let item = isTreatmentsTurn ? other : own
            drafted.append(Position(item: item, team: isTreatmentsTurn ? .treatment : .control))
            taken.insert(item)
        }
        positions = drafted
    }

    /// Clicked items of each team; an item clicked again counts once.
    public func credit(clicked: Set<Item>) -> (control: Int, treatment: Int) {
        let clicks = positions.filter { clicked.contains($0.item) }
        return (clicks.count { $0.team == .control }, clicks.count { $0.team == .treatment })
    }
}
