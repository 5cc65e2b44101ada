import ByteStreams
import Domain
import Retrieval

extension SearchedRows {
    /// Queries that choose a depth: enough to tell a recall of .99 from .98.
    private static let choosingQueries = 200
    /// Turns in which the plans of two depths are timed.
    private static let turns = 3

    /// Reads and indexes a file, as deep as serves some queries well.
    ///
    /// Deeper planes take memory, and pay where short prefixes hold little of what full vectors say: a longer scan then
    /// spares a long shortlist. From the ladder's own depth on, the next rung is tried until one does not pay.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - ladder: Prefix lengths; the last is the length of the file's rows.
    ///   - policy: How the index is made; with a depth, it is made so deep.
    ///   - judged: Queries to choose by.
    ///   - target: Recall to choose for.
    ///   - building: Gets what making the index that was chosen took.
    /// - Returns: The rows, and the depths that were tried, shallowest first, each as it was timed in turns with the next;
    ///   none when there was no choice.
    /// - Throws: ``VectorFiles/VectorFileError``; `CancellationError`.
    static func choosingDepth(
        _ source: ByteSource, ladder: PrefixLadder, policy: ListPolicy, by judged: JudgedQueries, target: Double,
        building: inout Building
    ) throws -> (rows: SearchedRows, trials: [DepthTrial]) {
        var rows = try SearchedRows(source, ladder: ladder, policy: policy, building: &building)
        let deeper = ladder.rungs.filter { $0 > rows.index.depth }
        guard policy.depth == nil, !deeper.isEmpty else { return (rows, []) }
        let judged = judged.prefix(choosingQueries)
        var best = try rows.fastest(for: judged, target: target)
        var trials = [rows.trial(best)]
        for depth in deeper {
            var policy = policy
            policy.depth = depth
            var deepBuilding = Building()
            let deep = try SearchedRows(source, ladder: ladder, policy: policy, building: &deepBuilding)
            var found = try deep.fastest(for: judged, target: target)
            for _ in 0..<turns {
                best = faster(best, try judged.measurement(of: best.plan, on: rows))
                found = faster(found, try judged.measurement(of: found.plan, on: deep))
            }
            let trial = deep.trial(found)
            trials[trials.count - 1] = rows.trial(best)
            trials.append(trial)
            guard trial.pays(over: best, target: target) else { break }
            (rows, best, building) = (deep, found, deepBuilding)
        }
        return (rows, trials)
    }

    private func trial(_ found: PlanMeasurement) -> DepthTrial {
        DepthTrial(depth: index.depth, indexBytes: index.residentBytes, found: found)
    }

    private func fastest(for judged: JudgedQueries, target: Double) throws -> PlanMeasurement {
        var tuner = self.tuner(for: judged, margin: 0)
        return try tuner.best(for: target) { plan, count in
            try (count.map { judged.prefix($0) } ?? judged).measurement(of: plan, on: self)
        }
    }

    /// The faster of two measurements of a plan: what else the machine does only makes it slower.
    private static func faster(_ one: PlanMeasurement, _ other: PlanMeasurement) -> PlanMeasurement {
        other.p50 < one.p50 ? other : one
    }
}
