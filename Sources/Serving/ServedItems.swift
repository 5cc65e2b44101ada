package import Domain

/// The items of a snapshot by row, by number and by id.
///
/// The items that were there when the snapshot was loaded are shared by all its successors; what came since is kept
/// beside them, so that a change copies only the few that changed.
package struct ServedItems: Sendable {
    /// The items that were there when the snapshot was loaded, as they were then.
    let loaded: ItemColumns
    private var recent: [ServedItem] = []
    /// Items described anew that kept their row.
    private var described: [Int: ServedItem] = [:]
    private var recentRows: [ItemNumber: Int?] = [:]
    private var recentRowsByID: [ItemID: Int?] = [:]

    /// Starts with the rows of some columns.
    init(_ loaded: ItemColumns) {
        self.loaded = loaded
    }

    /// Rows are the positions in `items`; numbers and ids must be unique.
    package init(_ items: [ServedItem]) {
        var builder = ItemColumnsBuilder()
        for item in items { builder.append(item) }
        self.init(builder.finish())
    }

    /// Rows given so far, live or not.
    package var count: Int { loaded.count + recent.count }

    package subscript(row: Int) -> ServedItem {
        described[row] ?? (row < loaded.count ? loaded[row] : recent[row - loaded.count])
    }

    /// The live row of an item.
    package func row(of number: ItemNumber) -> Int? {
        if let recent = recentRows[number] { return recent }
        return loaded.row(of: number)
    }

    /// The live row of an item.
    package func row(of id: ItemID) -> Int? {
        if let recent = recentRowsByID[id] { return recent }
        return loaded.row(of: id)
    }

    /// Gives an item the next row; the row it had before is dead.
    package mutating func append(_ item: ServedItem) {
        recentRows[item.number] = .some(count)
        recentRowsByID[item.id] = .some(count)
        recent.append(item)
    }

    /// Describes the item of a row anew; number and id stay.
    package mutating func describe(_ row: Int, as item: ServedItem) {
        described[row] = item
    }

    /// Takes an item out; its row is dead.
    ///
    /// - Returns: The row it had, if it was there.
    package mutating func remove(_ number: ItemNumber) -> Int? {
        guard let row = row(of: number) else { return nil }
        recentRows[number] = Optional<Int?>.some(nil)
        recentRowsByID[self[row].id] = Optional<Int?>.some(nil)
        return row
    }

    /// The same rows as columns, with nothing beside them; dead rows keep their numbers.
    ///
    /// - Complexity: O(rows); `self` when nothing has changed since it was loaded.
    package func compacted() -> ServedItems {
        guard !recent.isEmpty || !described.isEmpty || !recentRows.isEmpty else { return self }
        var builder = ItemColumnsBuilder()
        for row in 0..<count {
            let item = self[row]
            builder.append(item, isLive: self.row(of: item.number) == row)
        }
        return ServedItems(builder.finish())
    }
}
