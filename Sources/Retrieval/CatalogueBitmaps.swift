import Domain
import VectorKernels

/// Which rows exist, which may be recommended, and which have each category and attribute value.
struct CatalogueBitmaps: Sendable {
    /// Rows that no delete or newer row has replaced.
    private(set) var live = RowMask(rowCount: 0)
    /// Rows whose item may be recommended now, dead ones included.
    private(set) var available = RowMask(rowCount: 0)
    /// Rows of each facet, dead ones included: `live` takes those out.
    private(set) var rows: [RowSet] = []
    /// Number of each facet in `rows`.
    private var facets: [FacetKey: [String: Int]] = [:]
    /// The facets of each row, as numbers in `rows`.
    private(set) var facetsOfRow = RowFacets()

    init() {}

    /// Puts together what was kept.
    ///
    /// - Parameters:
    ///   - live: Rows that are.
    ///   - available: Rows that may be recommended.
    ///   - names: The facets, in the order of their numbers.
    ///   - rows: The rows of each facet.
    ///   - facetsOfRow: The facets of each row.
    init(live: RowMask, available: RowMask, names: [Facet], rows: [RowSet], facetsOfRow: RowFacets) {
        self.live = live
        self.available = available
        self.rows = rows
        self.facetsOfRow = facetsOfRow
        for (number, facet) in names.enumerated() { facets[facet.key, default: [:]][facet.value] = number }
    }

    /// The facets in the order of their numbers.
    var facetNames: [Facet] {
        facets.flatMap { key, values in values.map { (number: $1, facet: Facet(key: key, value: $0)) } }
            .sorted { $0.number < $1.number }.map(\.facet)
    }

    /// The attribute keys that an item has or had, in order.
    var attributeKeys: [String] {
        facets.keys.compactMap { if case .attribute(let name) = $0 { name } else { nil } }.sorted()
    }

    /// The number of a value that an item has or had.
    func number(of key: FacetKey, _ value: String) -> Int? { facets[key]?[value] }

    /// The numbers of a key's values.
    func numbers(of key: FacetKey) -> Set<Int> { Set((facets[key] ?? [:]).values) }

    /// Adds a row at the end.
    mutating func append(_ attributes: RowAttributes) {
        live.append(true)
        available.append(attributes.isAvailable)
        let numbers = attributes.facets.map { number(of: $0) }
        for number in numbers {
            rows[number].insert(live.rowCount - 1)
        }
        facetsOfRow.append(numbers)
    }

    /// Ends a row's life; it is never served again.
    mutating func remove(_ row: Int) {
        live.remove(row)
    }

    /// The same rows in other places.
    ///
    /// - Parameter rowOfSlot: The row for each place; ``ListSegment/noRow`` leaves a place without one.
    /// - Returns: Bitmaps by place.
    func reordered(by rowOfSlot: [UInt32]) -> CatalogueBitmaps {
        var result = CatalogueBitmaps()
        result.facets = facets
        result.rows = [RowSet](repeating: RowSet(), count: rows.count)
        for (slot, row) in rowOfSlot.enumerated() {
            let row = Int(row)
            guard row != Int(ListSegment.noRow) else {
                result.appendNothing()
                continue
            }
            result.live.append(live.contains(row))
            result.available.append(available.contains(row))
            let numbers = facetsOfRow[row]
            for number in numbers {
                result.rows[number].insert(slot)
            }
            result.facetsOfRow.append(numbers)
        }
        return result
    }

    /// Leaves a place without a row at the end.
    mutating func appendNothing() {
        live.append(false)
        available.append(false)
        facetsOfRow.append([])
    }

    /// Gives a row other attributes.
    mutating func set(_ attributes: RowAttributes, ofRow row: Int) {
        if attributes.isAvailable { available.insert(row) } else { available.remove(row) }
        let numbers = attributes.facets.map { number(of: $0) }
        for number in facetsOfRow[row] {
            rows[number].remove(row)
        }
        for number in numbers {
            rows[number].insert(row)
        }
        facetsOfRow[row] = numbers
    }

    /// The live rows that pass a filter: all of its keys, any of the values of each.
    ///
    /// - Throws: ``RetrievalError/undeclaredAttribute(_:declared:)``.
    func mask(for filter: ItemFilter) throws(RetrievalError) -> RowMask {
        var mask = live
        if !filter.includesUnavailable { mask.formIntersection(available) }
        if let categories = filter.categories {
            mask.formIntersection(anyOf: categories, rows: rows, numbers: facets[.category] ?? [:])
        }
        for (key, values) in filter.attributes {
            guard let numbers = facets[.attribute(key)] else {
                throw .undeclaredAttribute(key, declared: attributeKeys)
            }
            mask.formIntersection(anyOf: values, rows: rows, numbers: numbers)
        }
        return mask
    }

    private mutating func number(of facet: Facet) -> Int {
        if let number = facets[facet.key]?[facet.value] { return number }
        rows.append(RowSet())
        facets[facet.key, default: [:]][facet.value] = rows.count - 1
        return rows.count - 1
    }
}

extension RowMask {
    /// Keeps the rows that have one of `values`; a value that no row has matches none.
    fileprivate mutating func formIntersection(anyOf values: [String], rows: [RowSet], numbers: [String: Int]) {
        var any = RowMask(rowCount: rowCount)
        for number in values.compactMap({ numbers[$0] }) {
            rows[number].forEachWord { word, index in any.formUnion(word: word, at: index) }
        }
        formIntersection(any)
    }
}
