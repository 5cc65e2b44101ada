import VectorKernels

/// A coarse quantiser of two levels: lists of a few dozen rows, grouped under super-lists.
///
/// Each list is a unit vector over the prefix that lists are made of, and has the rows nearest to it. A query scores all
/// super-lists, then the lists of the best of them, and probes the best lists. Two levels, since there are so many lists
/// that scoring them all would cost more than scanning those that are probed.
///
/// Lists may be made of one rung and scanned by another (Rege et al., "AdANNS", arXiv:2305.19435): a longer prefix puts
/// neighbours into fewer lists, and costs a scan nothing.
struct ListTable: Sendable {
    /// Prefix that the lists are made of, in dimensions.
    let dimensions: Int
    /// A row for each super-list.
    let supers: PlaneTable
    /// A row for each list; those of one super-list lie together.
    let lists: PlaneTable
    /// Where each super-list's rows in `lists` begin, and the end.
    let starts: [Int]
    /// Super-lists near each, itself first: where a row's list is looked for.
    let neighbours: [[Int]]
    private let allSupers: RowMask
    private let allLists: RowMask
    /// Lists of the longest super-list.
    private let longestSuper: Int

    /// Builds a table from centres.
    ///
    /// - Parameters:
    ///   - dimensions: Length of each centre.
    ///   - supers: The super-lists' centres, one after another.
    ///   - lists: The lists' centres, those of one super-list together.
    ///   - starts: The first list of each super-list, and the end.
    ///   - neighbourCount: Super-lists in which a row's list is looked for.
    init(dimensions: Int, supers: [Float], lists: [Float], starts: [Int], neighbourCount: Int) {
        let layout = PlaneLayout(steps: [0..<dimensions])
        let table = PlaneTable(rows: supers, layout: layout)
        let neighbours = (0..<table.count).map { superList in
            let centre = supers[superList * dimensions..<(superList + 1) * dimensions]
            let near = table.best(neighbourCount, for: Array(centre)).map(\.row)
            return [superList] + near.filter { $0 != superList }.prefix(neighbourCount - 1)
        }
        self.init(
            dimensions: dimensions, supers: table, lists: PlaneTable(rows: lists, layout: layout), starts: starts,
            neighbours: neighbours)
    }

    /// Puts together what was kept.
    init(dimensions: Int, supers: PlaneTable, lists: PlaneTable, starts: [Int], neighbours: [[Int]]) {
        self.dimensions = dimensions
        self.supers = supers
        self.lists = lists
        self.starts = starts
        self.neighbours = neighbours
        allSupers = RowMask(rowCount: supers.count, allRows: true)
        allLists = RowMask(rowCount: lists.count, allRows: true)
        longestSuper = zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
    }

    /// Number of lists.
    var count: Int { lists.count }

    /// The best lists for a query, in no order.
    ///
    /// - Parameters:
    ///   - probes: Lists wanted.
    ///   - query: At least ``dimensions`` elements.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: Lists with their scores.
    /// - Throws: ``VectorError`` for a query whose prefix has no direction.
    func best(
        _ probes: Int, for query: Span<Float>, kernel: KernelChoice
    ) throws(VectorError) -> [ScoredRow] {
        let query = try PlaneQuery(query.extracting(first: dimensions), rung: 0, layout: lists.layout)
        var bestSupers = TopK(capacity: supersToScore(probes: probes))
        let everySuper = supers.allRows
        supers.scan(
            runs: everySuper.span, for: query, among: allSupers.words.span, into: &bestSupers, kernel: kernel)
        let near = bestSupers.unranked().map(\.row).sorted()
        let runs = RowRun.joining(near.lazy.map { starts[$0]..<starts[$0 + 1] })
        var best = TopK(capacity: probes)
        lists.scan(runs: runs.span, for: query, among: allLists.words.span, into: &best, kernel: kernel)
        return best.unranked()
    }

    /// Lists and super-lists that are scored at most, to find the best `probes` lists.
    func rowsToScore(probes: Int) -> Int {
        supers.count + min(count, supersToScore(probes: probes) * longestSuper)
    }

    /// The list of each row: the nearest of those of the super-lists near the nearest one.
    func lists(of rows: CodeRows) -> [Int32] {
        let assignment = RowAssignment(rows: rows)
        return (0..<rows.count).map { row in
            let superList = assignment.nearest(of: [Int32(row)], in: supers, among: [0..<supers.count])[0]
            return assignment.nearest(of: [Int32(row)], in: lists, among: rangesNear(Int(superList)))[0]
        }
    }

    /// The super-list of each list.
    var superOfEachList: [Int32] {
        (0..<supers.count).flatMap { superList in
            repeatElement(Int32(superList), count: starts[superList + 1] - starts[superList])
        }
    }

    /// The lists of a super-list and of those near it.
    func rangesNear(_ superList: Int) -> [Range<Int>] { neighbours[superList].map { starts[$0]..<starts[$0 + 1] } }

    /// Super-lists whose lists are scored, so that few of the best `probes` lists are missed.
    private func supersToScore(probes: Int) -> Int {
        min(supers.count, probes + 24)
    }
}

extension RowRun {
    /// Ranges of rows as runs, those that touch each other as one.
    ///
    /// - Parameter ranges: Ascending, and not overlapping.
    /// - Returns: Runs in order.
    static func joining(_ ranges: some Sequence<Range<Int>>) -> [RowRun] {
        var runs: [RowRun] = []
        var end = -1
        for range in ranges where !range.isEmpty {
            if range.lowerBound == end {
                runs[runs.count - 1].count += UInt32(range.count)
            } else {
                runs.append(RowRun(range))
            }
            end = range.upperBound
        }
        return runs
    }
}

extension PlaneTable {
    /// A table of row vectors, one after another; rows of zeros have no direction, and score 0.
    init(rows: [Float], layout: PlaneLayout) {
        var builder = PlaneTableBuilder(layout: layout, expectedRows: rows.count / layout.dimensions)
        for row in 0..<rows.count / layout.dimensions {
            builder.appendOrZero(rows.span.extracting(row * layout.dimensions..<(row + 1) * layout.dimensions))
        }
        self = builder.finish()
    }

    /// All rows, as runs: one, or none for a table without rows.
    var allRows: [RowRun] { RowRun.joining([0..<count]) }

    /// The rows most like a vector, best first.
    func best(_ count: Int, for vector: [Float]) -> [ScoredRow] {
        var best = TopK(capacity: count)
        let mask = RowMask(rowCount: self.count, allRows: true)
        do throws(VectorError) {
            let query = try PlaneQuery(vector.span, rung: layout.steps.count - 1, layout: layout)
            let everyRow = allRows
            scan(runs: everyRow.span, for: query, among: mask.words.span, into: &best)
        } catch {
            return (0..<min(count, self.count)).map { ScoredRow(row: $0, score: 0) }
        }
        return best.ranked()
    }
}

extension PlaneTableBuilder {
    /// Appends a row, or an empty place for one without direction.
    mutating func appendOrZero(_ row: Span<Float>) {
        do throws(VectorError) {
            try append(row)
        } catch {
            appendEmpty()
        }
    }
}
