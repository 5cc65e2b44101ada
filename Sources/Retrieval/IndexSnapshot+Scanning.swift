public import Domain
public import VectorKernels

extension IndexSnapshot {
    /// The rows whose prefix is most like the query's, by an exact scan of one rung.
    ///
    /// The scan pays for each block of 4,096 rows before it reads it: `model.filteredRow` for each row tested, if there is a
    /// mask, and `model.scan(dimensions:)` for each row read. Rows are read in groups of 16; a group without a row of the mask
    /// is neither read nor paid for. What the meter cannot pay for is not scanned: the answer is then the best of the rows
    /// before. The same bits come out of every kernel.
    ///
    /// - Parameters:
    ///   - query: The whole user vector, as long as the ladder's full length, of any norm but zero.
    ///   - dimensions: The prefix to scan, a rung of the ladder.
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
        precondition(mask == nil || mask?.rowCount == self.count, "The mask was made for another snapshot.")
        precondition(count >= 0, "\(count) candidates.")
        var best = TopK(capacity: count)
        for block in 0..<planes.blockCount {
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
        return best.ranked().map { Candidate(row: $0.row, score: $0.score) }
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
        _ = meter.buy(wanted, each: price, for: .scan, dimensions: dimensions)
    }

    private func planeQuery(_ query: Span<Float>, dimensions: Int) throws(RetrievalError) -> PlaneQuery {
        let rung: Int
        do throws(PrefixLadderError) {
            rung = try ladder.rung(of: dimensions)
        } catch {
            throw .prefix(error)
        }
        do throws(VectorError) {
            return try PlaneQuery(query, rung: rung, layout: planes.layout)
        } catch {
            throw .query(error)
        }
    }
}
