public import Domain
public import VectorKernels

extension IndexSnapshot {
    /// The rows whose prefix is most like the query's, among those of the lists that are most like it.
    ///
    /// Scores lists and pays `model.scan(dimensions:)` at the lists' own length for each that it may score; then pays for
    /// the rows of the best lists, 16 at a time, skipping groups and lists without a row of the mask, and reads no more than
    /// was paid for. What the meter cannot pay for is the worst of the lists. Rows that came since the lists were made
    /// are all read. With as many probes as there are lists, the answer is that of a scan of all rows.
    ///
    /// - Parameters:
    ///   - query: The whole user vector, of any norm but zero.
    ///   - probes: Lists to probe; lists without a row of the mask do not count. `nil` scans all rows.
    ///   - dimensions: The prefix to scan, a rung of the ladder up to ``depth``.
    ///   - count: Candidates wanted.
    ///   - mask: The rows allowed, from ``mask(for:excludedRows:)``; `nil` allows all that are live and available.
    ///   - model: The prices.
    ///   - meter: Pays.
    ///   - kernel: The kind of CPU to use.
    ///   - shouldStop: Asked now and then; when it answers `true`, the answer is the best of the rows before.
    /// - Returns: At most `count` candidates, best first, equal scores by lower row.
    /// - Throws: As ``candidates(for:dimensions:count:mask:model:paying:kernel:shouldStop:)`` does.
    public func candidates(
        for query: Span<Float>, probes: Int?, dimensions: Int, count: Int, mask: RowMask? = nil, model: CostModel,
        paying meter: inout CostMeter, kernel: KernelChoice = .current, shouldStop: () -> Bool = { false }
    ) throws(RetrievalError) -> [Candidate] {
        guard let probes, let segment, probes < segment.table.count else {
            return try candidates(
                for: query, dimensions: dimensions, count: count, mask: mask, model: model, paying: &meter,
                kernel: kernel, shouldStop: shouldStop)
        }
        precondition(mask == nil || mask?.rowCount == planes.count, "The mask was made for another snapshot.")
        let scanned = try planeQuery(query, dimensions: dimensions)
        var best = TopK(capacity: count)
        let tail = segment.slotCount / PlaneTable.blockRows..<planes.blockCount
        try scan(
            blocks: tail, for: scanned, dimensions: dimensions, mask: mask, model: model, into: &best, paying: &meter,
            kernel: kernel, shouldStop: shouldStop)

        let scoredLists = segment.table.rowsToScore(probes: probes)
        guard
            meter.buy(scoredLists, each: model.scan(dimensions: segment.table.dimensions), for: .lists) == scoredLists
        else { return candidates(best) }
        let allowed = mask ?? servable
        let lists = try bestLists(probes, for: query, in: segment, mask: mask, kernel: kernel)
        let runs = pay(for: lists, in: segment, among: allowed, dimensions: dimensions, model: model, from: &meter)
        for start in stride(from: 0, to: runs.count, by: 1024) {
            if Task.isCancelled { throw .cancelled }
            if shouldStop() { break }
            planes.scan(
                runs: runs.span.extracting(start..<min(runs.count, start + 1024)), for: scanned,
                among: allowed.words.span, into: &best, kernel: kernel)
        }
        return candidates(best)
    }

    private func bestLists(
        _ probes: Int, for query: Span<Float>, in segment: ListSegment, mask: RowMask?, kernel: KernelChoice
    ) throws(RetrievalError) -> [ScoredRow] {
        let lists = mask.map { segment.lists(with: $0) }
        do throws(VectorError) {
            return try segment.table.best(probes, for: query, among: lists, kernel: kernel)
        } catch {
            throw .query(error)
        }
    }

    /// The groups of the lists that the meter pays for, best lists first where it cannot pay for all.
    private func pay(
        for lists: [ScoredRow], in segment: ListSegment, among mask: RowMask, dimensions: Int, model: CostModel,
        from meter: inout CostMeter
    ) -> [GroupRun] {
        let price = model.scan(dimensions: dimensions)
        let runs = segment.runs(of: lists)
        let wanted = mask.rows(in: runs)
        if wanted * price <= meter.remaining {
            _ = meter.buy(wanted, each: price, for: .scan, dimensions: dimensions)
            return runs
        }
        var left = meter.affordable(price)
        let paid = lists.sorted(by: ScoredRow.ranksBefore).prefix { list in
            // What lists share is counted for each, so the budget pays for more than these.
            left -= mask.rows(in: segment.runs(of: [list]))
            return left >= 0
        }
        let paidRuns = segment.runs(of: Array(paid))
        let bought = meter.buy(mask.rows(in: paidRuns), each: price, for: .scan, dimensions: dimensions)
        meter.miss(wanted - bought, for: .scan)
        return paidRuns
    }
}

extension ListSegment {
    /// The lists that have a slot of the mask.
    fileprivate func lists(with mask: RowMask) -> RowMask {
        var lists = RowMask(rowCount: table.count)
        for list in 0..<table.count where mask.contains(anyOf: slots(of: list)) { lists.insert(list) }
        return lists
    }

    /// The groups of some lists, in order.
    fileprivate func runs(of lists: [ScoredRow]) -> [GroupRun] {
        GroupRun.covering(lists.map(\.row).sorted().lazy.map { slots(of: $0) })
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
    fileprivate func rows(in runs: [GroupRun]) -> Int {
        var count = 0
        for run in runs {
            for group in Int(run.first)..<Int(run.first) + Int(run.groups)
            where words[group >> 2] >> UInt64((group & 3) * 16) & 0xffff != 0 {
                count += PlaneTable.groupRows
            }
        }
        return count
    }
}
