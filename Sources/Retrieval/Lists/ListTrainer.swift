import Synchronization
import VectorKernels

/// Makes the lists of an index out of its rows.
///
/// k-means in two levels: super-lists on a sample, then each super-list's rows into lists, then all rows to the nearest of
/// the lists of the super-lists near their own, twice, with the centres moved in between. Lists that grew too long
/// are split. Rows are compared as bytes, so that the CPU's integer dot products do the work. The same rows, seed and
/// settings give the same lists, on any number of workers.
struct ListTrainer {
    let rows: CodeRows
    let policy: ListPolicy
    let workers: MatrixWorkers

    /// Super-lists in which a row's list is looked for.
    static let neighbourCount = 10
    /// A list longer than so many times the mean is split.
    static let longestShare = 3

    /// Trains.
    ///
    /// - Returns: The lists, and the list of each row.
    func train() -> (table: ListTable, listOfRow: [Int32]) {
        let listCount = max(1, rows.count / policy.rowsPerList)
        let superCount = max(1, min(listCount, Int((1.5 * Double(listCount).squareRoot()).rounded())))
        var generator = ListDraws(seed: policy.seed)
        let sample = sample(min(rows.count, superCount * 64), using: &generator)
        let supers = SphericalKMeans(rows: rows, iterations: 6).centres(of: sample, k: superCount, using: &generator)
        let members = (0..<rows.count).map { Int32($0) }
        let superTable = PlaneTable(rows: supers, layout: PlaneLayout(steps: [0..<rows.dimensions]))
        let superOfRow = nearestSuper(of: members, in: superTable)
        let bySuper = group(superOfRow, into: superTable.count)

        let centres = eachSuper(bySuper) { superList, members in
            var generator = ListDraws(seed: policy.seed &+ UInt64(superList) &+ 1)
            let k = max(1, (members.count * listCount + rows.count / 2) / rows.count)
            let sample = members.count <= 24 * k ? members : every(members.count / (24 * k), of: members)
            return SphericalKMeans(rows: rows, iterations: 4).centres(of: sample, k: k, using: &generator)
        }
        var lists = centres
        var table = listTable(supers, lists)
        var listOfRow = assign(bySuper, in: table)
        lists = split(move(lists, in: table, listOfRow), in: table, listOfRow)
        table = listTable(supers, lists)
        listOfRow = assign(bySuper, in: table)
        for _ in 0..<4 where isTooLong(listOfRow, in: table) {
            lists = split(lists, in: table, listOfRow)
            table = listTable(supers, lists)
            listOfRow = assign(bySuper, in: table)
        }
        return (table, listOfRow)
    }

    private func listTable(_ supers: [Float], _ lists: [[Float]]) -> ListTable {
        ListTable(
            dimensions: rows.dimensions, supers: supers, lists: lists, neighbourCount: Self.neighbourCount)
    }

    /// Rows drawn evenly, each at random within its stretch.
    private func sample(_ count: Int, using generator: inout ListDraws) -> [Int32] {
        (0..<count).map { index in
            let stretch = index * rows.count / count..<(index + 1) * rows.count / count
            return Int32(stretch.lowerBound + generator.index(below: stretch.count))
        }
    }

    private func every(_ step: Int, of members: [Int32]) -> [Int32] {
        stride(from: 0, to: members.count, by: max(1, step)).map { members[$0] }
    }

    /// The rows of each number in `numbers`, ascending.
    private func group(_ numbers: [Int32], into count: Int) -> [[Int32]] {
        var groups = [[Int32]](repeating: [], count: count)
        for (row, number) in numbers.enumerated() {
            groups[Int(number)].append(Int32(row))
        }
        return groups
    }

    private func nearestSuper(of members: [Int32], in supers: PlaneTable) -> [Int32] {
        let parts = Mutex([[Int32]](repeating: [], count: workers.count))
        workers.run { worker in
            let range = workers.range(of: worker, rows: members.count)
            let found = RowAssignment(rows: rows).nearest(
                of: Array(members[range]), in: supers, among: [0..<supers.count])
            parts.withLock { $0[worker] = found }
        }
        return parts.withLock { Array($0.joined()) }
    }

    /// Does `work` for each super-list with its rows, on all workers.
    private func eachSuper<Value: Sendable>(
        _ bySuper: [[Int32]], _ work: @Sendable (_ superList: Int, _ members: [Int32]) -> Value
    ) -> [Value] {
        let next = Mutex(0)
        let values = Mutex([Int: Value]())
        workers.run { _ in
            while true {
                let superList = next.withLock { next in
                    next += 1
                    return next - 1
                }
                guard superList < bySuper.count else { return }
                let value = work(superList, bySuper[superList])
                values.withLock { $0[superList] = value }
            }
        }
        return values.withLock { values in bySuper.indices.compactMap { values[$0] } }
    }

    /// The list of each row: the nearest of those of the super-lists near its own.
    private func assign(_ bySuper: [[Int32]], in table: ListTable) -> [Int32] {
        let lists = eachSuper(bySuper) { superList, members in
            let ranges = table.neighbours[superList].map { table.ranges(of: $0) }
            return RowAssignment(rows: rows).nearest(of: members, in: table.lists, among: ranges.flatMap(\.self))
        }
        var listOfRow = [Int32](repeating: 0, count: rows.count)
        for (members, lists) in zip(bySuper, lists) {
            for (row, list) in zip(members, lists) {
                listOfRow[Int(row)] = list
            }
        }
        return listOfRow
    }

    /// Moves each list's centre to the mean of its rows.
    private func move(_ lists: [[Float]], in table: ListTable, _ listOfRow: [Int32]) -> [[Float]] {
        let dimensions = rows.dimensions
        var sums = [Float](repeating: 0, count: table.places * dimensions)
        var sizes = [Int](repeating: 0, count: table.places)
        for (row, list) in listOfRow.enumerated() {
            rows.add(row, to: &sums, at: Int(list) * dimensions)
            sizes[Int(list)] += 1
        }
        return lists.enumerated().map { superList, centres in
            var centres = centres
            for index in 0..<centres.count / dimensions {
                let list = table.starts[superList] + index
                guard sizes[list] > 0 else { continue }
                centres.replaceSubrange(
                    index * dimensions..<(index + 1) * dimensions,
                    with: sums[list * dimensions..<(list + 1) * dimensions])
            }
            return centres
        }
    }

    private var longest: Int { Self.longestShare * policy.rowsPerList }

    private func isTooLong(_ listOfRow: [Int32], in table: ListTable) -> Bool {
        var sizes = [Int](repeating: 0, count: table.places)
        for list in listOfRow {
            sizes[Int(list)] += 1
        }
        return sizes.contains { $0 > longest }
    }

    /// Splits the lists that are too long, and leaves out those without rows.
    private func split(_ lists: [[Float]], in table: ListTable, _ listOfRow: [Int32]) -> [[Float]] {
        let members = group(listOfRow, into: table.places)
        let dimensions = rows.dimensions
        return lists.enumerated().map { superList, centres in
            var result: [Float] = []
            for index in 0..<centres.count / dimensions {
                let rowsOfList = members[table.starts[superList] + index]
                if rowsOfList.count > longest {
                    var generator = ListDraws(seed: policy.seed ^ UInt64(rowsOfList[0]))
                    let k = (rowsOfList.count + policy.rowsPerList - 1) / policy.rowsPerList
                    result += SphericalKMeans(rows: rows, iterations: 4).centres(
                        of: rowsOfList, k: k, using: &generator)
                } else if !rowsOfList.isEmpty {
                    result += centres[index * dimensions..<(index + 1) * dimensions]
                }
            }
            return result
        }
    }
}

/// Finds the nearest of some rows of a table for many rows.
struct RowAssignment {
    let rows: CodeRows

    private static let batchLength = 256

    func nearest(of members: [Int32], in table: PlaneTable, among ranges: [Range<Int>]) -> [Int32] {
        var found: [Int32] = []
        found.reserveCapacity(members.count)
        var batch = PlaneQueryBatch(layout: table.layout, rung: 0, capacity: Self.batchLength)
        var unit = [Float](repeating: 0, count: rows.dimensions)
        var nearest = [Int32](repeating: 0, count: Self.batchLength)
        var scores = [Float](repeating: 0, count: Self.batchLength)
        for start in stride(from: 0, to: members.count, by: Self.batchLength) {
            let part = members[start..<min(members.count, start + Self.batchLength)]
            batch.removeAll()
            for row in part {
                rows.unpack(Int(row), into: &unit)
                batch.append(unit.span)
            }
            var nearestSpan = nearest.mutableSpan
            var scoresSpan = scores.mutableSpan
            for (number, range) in ranges.enumerated() {
                table.nearest(
                    to: batch, among: range, rows: &nearestSpan, scores: &scoresSpan, improving: number > 0)
            }
            found += nearest[..<part.count]
        }
        return found
    }
}

extension ListTable {
    /// The rows of ``lists`` that hold a super-list's lists: one range, none for a super-list without any.
    func ranges(of superList: Int) -> [Range<Int>] {
        var end = starts[superList]
        while end < starts[superList + 1], isList.contains(end) {
            end += 1
        }
        return end > starts[superList] ? [starts[superList]..<end] : []
    }
}
