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

        let scoredLists = segment.table.listsToScore(probes: probes)
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
        var wanted = 0
        let runs = lists.map { segment.runs[$0.row] }
        for run in runs {
            wanted += mask.groups(in: run) * PlaneTable.groupRows
        }
        if wanted * price <= meter.remaining {
            _ = meter.buy(wanted, each: price, for: .scan, dimensions: dimensions)
            return runs
        }
        var paid: [GroupRun] = []
        var affordable = meter.affordable(price)
        for list in lists.sorted(by: ScoredRow.ranksBefore) {
            let rows = mask.groups(in: segment.runs[list.row]) * PlaneTable.groupRows
            guard rows <= affordable else { break }
            affordable -= rows
            paid.append(segment.runs[list.row])
        }
        let rows = meter.affordable(price) - affordable
        _ = meter.buy(rows, each: price, for: .scan, dimensions: dimensions)
        meter.miss(wanted - rows, for: .scan)
        return paid
    }
}

extension ListSegment {
    /// The lists that have a slot of the mask.
    func lists(with mask: RowMask) -> RowMask {
        var lists = RowMask(rowCount: runs.count)
        for (list, run) in runs.enumerated() where mask.groups(in: run) > 0 {
            lists.insert(list)
        }
        return lists
    }
}

extension RowMask {
    /// The groups of a run in which a row takes part.
    fileprivate func groups(in run: GroupRun) -> Int {
        var count = 0
        for group in Int(run.first)..<Int(run.first) + Int(run.groups)
        where words[group >> 2] >> UInt64((group & 3) * 16) & 0xffff != 0 {
            count += 1
        }
        return count
    }
}
