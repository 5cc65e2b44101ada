/// What a tier does to its ranked items: at most so many of a kind, more or less weight for some.
public struct TierRules: Equatable, Sendable {
    /// Items whose score is multiplied.
    public struct Boost: Equatable, Sendable {
        /// Which items.
        public enum Condition: Equatable, Sendable {
            /// Those of a category.
            case category(String)
            /// Those whose attribute holds a text.
            case attribute(String, equals: String)
        }

        public let condition: Condition
        /// Above 0, at most 10; less than 1 buries.
        public let factor: Double

        public init(condition: Condition, factor: Double) {
            self.condition = condition
            self.factor = factor
        }
    }

    /// The most items of one category in an answer, at least 1; `nil` for any number.
    public let maximumPerCategory: Int?
    /// In the document's order; an item to which several apply gets the product.
    public let boosts: [Boost]

    public init(maximumPerCategory: Int? = nil, boosts: [Boost] = []) {
        self.maximumPerCategory = maximumPerCategory
        self.boosts = boosts
    }

    /// Whether there is nothing to do.
    public var isEmpty: Bool { maximumPerCategory == nil && boosts.isEmpty }
}
