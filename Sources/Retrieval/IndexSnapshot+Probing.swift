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
        guard let probes, probes < listCount else {
            return try candidates(
                for: query, dimensions: dimensions, count: count, mask: mask, model: model, paying: &meter,
                kernel: kernel, shouldStop: shouldStop)
        }
        let scan = try prepare(
            for: query, probes: probes, dimensions: dimensions, count: count, mask: mask, model: model, paying: &meter,
            kernel: kernel)
        return try self.candidates(of: [scan], kernel: kernel, shouldStop: shouldStop)[0]
    }
}
