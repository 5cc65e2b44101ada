import VectorKernels

/// Lists while they are made.
struct TrainedLists {
    let dimensions: Int
    /// The lists' centres, one after another, of any norm.
    var centres: [Float] = []
    /// The list of each row.
    var listOfRow: [Int32]
    /// The super-lists' centres.
    var supers: [Float] = []

    /// The first list of each super-list, and the end; made by ``group()``.
    private(set) var starts: [Int] = [0]

    init(dimensions: Int, rowCount: Int) {
        self.dimensions = dimensions
        listOfRow = [Int32](repeating: 0, count: rowCount)
    }

    /// Number of lists.
    var count: Int { centres.count / dimensions }

    /// The centres of some lists.
    func centres(_ range: Range<Int>) -> [Float] {
        Array(centres[range.lowerBound * dimensions..<range.upperBound * dimensions])
    }

    /// Groups the lists under the super-lists nearest to them, moves these to their means, and numbers lists anew: those of
    /// one super-list lie together.
    mutating func group() {
        let codes = CodeRows(centres, dimensions: dimensions)
        let layout = PlaneLayout(steps: [0..<dimensions])
        let old = PlaneTable(rows: supers, layout: layout)
        let members = RowGroups(
            RowAssignment(rows: codes).nearest(of: 0..<Int32(count), in: old, among: [0..<old.count]), count: old.count)
        var sorted: [Float] = []
        sorted.reserveCapacity(centres.count)
        var newNumber = [Int32](repeating: 0, count: count)
        starts = [0]
        supers.removeAll(keepingCapacity: true)
        for superList in 0..<members.count where !members[superList].isEmpty {
            for list in members[superList] {
                newNumber[Int(list)] = Int32(sorted.count / dimensions)
                sorted += centres[Int(list) * dimensions..<(Int(list) + 1) * dimensions]
            }
            supers += codes.sum(of: members[superList])
            starts.append(sorted.count / dimensions)
        }
        centres = sorted
        for row in listOfRow.indices { listOfRow[row] = newNumber[Int(listOfRow[row])] }
    }

    /// The lists as they are grouped.
    ///
    /// - Parameter neighbours: Super-lists in which a row's list is looked for.
    /// - Returns: The table of them.
    func table(neighbours: Int) -> ListTable {
        ListTable(
            dimensions: dimensions, supers: supers, lists: centres, starts: starts, neighbourCount: neighbours)
    }
}
