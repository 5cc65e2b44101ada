public import Domain
public import VectorKernels

/// What one request scans, chosen and paid for; ``IndexSnapshot/candidates(of:kernel:shouldStop:)`` scans it, together with
/// what others have prepared.
public struct PreparedScan: Sendable {
    /// Candidates wanted.
    let count: Int
    let query: PlaneQuery
    /// The slots that take part.
    var allowed: RowMask
    /// Slots of the lists that are probed, in order.
    var runs: [RowRun] = []
    /// Blocks that are scanned whole: all, or those of rows that came since the lists were made.
    var blocks: Range<Int>
}

extension IndexSnapshot {
    /// Chooses what to scan for one request, and pays for it.
    ///
    /// Without lists, or with as many probes, that is every row: `model.filteredRow` for each, if there is a mask, and
    /// `model.scan(dimensions:)` for each in a group of 16 with a row of the mask. With lists it is each row that came since
    /// they were made, and the rows of the best lists; `model.scan(dimensions:)` at the lists' own length is paid for each
    /// list that may be scored, and `model.probedList` for each probe. Lists without a row of the mask do not count as probes.
    /// Each candidate wanted costs `model.keptRow`, before all others. What the meter cannot pay for is candidates, the rows
    /// at the end, and the worst of the lists.
    ///
    /// - Parameters:
    ///   - query: The whole user vector, of any norm but zero.
    ///   - probes: Lists to probe; `nil` scans all rows.
    ///   - dimensions: The prefix to scan, a rung of the ladder up to ``depth``.
    ///   - count: Candidates wanted.
    ///   - mask: The rows allowed, from ``mask(for:excludedRows:)``; `nil` allows all that are live and available.
    ///   - model: The prices.
    ///   - meter: Pays.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: The scan, for this snapshot only.
    /// - Throws: ``RetrievalError/prefix(_:)`` for an untrained prefix, ``RetrievalError/tooDeep(requested:depth:)``, or
    ///   ``RetrievalError/query(_:)`` for a query without direction; nothing is paid then.
    public func prepare(
        for query: Span<Float>, probes: Int?, dimensions: Int, count: Int, mask: RowMask? = nil, model: CostModel,
        paying meter: inout CostMeter, kernel: KernelChoice = .current
    ) throws(RetrievalError) -> PreparedScan {
        precondition(mask == nil || mask?.rowCount == planes.count, "The mask was made for another snapshot.")
        precondition(count >= 0, "\(count) candidates.")
        let planeQuery = try planeQuery(query, dimensions: dimensions)
        let kept = keep(count, of: mask, dimensions: dimensions, model: model, paying: &meter)
        var scan = PreparedScan(
            count: kept, query: planeQuery, allowed: mask ?? servable, blocks: 0..<planes.blockCount)
        guard let probes, let segment, probes < segment.table.count else {
            pay(for: &scan, isFiltered: mask != nil, dimensions: dimensions, model: model, from: &meter)
            return scan
        }
        scan.blocks = segment.slotCount / PlaneTable.blockRows..<planes.blockCount
        pay(for: &scan, isFiltered: mask != nil, dimensions: dimensions, model: model, from: &meter)
        do throws(VectorError) {
            let lists = try segment.bestLists(
                probes, for: query, among: mask, model: model, paying: &meter, kernel: kernel)
            scan.runs = segment.pay(
                for: lists, among: scan.allowed, dimensions: dimensions, model: model, from: &meter)
        } catch {
            throw .query(error)
        }
        return scan
    }

    /// Scans what was prepared, for several requests in one pass.
    ///
    /// Blocks that several of them read whole, by one prefix, are read once for all.
    ///
    /// - Parameters:
    ///   - scans: Prepared by this snapshot.
    ///   - kernel: The kind of CPU to use.
    ///   - shouldStop: Asked now and then; when it answers `true`, answers are the best of the rows before.
    /// - Returns: For each at most as many candidates as it wants, best first, equal scores by lower row: the same that it
    ///   gets alone.
    /// - Throws: ``RetrievalError/cancelled`` when the task is.
    public func candidates(
        of scans: [PreparedScan], kernel: KernelChoice = .current, shouldStop: () -> Bool = { false }
    ) throws(RetrievalError) -> [[Candidate]] {
        var best = scans.map { TopK(capacity: $0.count) }
        var goesOn = true
        for rung in Set(scans.map(\.query.rung)).sorted() where goesOn {
            let readers = scans.indices.filter { scans[$0].query.rung == rung && !scans[$0].blocks.isEmpty }
            goesOn = try scanBlocks(readers.map { scans[$0] }, at: readers, into: &best, kernel, shouldStop)
        }
        for (index, scan) in scans.enumerated() where goesOn {
            for start in stride(from: 0, to: scan.runs.count, by: 1024) where goesOn {
                if Task.isCancelled { throw .cancelled }
                goesOn = !shouldStop()
                guard goesOn else { break }
                planes.scan(
                    runs: scan.runs.span.extracting(start..<min(scan.runs.count, start + 1024)), for: scan.query,
                    among: scan.allowed.words.span, into: &best[index], kernel: kernel)
            }
        }
        return best.map { candidates($0) }
    }

    /// Scans the blocks of scans of one rung.
    ///
    /// - Returns: Whether to go on.
    private func scanBlocks(
        _ scans: [PreparedScan], at indices: [Int], into best: inout [TopK], _ kernel: KernelChoice,
        _ shouldStop: () -> Bool
    ) throws(RetrievalError) -> Bool {
        guard let first = scans.first else { return true }
        var batch = PlaneQueryBatch(
            layout: planes.layout, rung: first.query.rung, capacity: scans.count, kernel: kernel)
        for scan in scans { batch.append(scan.query) }
        var found = indices.map { best[$0] }
        var goesOn = true
        var masks: [UInt64] = []
        let (low, high) = scans.reduce((Int.max, 0)) {
            (min($0.0, $1.blocks.lowerBound), max($0.1, $1.blocks.upperBound))
        }
        for block in low..<high {
            if Task.isCancelled { throw .cancelled }
            goesOn = !shouldStop()
            guard goesOn else { break }
            let rows = planes.rows(ofBlock: block)
            let words = rows.lowerBound / 64..<(rows.upperBound + 63) / 64
            if scans.count == 1 {
                planes.scan(
                    block: block, for: first.query, among: first.allowed.words.span.extracting(words),
                    into: &found[0], kernel: kernel)
                continue
            }
            masks.removeAll(keepingCapacity: true)
            for scan in scans {
                if scan.blocks.contains(block) {
                    masks += scan.allowed.words[words]
                } else {
                    masks += repeatElement(0, count: words.count)
                }
            }
            planes.scan(block: block, for: &batch, among: masks.span, into: &found)
        }
        for (place, index) in indices.enumerated() { best[index] = found[place] }
        return goesOn
    }

    /// Pays for the blocks of a scan, and lets go of those rows that the meter cannot pay for.
    private func pay(
        for scan: inout PreparedScan, isFiltered: Bool, dimensions: Int, model: CostModel, from meter: inout CostMeter
    ) {
        guard !scan.blocks.isEmpty else { return }
        let first = planes.rows(ofBlock: scan.blocks.lowerBound).lowerBound
        let end = planes.rows(ofBlock: scan.blocks.upperBound - 1).upperBound
        let (row, tested) = (CostedWork.scan(dimensions: dimensions), isFiltered ? end - first : 0)
        let read = ScanRows.readCount(
            of: scan.allowed.words.span.extracting(first / 64..<(end + 63) / 64), count: end - first)
        if tested * model.filteredRow + read * model.price(of: row) <= meter.remaining {
            _ = meter.buy(tested, of: .one(.filteredRow), by: model, for: .filter)
            _ = meter.buy(read, of: row, by: model, for: .scan, dimensions: dimensions)
            return
        }
        for block in scan.blocks {
            let range = planes.rows(ofBlock: block)
            let words = range.lowerBound / 64..<(range.upperBound + 63) / 64
            var rows = ScanRows(count: range.count, words: Array(scan.allowed.words[words]))
            let isPaid = rows.pay(isFiltered: isFiltered, dimensions: dimensions, model: model, from: &meter)
            guard !isPaid else { continue }
            for (index, word) in zip(words, rows.words) { scan.allowed.formIntersection(word: word, at: index) }
            let wanted = (block + 1..<scan.blocks.upperBound).reduce(0) { count, block in
                let range = planes.rows(ofBlock: block)
                let words = range.lowerBound / 64..<(range.upperBound + 63) / 64
                return count + ScanRows(count: range.count, words: Array(scan.allowed.words[words])).readCount
            }
            meter.miss(wanted, for: .scan)
            scan.blocks = scan.blocks.lowerBound..<block + 1
            return
        }
    }
}
