public import Domain
public import VectorKernels

extension IndexSnapshot {
    /// The rows whose prefix is most like the query's, by an exact scan of one rung.
    ///
    /// The scan pays for each block of 4,096 rows before it reads it: `model.filteredRow` for each row tested, if there is a
    /// mask, and `model.scan(dimensions:)` for each row read. Rows are read in groups of 16; a group without a row of the mask
    /// is neither read nor paid for. Before all that it pays `model.keptRow` for each candidate wanted. What the meter cannot pay for is not scanned: the answer is then the best of the rows
    /// before. The same bits come out of every kernel.
    ///
    /// - Parameters:
    ///   - query: The whole user vector, as long as the ladder's full length, of any norm but zero.
    ///   - dimensions: The prefix to scan, a rung of the ladder up to ``depth``.
    ///   - count: Candidates wanted.
    ///   - mask: The rows allowed, from ``mask(for:excludedRows:)``; `nil` allows all that are live and available.
    ///   - model: The prices.
    ///   - meter: Pays.
    ///   - kernel: The kind of CPU to use.
    ///   - shouldStop: Asked before each block; when it answers `true`, the answer is the best of the rows before. For a
    ///     deadline: the engine has no clock.
    /// - Returns: At most `count` candidates, best first, equal scores by lower row. Scores are cosines of the prefixes as
    ///   they are rounded to bytes.
    /// - Throws: ``RetrievalError/prefix(_:)`` for an untrained prefix, ``RetrievalError/query(_:)`` for a query without
    ///   direction, ``RetrievalError/cancelled`` when the task is.
    public func candidates(
        for query: Span<Float>, dimensions: Int, count: Int, mask: RowMask? = nil, model: CostModel,
        paying meter: inout CostMeter, kernel: KernelChoice = .current, shouldStop: () -> Bool = { false }
    ) throws(RetrievalError) -> [Candidate] {
        let query = try planeQuery(query, dimensions: dimensions)
        precondition(mask == nil || mask?.rowCount == planes.count, "The mask was made for another snapshot.")
        precondition(count >= 0, "\(count) candidates.")
        var best = TopK(
            capacity: keep(count, of: mask, dimensions: dimensions, model: model, paying: &meter))
        try scan(
            blocks: 0..<planes.blockCount, for: query, dimensions: dimensions, mask: mask, model: model, into: &best,
            paying: &meter, kernel: kernel, shouldStop: shouldStop)
        return candidates(best)
    }

    /// Pays for keeping candidates: as many as are wanted, and there, and no more than rows can be read with what is left.
    ///
    /// - Returns: Candidates that may be kept.
    func keep(
        _ count: Int, of mask: RowMask?, dimensions: Int, model: CostModel, paying meter: inout CostMeter
    ) -> Int {
        let there = min(count, mask?.count ?? liveCount)
        let readable = meter.affordable(model.keptRow + model.scan(dimensions: dimensions))
        return meter.buy(min(there, readable), of: .one(.keptRow), by: model, besideRowsOf: .scan)
    }

    /// Scans whole blocks; see above.
    func scan(
        blocks: Range<Int>, for query: PlaneQuery, dimensions: Int, mask: RowMask?, model: CostModel,
        into best: inout TopK, paying meter: inout CostMeter, kernel: KernelChoice, shouldStop: () -> Bool
    ) throws(RetrievalError) {
        for block in blocks {
            if Task.isCancelled { throw .cancelled }
            if shouldStop() { break }
            var rows = rows(ofBlock: block, mask: mask)
            let isPaid = rows.pay(isFiltered: mask != nil, dimensions: dimensions, model: model, from: &meter)
            if !rows.isEmpty {
                planes.scan(block: block, for: query, among: rows.words.span, into: &best, kernel: kernel)
            }
            if !isPaid {
                book(blocksFrom: block + 1, mask: mask, dimensions: dimensions, model: model, on: &meter)
                break
            }
        }
    }

    /// What was found, by row: best first, equal scores by lower row.
    func candidates(_ best: consuming TopK) -> [Candidate] {
        let ranked = best.ranked().map { Candidate(row: row(inSlot: $0.row), score: $0.score) }
        return segment == nil ? ranked : ranked.sorted(by: Candidate.ranksBefore)
    }

    /// The rows of a block that take part.
    private func rows(ofBlock block: Int, mask: RowMask?) -> ScanRows {
        let rows = planes.rows(ofBlock: block)
        let words = rows.lowerBound / 64..<(rows.upperBound + 63) / 64
        guard let mask else { return ScanRows(count: rows.count, words: Array(servable.words[words])) }
        let live = zip(mask.words[words], catalogue.live.words[words])
        return ScanRows(count: rows.count, words: live.map { $0 & $1 })
    }

    /// Tells a meter that has run dry what the scan wanted still, so that the receipt says how much was cut.
    private func book(
        blocksFrom first: Int, mask: RowMask?, dimensions: Int, model: CostModel, on meter: inout CostMeter
    ) {
        let price = model.scan(dimensions: dimensions)
        guard meter.remaining < price else { return }
        let wanted = (first..<planes.blockCount).reduce(0) { $0 + rows(ofBlock: $1, mask: mask).readCount }
        _ = meter.buy(wanted, of: .scan(dimensions: dimensions), by: model, for: .scan, dimensions: dimensions)
    }

    func planeQuery(_ query: Span<Float>, dimensions: Int) throws(RetrievalError) -> PlaneQuery {
        let rung: Int
        do throws(PrefixLadderError) {
            rung = try ladder.rung(of: dimensions)
        } catch {
            throw .prefix(error)
        }
        guard dimensions <= depth else { throw .tooDeep(requested: dimensions, depth: depth) }
        do throws(VectorError) {
            guard query.count == ladder.fullLength else {
                throw .wrongLength(expected: ladder.fullLength, found: query.count)
            }
            _ = try inverseNorm(of: query)
            return try PlaneQuery(query.extracting(first: depth), rung: rung, layout: planes.layout)
        } catch {
            throw .query(error)
        }
    }
}
