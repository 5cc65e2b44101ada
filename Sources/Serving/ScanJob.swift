import Domain
import Retrieval

/// One request's scan on its way through the batcher.
struct ScanJob: Sendable {
    let index: IndexSnapshot
    /// Tells the index from all others.
    let mark: IndexMark
    let scan: PreparedScan
    let clock: RequestClock

    /// Scans some jobs of one index in a pass, until all of them are late.
    static func answers(to jobs: [ScanJob]) throws(RetrievalError) -> [ScanAnswer] {
        guard let first = jobs.first else { return [] }
        var wasStopped = false
        let found = try first.index.candidates(of: jobs.map(\.scan)) {
            wasStopped = wasStopped || jobs.allSatisfy { $0.clock.isLate }
            return wasStopped
        }
        return found.map { ScanAnswer(candidates: $0, wasStopped: wasStopped) }
    }
}

/// What a scan found.
struct ScanAnswer: Sendable {
    /// Best first.
    var candidates: [Candidate]
    /// Whether a deadline ended it.
    let wasStopped: Bool
}

/// Tells one index from another by being another object.
final class IndexMark: Sendable {}
