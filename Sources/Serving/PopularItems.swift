import ByteStreams
import Domain
import SnapshotFiles

/// Items by how often users chose them: the answer when there is no query.
struct PopularItems: Sendable {
    /// Rows of the items that were there when the snapshot was loaded, most popular first, equal ones by number.
    ///
    /// What has gone since keeps its place, for when it comes back.
    private let ranked: PageColumn<UInt32>
    /// The share of each in all interactions.
    private let shares: PageColumn<Float>
    /// Items that came since; nobody has chosen them yet.
    private var recent: [ItemNumber] = []
    /// Numbers that have a place, though no row of the loaded items is found by them.
    private var placed: Set<ItemNumber> = []

    /// Ranks the items of some columns, all of which live.
    init(_ items: ItemColumns) {
        let keys = (0..<items.count).map { row in
            (interactions: items.interactions[row], number: items.numbers[row], row: UInt32(row))
        }
        .sorted { ($1.interactions, $0.number) < ($0.interactions, $1.number) }
        let total = Float(max(1, keys.reduce(0) { $0 + $1.interactions }))
        ranked = PageColumn(keys.map(\.row))
        shares = PageColumn(keys.map { Float($0.interactions) / total })
    }

    /// Adds an item that nobody has chosen yet; one that went and came back keeps its place.
    mutating func append(_ number: ItemNumber, beside items: ItemColumns) {
        guard items.row(of: number) == nil, placed.insert(number).inserted else { return }
        recent.append(number)
    }

    /// Items that have a place, gone or not.
    var count: Int { ranked.count + recent.count }

    /// Places to look at, at most, for so many items of those that are allowed: all that are not may come first.
    func places(count: Int, allowed: Int) -> Int { min(self.count, count + max(0, self.count - allowed)) }

    /// The most popular items that are allowed.
    ///
    /// - Returns: At most `count` candidates, best first; the score is the share of all interactions.
    /// - Complexity: O(items looked at); the budget pays for each.
    func candidates(
        count: Int, items: ServedItems, isAllowed: (_ row: Int) -> Bool, model: CostModel,
        paying meter: inout CostMeter
    ) -> [Candidate] {
        var found: [Candidate] = []
        for place in 0..<self.count where found.count < count {
            guard meter.buy(1, each: model.filteredRow, for: .filter) == 1 else { break }
            let isRanked = place < ranked.count
            let number = isRanked ? self.number(at: place, in: items.loaded) : recent[place - ranked.count]
            guard let row = items.row(of: number), isAllowed(row) else { continue }
            found.append(Candidate(row: row, score: isRanked ? shares[place] : 0))
        }
        return found
    }

    private func number(at place: Int, in items: ItemColumns) -> ItemNumber {
        ItemNumber(items.numbers[Int(ranked[place])])
    }
}

extension PopularItems {
    /// Writes the order as sections.
    ///
    /// - Parameters:
    ///   - writer: The file.
    ///   - items: The items as they are written, with the rows that they have in the snapshot.
    /// - Throws: ``SnapshotFileError/stream(_:)`` when the system refuses.
    func write(to writer: inout SnapshotFileWriter, items: ItemColumns) throws(SnapshotFileError) {
        let recentRows = recent.compactMap { items.row(of: $0) }
        let gone = (0..<ranked.count).map { number(at: $0, in: items) }.filter { items.row(of: $0) == nil }
        try writer.add("popular.rows", ranked.elements(0..<ranked.count) + recentRows.map { UInt32($0) })
        try writer.add(
            "popular.shares", shares.elements(0..<ranked.count) + [Float](repeating: 0, count: recentRows.count))
        try writer.add("popular.gone", gone.map(\.rawValue))
    }

    /// Reads the order of the rows of `items` in place.
    ///
    /// - Throws: ``SnapshotFileError/malformed(path:section:reason:)`` for rows that are not there.
    init(from file: SnapshotFile, items: ItemColumns) throws(SnapshotFileError) {
        ranked = try file.column("popular.rows")
        shares = try file.column("popular.shares", count: ranked.count)
        let gone = try file.column("popular.gone", of: Int64.self)
        placed = Set(gone.elements(0..<gone.count).map { ItemNumber($0) })
        let isRanking = ranked.withSpan { rows in rows.indices.allSatisfy { rows[$0] < items.count } }
        guard isRanking else {
            throw file.malformed("popular.rows", "it ranks rows past the last of \(items.count)")
        }
    }
}
