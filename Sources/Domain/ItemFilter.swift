/// Which items a request allows.
///
/// Keys are joined by *and*, the values of one key by *or*.
public struct ItemFilter: Hashable, Sendable {
    /// Allowed categories; an item passes with any of them, and with none named all pass.
    public var categories: [String]
    /// Allowed values by attribute key; an item passes a key with any of its values.
    public var attributes: [String: [String]]
    /// `true`: only available items; `false`: only unavailable ones; `nil`: both.
    public var isAvailable: Bool?

    public init(categories: [String] = [], attributes: [String: [String]] = [:], isAvailable: Bool? = true) {
        self.categories = categories
        self.attributes = attributes
        self.isAvailable = isAvailable
    }

    /// Only what may be recommended now.
    public static let available = ItemFilter()
}
