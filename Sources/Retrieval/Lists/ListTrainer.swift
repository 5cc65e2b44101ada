import Synchronization
import VectorKernels

/// Makes the lists of an index out of its rows.
///
/// k-means of very many centres, each round of which compares a row with a share of them. First come cells, from a sample,
/// and in each cell k-means of its rows. Then all lists move together for some rounds: lists are grouped under super-lists,
/// and the rows of a super-list's lists look for their own among those of the super-lists nearest to it, and so get past
/// the borders of cells. Lists that grow too long are split, and empty ones left out. Rows are compared as bytes, so that
/// the CPU's integer dot products do the work. The same rows, seed and settings give the same lists, on any number of
/// workers.
struct ListTrainer {
    let rows: CodeRows
    let policy: ListPolicy
    let workers: MatrixWorkers

    /// Rounds in which all lists move; in all but the last every second row looks for its list.
    private static let rounds = 3
    /// Lists of a super-list, on average, and super-lists near it that its rows look in, while lists move.
    private static let (trainingLength, trainingNeighbours) = (64, 36)
    /// Lists of a super-list in the end: the fewer, the fewer lists a query scores.
    private static let superLength = 16
    /// A list longer than so many times the mean is split.
    private static let longestShare = 3

    /// Trains.
    ///
    /// - Returns: The lists, and the list of each row.
    func train() -> (table: ListTable, listOfRow: [Int32]) {
        var lists = firstLists()
        for round in 1...Self.rounds {
            lists.group()
            assign(
                &lists, in: lists.table(neighbours: Self.trainingNeighbours), isLast: round == Self.rounds, turn: round)
            move(&lists)
        }
        lists.group()
        lists.supers = smallerSupers(of: lists)
        for _ in 0..<3 { lists.group() }
        let neighbours = Self.trainingNeighbours * Self.trainingLength / Self.superLength
        return (lists.table(neighbours: neighbours), lists.listOfRow)
    }

    /// Clusters the rows of each of some cells.
    private func firstLists() -> TrainedLists {
        let listCount = max(1, rows.count / policy.rowsPerList)
        let cellCount = max(1, min(listCount, Int((1.5 * Double(listCount).squareRoot()).rounded())))
        var generator = ListDraws(seed: policy.seed)
        let sample = sample(min(rows.count, cellCount * 64), using: &generator)
        let cells = SphericalKMeans(rows: rows, iterations: 6)
            .clusters(of: sample, k: cellCount, using: &generator).centres
        let cellTable = PlaneTable(rows: cells, layout: PlaneLayout(steps: [0..<rows.dimensions]))
        let members = RowGroups(cellOfEachRow(in: cellTable), count: cellTable.count)
        let clustered = eachPart(members.count, length: 1) { range in
            let cell = range.lowerBound
            var generator = ListDraws(seed: policy.seed &+ UInt64(cell) &+ 1)
            let k = max(1, (members[cell].count * listCount + rows.count / 2) / rows.count)
            let lists = SphericalKMeans(rows: rows, iterations: 2)
                .clusters(of: Array(members[cell]), k: k, using: &generator)
            let centres = CodeRows(lists.centres, dimensions: rows.dimensions)
            return (lists: lists, supers: centres.superLists(length: Self.trainingLength, using: &generator))
        }
        var lists = TrainedLists(dimensions: rows.dimensions, rowCount: rows.count)
        for (cell, clusters) in clustered.enumerated() {
            let first = Int32(lists.count)
            lists.centres += clusters.lists.centres
            lists.supers += clusters.supers
            for (row, list) in zip(members[cell], clusters.lists.nearest) { lists.listOfRow[Int(row)] = first + list }
        }
        return lists
    }

    /// The centres of super-lists, each a part of one that there is.
    private func smallerSupers(of lists: TrainedLists) -> [Float] {
        eachPart(lists.starts.count - 1, length: 4) { range in
            range.flatMap { superList in
                var generator = ListDraws(seed: policy.seed &+ UInt64(superList))
                let centres = lists.centres(lists.starts[superList]..<lists.starts[superList + 1])
                return CodeRows(centres, dimensions: rows.dimensions)
                    .superLists(length: Self.superLength, using: &generator)
            }
        }.flatMap(\.self)
    }

    /// Rows drawn evenly, each at random within its stretch.
    private func sample(_ count: Int, using generator: inout ListDraws) -> [Int32] {
        (0..<count).map { index in
            let stretch = index * rows.count / count..<(index + 1) * rows.count / count
            return Int32(stretch.lowerBound + generator.index(below: stretch.count))
        }
    }

    private func cellOfEachRow(in cells: PlaneTable) -> [Int32] {
        eachPart(rows.count, length: 8192) { range in
            let members = range.lazy.map { Int32($0) }
            return RowAssignment(rows: rows).nearest(of: members, in: cells, among: [0..<cells.count])
        }.flatMap(\.self)
    }

    /// Gives each row the nearest of the lists of the super-lists near its own list's.
    ///
    /// - Parameters:
    ///   - lists: As `table` has them.
    ///   - table: The lists and super-lists.
    ///   - isLast: Whether all rows look; else every second one does, and the others stay.
    ///   - turn: Which ones.
    private func assign(_ lists: inout TrainedLists, in table: ListTable, isLast: Bool, turn: Int) {
        let superOfList = table.superOfEachList
        let members = RowGroups(
            lists.listOfRow.enumerated().map { row, list in
                isLast || (row + turn) % 2 == 0 ? superOfList[Int(list)] : -1
            }, count: table.supers.count)
        let found = eachPart(members.count, length: 4) { range in
            range.flatMap { superList in
                RowAssignment(rows: rows).nearest(
                    of: members[superList], in: table.lists, among: table.rangesNear(superList))
            }
        }
        for (row, list) in zip(members.rows, found.joined()) { lists.listOfRow[Int(row)] = list }
    }

    /// Moves each list's centre to the mean of its rows, splits lists that are too long, and leaves out those without rows.
    private func move(_ lists: inout TrainedLists) {
        let members = RowGroups(lists.listOfRow, count: lists.count)
        let parts = eachPart(members.count, length: 64) { range in
            range.map { list in pieces(of: members[list]) }
        }
        lists.centres.removeAll(keepingCapacity: true)
        for (list, pieces) in parts.joined().enumerated() {
            let first = Int32(lists.count)
            lists.centres += pieces.centres
            for (index, row) in members[list].enumerated() {
                lists.listOfRow[Int(row)] = first + (pieces.nearest.isEmpty ? 0 : pieces.nearest[index])
            }
        }
    }

    /// The centres of a list's rows: one, or several when the list is too long, and then the one of each row.
    private func pieces(of members: ArraySlice<Int32>) -> SphericalKMeans.Clusters {
        guard !members.isEmpty else { return SphericalKMeans.Clusters(centres: [], nearest: []) }
        let longest = Self.longestShare * policy.rowsPerList
        guard members.count > longest else {
            return SphericalKMeans.Clusters(centres: rows.sum(of: members), nearest: [])
        }
        let k = (members.count + policy.rowsPerList - 1) / policy.rowsPerList
        var generator = ListDraws(seed: policy.seed ^ UInt64(members[members.startIndex]))
        let nearest = SphericalKMeans(rows: rows, iterations: 4)
            .clusters(of: Array(members), k: k, using: &generator).nearest
        var groups = RowGroups(nearest, count: k)
        if (0..<k).contains(where: { groups[$0].count > longest }) {
            // Rows that are the same, or nearly: no centre tells them apart.
            groups = RowGroups(members.indices.map { Int32(($0 - members.startIndex) * k / members.count) }, count: k)
        }
        var pieces = SphericalKMeans.Clusters(centres: [], nearest: [Int32](repeating: 0, count: members.count))
        var piece: Int32 = 0
        for group in 0..<k where !groups[group].isEmpty {
            pieces.centres += rows.sum(of: groups[group].map { members[members.startIndex + Int($0)] })
            for index in groups[group] { pieces.nearest[Int(index)] = piece }
            piece += 1
        }
        return pieces
    }

    /// Does `work` for parts of 0..<`count`, on all workers.
    ///
    /// - Returns: What it gave, in the order of the parts.
    private func eachPart<Value: Sendable>(
        _ count: Int, length: Int, _ work: @Sendable (_ range: Range<Int>) -> Value
    ) -> [Value] {
        let parts = (count + length - 1) / length
        let next = Mutex(0)
        let values = Mutex([Value?](repeating: nil, count: parts))
        workers.run { _ in
            while true {
                let part = next.withLock { next in
                    next += 1
                    return next - 1
                }
                guard part < parts else { return }
                let value = work(part * length..<min(count, (part + 1) * length))
                values.withLock { $0[part] = value }
            }
        }
        return values.withLock { $0.compactMap(\.self) }
    }
}

extension CodeRows {
    /// The centres of super-lists of these lists.
    fileprivate func superLists(length: Int, using generator: inout ListDraws) -> [Float] {
        SphericalKMeans(rows: self, iterations: 4).clusters(
            of: (0..<Int32(count)).map { $0 }, k: (count + length - 1) / length, using: &generator
        ).centres
    }
}
