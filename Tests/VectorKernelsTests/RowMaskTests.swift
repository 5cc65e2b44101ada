import TestSupport
import Testing
import VectorKernels

@Suite("A row mask")
struct RowMaskTests {
    @Test("is a set of rows", arguments: 0..<10 as Range<UInt64>)
    func isSet(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let rowCount = Int.random(in: 1...300, using: &generator)
        var mask = RowMask(rowCount: rowCount, allRows: seed % 2 == 0)
        var rows = Set(seed % 2 == 0 ? Array(0..<rowCount) : [])
        for _ in 0..<200 {
            let row = Int.random(in: 0..<rowCount, using: &generator)
            if Bool.random(using: &generator) {
                mask.insert(row)
                rows.insert(row)
            } else {
                mask.remove(row)
                rows.remove(row)
            }
        }
        #expect(mask.rows == rows.sorted())
        #expect(mask.count == rows.count)
        #expect((0..<rowCount + 5).allSatisfy { mask.contains($0) == rows.contains($0) })
        #expect(mask == RowMask(rowCount: rowCount, rows: rows))
    }

    @Test("of all rows has no more than those", arguments: [0, 1, 63, 64, 65, 128])
    func allRows(rowCount: Int) {
        #expect(RowMask(rowCount: rowCount, allRows: true).rows == Array(0..<rowCount))
    }

    @Test("grows by a row")
    func appends() {
        var mask = RowMask(rowCount: 0)
        for row in 0..<130 {
            mask.append(row % 3 == 0)
        }
        #expect(mask.rows == Array(stride(from: 0, to: 130, by: 3)))
        #expect(mask.rowCount == 130)
    }

    @Test("keeps what another has too")
    func intersects() {
        var mask = RowMask(rowCount: 200, rows: stride(from: 0, to: 200, by: 2))
        mask.formIntersection(RowMask(rowCount: 200, rows: stride(from: 0, to: 200, by: 3)))
        #expect(mask.rows == Array(stride(from: 0, to: 200, by: 6)))
    }
}
