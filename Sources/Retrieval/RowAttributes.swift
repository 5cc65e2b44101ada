public import Domain

/// What a filter may ask of a row: the item's availability, categories and attributes.
public struct RowAttributes: Hashable, Sendable {
    /// Whether the item may be recommended now.
    public let isAvailable: Bool
    /// Names from a small set.
    public let categories: [String]
    /// Declared keys with their values.
    public let attributes: [String: [String]]

    /// An available item of which nothing else is known.
    public static let plain = RowAttributes()

    public init(
        isAvailable: Bool = true, categories: [String] = [], attributes: [String: [String]] = [:]
    ) {
        self.isAvailable = isAvailable
        self.categories = categories
        self.attributes = attributes
    }

    /// The part of an item that filters ask for.
    public init(_ item: CatalogueItem) {
        self.init(isAvailable: item.isAvailable, categories: item.categories, attributes: item.attributes)
    }

    /// The values that filters can ask for, each once.
    var facets: Set<Facet> {
        var facets = Set(categories.map { Facet(key: .category, value: $0) })
        for (key, values) in attributes {
            for value in values {
                facets.insert(Facet(key: .attribute(key), value: value))
            }
        }
        return facets
    }
}

/// A value that filters can ask for.
struct Facet: Hashable, Sendable {
    let key: FacetKey
    let value: String
}

/// What a facet is a value of.
enum FacetKey: Hashable, Sendable {
    case category
    case attribute(String)
}
