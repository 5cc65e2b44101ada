import Domain
import Planning
import Retrieval
import VectorKernels

extension IndexSnapshot {
    /// The index's lists as plans are priced by them; `nil` without lists.
    var listShape: ListShape? {
        guard listCount > 0 else { return nil }
        // A list begins and ends anywhere in a group.
        let longest = (longestList + 2 * (Self.groupRows - 1)) / Self.groupRows * Self.groupRows
        return ListShape(
            count: listCount, longest: longest, tailRows: tailCount, dimensions: listDimensions,
            scored: centresToScore(probes:isFiltered:))
    }

    /// The candidates that a plan finds, by its probes or by a scan of all rows.
    ///
    /// All allowed rows are read where that is no more work than the probes: when a filter leaves few. And they are read, as
    /// far as the budget goes, when the lists near the query had fewer than `least` of those that there are.
    ///
    /// - Parameters:
    ///   - plan: Says how.
    ///   - query: Of the generation's full length.
    ///   - lists: The index's own ``listShape``.
    ///   - count: Candidates wanted.
    ///   - least: Candidates that an answer cannot do with less of.
    ///   - mask: The rows allowed.
    ///   - model: The prices.
    ///   - meter: Pays.
    ///   - scan: Scans what was prepared and paid for.
    /// - Returns: Best first.
    /// - Throws: ``Retrieval/RetrievalError``, and what `scan` throws.
    func candidates(
        by plan: ServingPlan, for query: [Float], in lists: ListShape?, count: Int, atLeast least: Int, mask: RowMask,
        model: CostModel, paying meter: inout CostMeter,
        scan: (PreparedScan) async throws -> ScanAnswer
    ) async throws -> ScanAnswer {
        let allowed = plan.probes == nil ? 0 : mask.count
        let probes = plan.probes.flatMap { probes in
            lists.map { allowed * Self.groupRows <= $0.rows(probes: probes) } ?? true ? nil : probes
        }
        let found = try await scan(
            prepare(
                for: query.span, probes: probes, dimensions: plan.scanDimensions, count: count, mask: mask,
                model: model, paying: &meter))
        guard probes != nil, found.candidates.count < min(least, allowed), !found.wasStopped else { return found }
        let all = try await scan(
            prepare(
                for: query.span, probes: nil, dimensions: plan.scanDimensions, count: count, mask: mask, model: model,
                paying: &meter))
        let rows = Set(all.candidates.map(\.row))
        // The budget may have ended before the rows that the probes had found.
        let others = found.candidates.filter { !rows.contains($0.row) }
        let both = (all.candidates + others).sorted(by: Candidate.ranksBefore)
        return ScanAnswer(candidates: Array(both.prefix(count)), wasStopped: all.wasStopped)
    }

    /// Rows that a scan reads for one of them that is allowed.
    private static var groupRows: Int { 16 }
}
