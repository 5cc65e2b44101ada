public import Domain

/// What two generations find together while one is being built.
public struct BridgeReport: Sendable {
    /// How items are met that the new generation has not embedded yet.
    public enum Way: String, CaseIterable, Sendable {
        /// In the old generation, by the user vector that the old tower makes; scores are put on one scale.
        case ownTower = "own_tower"
        /// In the new one's space, turned there by an orthogonal map, by the new tower's user vector.
        case mapped
        /// Not at all.
        case leftOut = "left_out"
    }

    /// A share of the items embedded, and a way for the others.
    public struct Line: Hashable, Sendable {
        /// Share of the items that count as embedded, 0 to 1.
        public let share: Double
        public let way: Way
        /// At each rung, the share of held-out items among the first ``BridgeReport/k``, 0 to 1.
        public var recall: [Double]
        /// At each rung, the share of the first ``BridgeReport/k`` that the new generation alone gives once all is embedded.
        public var overlap: [Double]

        public init(share: Double, way: Way, recall: [Double], overlap: [Double]) {
            (self.share, self.way, self.recall, self.overlap) = (share, way, recall, overlap)
        }
    }

    /// The generation under way.
    public let generation: GenerationNumber
    /// The one that serves.
    public let active: GenerationNumber
    /// Of both.
    public let ladder: PrefixLadder
    /// Items that it has embedded so far, of how many.
    public let embedded: Int
    public let catalogue: Int
    /// Items with a vector in both that were ranked.
    public let items: Int
    /// Users that were asked for.
    public let users: Int
    public let k: Int
    /// At each rung, the recall of the new generation once all is embedded.
    public let whole: [Double]
    public let lines: [Line]

    /// What a line keeps of the whole's recall, at each rung; not a number where that is 0.
    public func kept(_ line: Line) -> [Double] { zip(line.recall, whole).map { $0 / $1 } }
}

/// Why two generations cannot be bridged.
public enum BridgeRefusal: Error, Equatable, CustomStringConvertible {
    case serves(GenerationNumber)
    case noVectors(GenerationNumber, GenerationState)
    case otherLadder(GenerationNumber, PrefixLadder, GenerationNumber, PrefixLadder)
    case noUserTower(GenerationNumber)
    case nobodyToAsk(GenerationNumber)

    public var description: String {
        switch self {
        case .serves(let number):
            "\(number) serves; a bridge leads from the generation that serves to another. `linden models list` shows them."
        case .noVectors(let number, .dropped):
            "\(number) was dropped and has no vectors. `linden models list` shows what there is."
        case .noVectors(let number, _):
            "\(number) has no item vectors yet. `linden models backfill \(number)` begins; ask again while it runs."
        case .otherLadder(let number, let ladder, let active, let old):
            "\(number) was trained for \(ladder), and \(active), which serves, for \(old). Bridge generations of one ladder, "
                + "or let the backfill end first."
        case .noUserTower(let number):
            "\(number) is of vectors from elsewhere, without a user tower, so there is nobody to ask it for. Let the backfill "
                + "end first."
        case .nobodyToAsk(let number):
            "No user has held-out items among those that \(number) and the serving generation have embedded. Let the backfill "
                + "go on, or import more interactions, and ask again."
        }
    }
}
