import Domain
import Retrieval
import TestSupport
import Testing
import VectorKernels

@Suite("A paid scan")
struct ScanBudgetTests {
    private static let rows = 10_000
    private static let made = ClusteredVectors(items: rows, queries: 1, dimensions: 64, seed: 1)

    @Test(
        "never spends more than its budget, and still answers with the best of what it paid for",
        arguments: 0..<40 as Range<UInt64>)
    func staysInBudget(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (index, query) = try Self.index()
        let dimensions = [16, 32, 64].randomElement(using: &generator) ?? 16
        let price = CostModel.shipped.scan(dimensions: dimensions)
        let limit = CostUnits(microunits: Int.random(in: 0...11_000, using: &generator) * price.microunits)
        let mask = Bool.random(using: &generator) ? Self.randomMask(share: 3, using: &generator) : nil

        var meter = CostMeter(budget: CostBudget(limit: limit))
        let found = try index.candidates(
            for: query.span, dimensions: dimensions, count: 50, mask: mask, model: .shipped, paying: &meter)
        let wasCut = meter.wasCut
        let statement = meter.finish()
        #expect(statement.spent <= limit)

        let all = try index.scan(query, dimensions: dimensions, count: Self.rows, mask: mask)
        if wasCut {
            // Rows are scanned in order: the answer is the best of some first rows.
            let last = try #require(statement.lines.last { $0.stage == .scan })
            #expect(last.rows < last.rowsWanted)
            let allowed = mask ?? RowMask(rowCount: Self.rows, allRows: true)
            let paid = Self.rowsRead(first: last.rows, of: allowed)
            #expect(found == Array(all.filter { $0.row < paid }.prefix(50)))
        } else {
            #expect(found == Array(all.prefix(50)))
        }
    }

    @Test("without a mask pays for each row once, and nothing for filtering")
    func wholePrice() throws {
        let (index, query) = try Self.index()
        let statement = try Self.statement(index, query, mask: nil)
        #expect(statement.lines.map(\.stage) == [.scan])
        #expect(statement.lines[0].rows == Self.rows)
        #expect(statement.lines[0].dimensions == 32)
        let model = CostModel.shipped
        #expect(statement.spent == Self.rows * model.scan(dimensions: 32) + 5 * model.keptRow)
    }

    @Test(
        "with a mask pays for testing each row, and for reading groups of 16 that have one",
        arguments: 0..<5 as Range<UInt64>)
    func maskedPrice(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (index, query) = try Self.index()
        let mask = Self.randomMask(share: 200, using: &generator)
        let groups = Set(mask.rows.map { $0 / 16 })
        let read = groups.reduce(0) { $0 + min(16, Self.rows - $1 * 16) }
        let statement = try Self.statement(index, query, mask: mask)
        let model = CostModel.shipped
        let kept = 5 * model.keptRow
        #expect(statement.spent == Self.rows * model.filteredRow + read * model.scan(dimensions: 32) + kept)
    }

    @Test("of an empty mask pays for testing only")
    func emptyMask() throws {
        let (index, query) = try Self.index()
        let statement = try Self.statement(index, query, mask: RowMask(rowCount: Self.rows))
        #expect(statement.spent == Self.rows * CostModel.shipped.filteredRow)
    }

    @Test("books what it wanted and could not pay for")
    func booksTheRest() throws {
        let (index, query) = try Self.index()
        let price = CostModel.shipped.scan(dimensions: 32)
        var meter = CostMeter(budget: CostBudget(limit: 100 * price + 20 * CostModel.shipped.keptRow))
        let found = try index.candidates(
            for: query.span, dimensions: 32, count: 20, model: .shipped, paying: &meter)
        let wasCut = meter.wasCut
        let lines = meter.finish().lines
        #expect(wasCut)
        #expect(lines[0].rows == 100)
        #expect(lines[0].rowsWanted == Self.rows)
        #expect(found.count == 20 && found.allSatisfy { $0.row < 100 })
    }

    @Test("stops between blocks when told to, with what it has")
    func stops() throws {
        let (index, query) = try Self.index()
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 60)))
        var blocks = 0
        let found = try index.candidates(
            for: query.span, dimensions: 16, count: Self.rows, model: .shipped, paying: &meter
        ) {
            blocks += 1
            return blocks == 3
        }
        #expect(Set(found.map(\.row)) == Set(0..<2 * PlaneTable.blockRows))
        let spent = meter.finish().spent
        let model = CostModel.shipped
        #expect(spent == 2 * PlaneTable.blockRows * model.scan(dimensions: 16) + Self.rows * model.keptRow)
    }

    @Test("is given up when its task is cancelled")
    func cancelled() async throws {
        let (index, query) = try Self.index()
        await #expect(throws: RetrievalError.cancelled) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try index.scan(query, dimensions: 16, count: 1) }
                try await group.waitForAll()
            }
        }
    }

    private static func index() throws -> (IndexSnapshot, query: [Float]) {
        (try IndexSnapshot(ladder: PrefixLadder([16, 32, 64]), embeddings: made.items), made.queries.row(0))
    }

    private static func statement(_ index: IndexSnapshot, _ query: [Float], mask: RowMask?) throws -> CostStatement {
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 60)))
        _ = try index.candidates(
            for: query.span, dimensions: 32, count: 5, mask: mask, model: .shipped, paying: &meter)
        return meter.finish()
    }

    private static func randomMask(share: Int, using generator: inout SeededGenerator) -> RowMask {
        let kept = (0..<rows).filter { _ in Int.random(in: 0..<share, using: &generator) == 0 }
        return RowMask(rowCount: rows, rows: kept)
    }

    /// The row behind the last one read, when `first` rows of the groups with a row of the mask are read in order.
    private static func rowsRead(first: Int, of mask: RowMask) -> Int {
        var left = first
        for group in Set(mask.rows.map { $0 / 16 }).sorted() {
            let size = min(16, rows - group * 16)
            if left < size { return group * 16 + left }
            left -= size
        }
        return rows
    }
}
