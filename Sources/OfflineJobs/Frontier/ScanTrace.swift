import Domain
import Foundation
import Ranking

/// What one query found by one way to scan: all that recall by depth and its estimate depend on.
struct ScanTrace: Sendable {
    /// Scores of the candidates by the prefix that was scanned, best first.
    let prefixScores: [Float]
    /// Cosines of the same candidates by all dimensions.
    let fullScores: [Float]
    /// Places among the candidates of the items of the true answer, ascending.
    let places: [Int]
    /// Items of the true answer, 1 or more.
    let wanted: Int
    /// Whether every row that there is is a candidate.
    let hasAll: Bool
    /// What the scan cost, lists included, but for keeping the candidates.
    let cost: CostUnits

    /// Share of the true answer among the first `depth` candidates, which a rerank puts on top.
    ///
    /// At depth 0 the answer is the first candidates in the scan's order.
    func recall(depth: Int) -> Double {
        Double(places.prefix { $0 < max(depth, wanted) }.count) / Double(wanted)
    }

    /// nDCG of the same answer, the items of the true one being relevant.
    func ndcg(depth: Int) -> Double {
        let found = places.prefix { $0 < max(depth, wanted) }
        // A rerank ranks the true answer's items before all others.
        let ranks = depth == 0 ? Array(found) : Array(found.indices)
        let best = (0..<wanted).reduce(0) { $0 + Self.discount($1) }
        return ranks.reduce(0) { $0 + Self.discount($1) } / best
    }

    /// A moment of a rerank that estimates its recall.
    struct State {
        let depth: Int
        /// The estimate before what measured queries made of it.
        let raw: Float
        let estimate: Double
        let recall: Double
    }

    /// The same with no candidates beyond the first `depth`.
    func head(_ depth: Int) -> ScanTrace {
        ScanTrace(
            prefixScores: Array(prefixScores.prefix(depth)), fullScores: Array(fullScores.prefix(depth)),
            places: places, wanted: wanted, hasAll: hasAll && depth >= prefixScores.count, cost: cost)
    }

    /// The moment at which a rerank that ends when its estimate reaches a target does; `nil` without candidates.
    func end(_ predictor: RecallPredictor, target: Double) -> State? {
        var last: State?
        eachState(predictor) { state in
            last = state
            return state.estimate < target
        }
        return last
    }

    /// The moments at which a rerank of all candidates asks for its estimate.
    func states(_ predictor: RecallPredictor) -> [State] {
        var states: [State] = []
        eachState(predictor) { state in
            states.append(state)
            return true
        }
        return states
    }

    /// Reranks on as long as it is told to.
    private func eachState(_ predictor: RecallPredictor, goesOn: (State) -> Bool) {
        var progress = RecallProgress(predictor, wanted: wanted, prefixScores: prefixScores, hasAll: hasAll)
        while progress.depth < fullScores.count {
            let chunk = RecallProgress.chunk(after: progress.depth, wanted: wanted)
            progress.add(fullScores[progress.depth..<min(progress.depth + chunk, fullScores.count)])
            let raw = progress.rawEstimate
            let state = State(
                depth: progress.depth, raw: raw, estimate: Double(predictor.recall(ofEstimate: raw)),
                recall: recall(depth: progress.depth))
            guard goesOn(state) else { return }
        }
    }

    private static func discount(_ rank: Int) -> Double { 1 / log2(Double(rank + 2)) }
}
