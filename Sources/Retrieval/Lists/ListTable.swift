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
    /// Lists, places that pad a super-list's last group of 16 not counted.
    let count: Int
    /// A row for each super-list.
    let supers: PlaneTable
    /// A row for each list; those of one super-list lie together from a multiple of 16 on.
    let lists: PlaneTable
    /// The rows of `lists` that hold a list.
    let isList: RowMask
    /// Where each super-list's rows in `lists` begin, and the end.
    let starts: [Int]
    /// Super-lists near each, itself first: where a row's list is looked for.
    let neighbours: [[Int]]
    /// Places of the longest super-list.
    let longestSuper: Int

    /// Builds a table from the lists' centres.
    ///
    /// - Parameters:
    ///   - dimensions: Length of each centre.
    ///   - supers: The super-lists' centres, one after another.
    ///   - lists: The centres of each super-list's lists.
    ///   - neighbourCount: Super-lists in which a row's list is looked for.
    init(dimensions: Int, supers: [Float], lists: [[Float]], neighbourCount: Int) {
        self.dimensions = dimensions
        let layout = PlaneLayout(steps: [0..<dimensions])
        self.supers = PlaneTable(rows: supers, layout: layout)
        let superCount = supers.count / dimensions
        var starts = [0]
        for centres in lists {
            let groups = (centres.count / dimensions + PlaneTable.groupRows - 1) / PlaneTable.groupRows
            starts.append(starts[starts.count - 1] + groups * PlaneTable.groupRows)
        }
        var builder = PlaneTableBuilder(layout: layout, expectedRows: starts[superCount])
        var isList = RowMask(rowCount: starts[superCount])
        var count = 0
        for (superList, centres) in lists.enumerated() {
            for list in 0..<centres.count / dimensions {
                let centre = centres.span.extracting(list * dimensions..<(list + 1) * dimensions)
                builder.appendOrZero(centre)
                isList.insert(starts[superList] + list)
                count += 1
            }
            builder.pad(toMultipleOf: PlaneTable.groupRows)
        }
        self.lists = builder.finish()
        self.isList = isList
        self.starts = starts
        self.count = count
        longestSuper = zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
        let table = self.supers
        neighbours = (0..<superCount).map { superList in
            let centre = supers[superList * dimensions..<(superList + 1) * dimensions]
            let near = table.best(neighbourCount, for: Array(centre)).map(\.row)
            return [superList] + near.filter { $0 != superList }.prefix(max(0, neighbourCount - 1))
        }
    }

    /// Puts together what was kept.
    init(
        dimensions: Int, supers: PlaneTable, lists: PlaneTable, isList: RowMask, starts: [Int], neighbours: [[Int]]
    ) {
        self.dimensions = dimensions
        self.supers = supers
        self.lists = lists
        self.isList = isList
        self.starts = starts
        self.neighbours = neighbours
        count = isList.count
        longestSuper = zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
    }

    /// Number of rows of ``lists``: what lists are numbered below.
    var places: Int { lists.count }

    /// The best lists for a query, in no order.
    ///
    /// - Parameters:
    ///   - probes: Lists wanted.
    ///   - query: At least ``dimensions`` elements.
    ///   - allowed: The lists to choose from; `nil` allows all.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: Lists with their scores.
    /// - Throws: ``VectorError`` for a query whose prefix has no direction.
    func best(
        _ probes: Int, for query: Span<Float>, among allowed: RowMask? = nil, kernel: KernelChoice
    ) throws(VectorError) -> [ScoredRow] {
        let query = try PlaneQuery(query.extracting(first: dimensions), rung: 0, layout: lists.layout)
        var bestSupers = TopK(capacity: supersToScore(probes: probes))
        let everySuper = [supers.allGroups]
        let allSupers = RowMask(rowCount: supers.count, allRows: true)
        supers.scan(
            runs: everySuper.span, for: query, among: allSupers.words.span, into: &bestSupers, kernel: kernel)
        let runs = bestSupers.ranked().map { superList in
            let range = starts[superList.row]..<starts[superList.row + 1]
            return GroupRun(first: range.lowerBound / 16, groups: range.count / 16)
        }
        var best = TopK(capacity: probes)
        let chosen = allowed ?? isList
        lists.scan(runs: runs.span, for: query, among: chosen.words.span, into: &best, kernel: kernel)
        return best.unranked()
    }

    /// Lists that are scored at most, to find the best `probes`.
    func listsToScore(probes: Int) -> Int { min(places, supersToScore(probes: probes) * longestSuper) }

    /// The list of each row: the nearest of those of the super-lists near its own, as the trainer has it.
    func lists(of rows: CodeRows) -> [Int32] {
        let assignment = RowAssignment(rows: rows)
        return (0..<rows.count).map { row in
            let superList = assignment.nearest(of: [Int32(row)], in: supers, among: [0..<supers.count])[0]
            let near = neighbours[Int(superList)].flatMap { ranges(of: $0) }
            return assignment.nearest(of: [Int32(row)], in: lists, among: near)[0]
        }
    }

    /// Super-lists whose lists are scored, so that few of the best `probes` lists are missed: a share that grows with the
    /// fourth root of the share of lists.
    private func supersToScore(probes: Int) -> Int {
        let share = (Double(probes) / Double(count)).squareRoot().squareRoot()
        return min(supers.count, max(8, Int((Double(supers.count) * share).rounded(.up))))
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

    /// All groups, as one run.
    var allGroups: GroupRun { GroupRun(first: 0, groups: (count + Self.groupRows - 1) / Self.groupRows) }

    /// The rows most like a vector, best first.
    func best(_ count: Int, for vector: [Float]) -> [ScoredRow] {
        var best = TopK(capacity: count)
        let mask = RowMask(rowCount: self.count, allRows: true)
        do throws(VectorError) {
            let query = try PlaneQuery(vector.span, rung: layout.steps.count - 1, layout: layout)
            let everyGroup = [allGroups]
            scan(runs: everyGroup.span, for: query, among: mask.words.span, into: &best)
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
