import Domain
import Towers

/// What a snapshot knows of the item in a row, besides its vectors.
struct ServedItem: Sendable {
    let number: ItemNumber
    let id: ItemID
    let title: String
    /// What the towers read of it when it stands in a history.
    let features: ItemFeatures
    let interactions: Int

    init(_ stored: StoredItem, features: ItemFeatures) {
        number = stored.number
        id = stored.item.id
        title = stored.item.title
        self.features = features
        interactions = stored.interactions
    }
}

/// The items of a snapshot by row, by number and by id.
///
/// The items that were there when the snapshot was loaded are shared by all its successors; what came since is kept
/// beside them, so that a change copies only the few that changed.
struct ServedItems: Sendable {
    private let loaded: [ServedItem]
    private let loadedRows: [ItemNumber: Int]
    private let loadedRowsByID: [ItemID: Int]
    private var recent: [ServedItem] = []
    /// Items described anew that kept their row.
    private var described: [Int: ServedItem] = [:]
    private var recentRows: [ItemNumber: Int?] = [:]
    private var recentRowsByID: [ItemID: Int?] = [:]

    /// Rows are the positions in `items`; numbers and ids must be unique.
    init(_ items: [ServedItem]) {
        loaded = items
        loadedRows = Dictionary(items.enumerated().map { ($1.number, $0) }) { first, _ in first }
        loadedRowsByID = Dictionary(items.enumerated().map { ($1.id, $0) }) { first, _ in first }
    }

    /// Rows given so far, live or not.
    var count: Int { loaded.count + recent.count }

    subscript(row: Int) -> ServedItem {
        described[row] ?? (row < loaded.count ? loaded[row] : recent[row - loaded.count])
    }

    /// The live row of an item.
    func row(of number: ItemNumber) -> Int? {
        if let recent = recentRows[number] { return recent }
        return loadedRows[number]
    }

    /// The live row of an item.
    func row(of id: ItemID) -> Int? {
        if let recent = recentRowsByID[id] { return recent }
        return loadedRowsByID[id]
    }

    /// Gives an item the next row; the row it had before is dead.
    mutating func append(_ item: ServedItem) {
        recentRows[item.number] = .some(count)
        recentRowsByID[item.id] = .some(count)
        recent.append(item)
    }

    /// Describes the item of a row anew; number and id stay.
    mutating func describe(_ row: Int, as item: ServedItem) {
        described[row] = item
    }

    /// Takes an item out; its row is dead.
    ///
    /// - Returns: The row it had, if it was there.
    mutating func remove(_ number: ItemNumber) -> Int? {
        guard let row = row(of: number) else { return nil }
        recentRows[number] = Optional<Int?>.some(nil)
        recentRowsByID[self[row].id] = Optional<Int?>.some(nil)
        return row
    }
}
