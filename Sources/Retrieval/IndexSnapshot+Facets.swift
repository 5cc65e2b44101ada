extension IndexSnapshot {
    /// Numbers of a row's categories and attribute values; none of a row that is dead.
    ///
    /// They mean something in this snapshot only.
    public func facets(ofRow row: Int) -> [Int] { slot(ofRow: row).map { catalogue.facetsOfRow[$0] } ?? [] }

    /// The number of a category; `nil` when no item has or had it.
    public func facet(ofCategory name: String) -> Int? { catalogue.number(of: .category, name) }

    /// The number of an attribute's value; `nil` when no item has or had it.
    public func facet(ofAttribute name: String, value: String) -> Int? { catalogue.number(of: .attribute(name), value) }

    /// Numbers of all categories.
    public var categoryFacets: Set<Int> { catalogue.numbers(of: .category) }
}
