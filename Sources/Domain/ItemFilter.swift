/// Which items a request allows.
///
/// An item passes when it has one of the categories, one of the values of each attribute key, and is available.
public struct ItemFilter: Hashable, Sendable {
    /// Categories of which an item must have one; `nil` when any will do.
    public let categories: [String]?
    /// Values of which an item must have one, for each key.
    public let attributes: [String: [String]]
    /// Whether items that are not available now may be returned too.
    public let includesUnavailable: Bool

    public init(
        categories: [String]? = nil, attributes: [String: [String]] = [:], includesUnavailable: Bool = false
    ) {
        self.categories = categories
        self.attributes = attributes
        self.includesUnavailable = includesUnavailable
    }

    /// Conditions that an item is held against besides whether it may be recommended.
    public var conditionCount: Int { (categories == nil ? 0 : 1) + attributes.count }

    /// Whether every available item passes.
    public var isEmpty: Bool { categories == nil && attributes.isEmpty && !includesUnavailable }
}
