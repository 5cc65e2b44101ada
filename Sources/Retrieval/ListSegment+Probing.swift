import Domain
import VectorKernels

extension ListSegment {
    /// The best lists for a query that have a slot of a mask, in no order; those found before the money ran out.
    ///
    /// It pays `model.scan(dimensions:)` at the lists' own length for each list that may be scored, and `model.keptRow` for
    /// each that is looked for. For a mask it looks for
    /// as many more lists as have no slot of it if its slots lie anywhere, and for four times as many again and again
    /// when they do not.
    func bestLists(
        _ probes: Int, for query: Span<Float>, among mask: RowMask?, model: CostModel, paying meter: inout CostMeter,
        kernel: KernelChoice
    ) throws(VectorError) -> [ScoredRow] {
        var wanted = mask.map { listsToFind(probes, among: $0) } ?? probes
        var lists: [ScoredRow] = []
        while true {
            let scored = table.rowsToScore(probes: wanted)
            guard meter.buy(scored, of: .scan(dimensions: table.dimensions), by: model, for: .lists) == scored,
                meter.buy(wanted, of: .one(.keptRow), by: model, besideRowsOf: .lists) == wanted
            else { return lists }
            lists = try table.best(wanted, for: query, kernel: kernel)
            guard let mask else { return lists }
            lists.removeAll { !mask.contains(anyOf: slots(of: $0.row)) }
            if lists.count >= probes || wanted >= table.count {
                return Array(lists.sorted(by: ScoredRow.ranksBefore).prefix(probes))
            }
            wanted = min(table.count, 4 * wanted)
        }
    }

    /// Lists among which `probes` have a slot of a mask, if its slots lie anywhere.
    private func listsToFind(_ probes: Int, among mask: RowMask) -> Int {
        let share = Double(mask.count) / Double(max(1, mask.rowCount))
        let length = Double(slotCount) / Double(table.count)
        var empty = 1.0
        // The share of lists that have none, to whole powers: the same on every machine.
        for _ in 0..<max(1, Int(length)) { empty *= 1 - share }
        guard empty < 0.999 else { return table.count }
        // Some more, since a second look at the lists costs more than these.
        return min(table.count, Int((1.1 * Double(probes) / (1 - empty)).rounded(.up)) + 16)
    }

    /// The slots of the lists that a meter pays for, in order; the worst lists go when it cannot pay for all.
    func pay(
        for lists: [ScoredRow], among mask: RowMask, dimensions: Int, model: CostModel, from meter: inout CostMeter
    ) -> [RowRun] {
        let (row, price) = (CostedWork.scan(dimensions: dimensions), model.scan(dimensions: dimensions))
        var (paid, runs) = (lists, runs(of: lists))
        let wanted = mask.rows(in: runs)
        if meter.remaining < wanted * price + lists.count * model.probedList {
            var left = meter.remaining.microunits
            paid = Array(
                lists.sorted(by: ScoredRow.ranksBefore).prefix { list in
                    // Groups that lists share are counted for each, so the budget may pay for more than these.
                    left -= (mask.rows(in: self.runs(of: [list])) * price + model.probedList).microunits
                    return left >= 0
                })
            runs = self.runs(of: paid)
        }
        _ = meter.buy(paid.count, of: .one(.probedList), by: model, besideRowsOf: .scan)
        let bought = meter.buy(mask.rows(in: runs), of: row, by: model, for: .scan, dimensions: dimensions)
        meter.miss(wanted - bought, for: .scan)
        return runs
    }

    /// The slots of some lists, in order.
    private func runs(of lists: [ScoredRow]) -> [RowRun] {
        RowRun.joining(lists.map(\.row).sorted().lazy.map { slots(of: $0) })
    }
}

extension RowMask {
    /// Whether any of some neighbouring rows is in the mask.
    fileprivate func contains(anyOf rows: Range<Int>) -> Bool {
        guard !rows.isEmpty else { return false }
        let (first, last) = (rows.lowerBound / 64, (rows.upperBound - 1) / 64)
        let low = ~UInt64(0) << UInt64(rows.lowerBound % 64)
        let high = ~UInt64(0) >> UInt64(63 - (rows.upperBound - 1) % 64)
        guard first < last else { return words[first] & low & high != 0 }
        return words[first] & low != 0 || words[last] & high != 0 || words[first + 1..<last].contains { $0 != 0 }
    }

    /// The rows of those groups of some runs in which a row takes part.
    fileprivate func rows(in runs: [RowRun]) -> Int {
        var count = 0
        for run in runs {
            for group in run.groups
            where words[group >> 2] >> UInt64((group & 3) * 16) & 0xffff != 0 {
                count += PlaneTable.groupRows
            }
        }
        return count
    }
}
