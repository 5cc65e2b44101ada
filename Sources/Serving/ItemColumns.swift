import ByteStreams
import Domain
import Towers

/// Items by row, column by column, and where each number and each id stands: as it lies in a snapshot file, read in place.
///
/// About 70 bytes an item beside its id, its title and four bytes for each category and title word.
struct ItemColumns: Sendable {
    let numbers: PageColumn<Int64>
    let interactions: PageColumn<Int64>
    let ids: PageLists<UInt8>
    let titles: PageLists<UInt8>
    /// One more than the row in the model's item vocabulary; 0 for an item that training never saw.
    let modelItems: PageColumn<UInt32>
    let categories: PageLists<Int32>
    let words: PageLists<Int32>
    let rowsByNumber: RowTable
    let rowsByID: RowTable

    /// Number of rows.
    var count: Int { numbers.count }

    /// The item of a row.
    subscript(row: Int) -> ServedItem {
        ServedItem(
            number: ItemNumber(numbers[row]), id: id(ofRow: row), title: titles.text(row),
            features: ItemFeatures(
                item: modelItems[row] == 0 ? nil : Int(modelItems[row]) - 1, categories: categories[row],
                words: words[row]),
            interactions: Int(interactions[row]))
    }

    /// The live row of an item.
    func row(of number: ItemNumber) -> Int? {
        rowsByNumber.row(hash: RowTable.hash(number.rawValue)) { numbers[$0] == number.rawValue }
    }

    /// The live row of an item.
    func row(of id: ItemID) -> Int? {
        rowsByID.row(hash: RowTable.hash(id.bytes.span)) { row in
            ids.elements.withSpan { bytes in
                let range = ids.bounds(of: row)
                guard range.count == id.bytes.count else { return false }
                return range.indices.allSatisfy { bytes[$0] == id.bytes[$0 - range.lowerBound] }
            }
        }
    }

    private func id(ofRow row: Int) -> ItemID {
        do throws(ExternalIDError) {
            return try ItemID(utf8: ids[row])
        } catch {
            preconditionFailure("Row \(row) has no id: \(error)")
        }
    }
}

/// Puts ``ItemColumns`` together, an item at a time.
struct ItemColumnsBuilder {
    private var numbers: [Int64] = []
    private var interactions: [Int64] = []
    private var ids = PageListsBuilder<UInt8>()
    private var titles = PageListsBuilder<UInt8>()
    private var modelItems: [UInt32] = []
    private var categories = PageListsBuilder<Int32>()
    private var words = PageListsBuilder<Int32>()
    /// Rows that numbers and ids lead to.
    private var liveRows: [Int] = []

    init() {}

    /// Gives an item the next row.
    ///
    /// - Parameters:
    ///   - item: Its number and id are those of no other live item.
    ///   - isLive: Whether it is found by number and by id.
    mutating func append(_ item: ServedItem, isLive: Bool = true) {
        if isLive { liveRows.append(numbers.count) }
        numbers.append(item.number.rawValue)
        interactions.append(Int64(item.interactions))
        ids.append(item.id.bytes)
        titles.append(item.title.utf8)
        modelItems.append(item.features.item.map { UInt32($0 + 1) } ?? 0)
        categories.append(item.features.categories)
        words.append(item.features.words)
    }

    consuming func finish() -> ItemColumns {
        let numbers = numbers
        let ids = ids.finish()
        let byNumber = RowTable(liveRows) { RowTable.hash(numbers[$0]) }
        let byID = RowTable(liveRows) { row in
            ids.elements.withSpan { RowTable.hash($0.extracting(ids.bounds(of: row))) }
        }
        return ItemColumns(
            numbers: PageColumn(numbers), interactions: PageColumn(interactions), ids: ids, titles: titles.finish(),
            modelItems: PageColumn(modelItems), categories: categories.finish(), words: words.finish(),
            rowsByNumber: byNumber, rowsByID: byID)
    }
}
