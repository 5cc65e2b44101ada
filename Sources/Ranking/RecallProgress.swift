package import Domain

/// How much of the answer a rerank has found by now, as far as the scores tell.
package struct RecallProgress: Sendable {
    private let predictor: RecallPredictor
    private let wanted: Int
    private let prefixScores: [Float]
    private let beyond: RecallPredictor.Tail?
    private var residuals = RecallPredictor.Residuals()
    /// Best full scores, best first; as many as are wanted.
    private var best: [Float] = []
    /// Candidates reranked.
    package private(set) var depth = 0

    /// Begins with nothing reranked.
    ///
    /// - Parameters:
    ///   - predictor: Measured on the generation.
    ///   - wanted: Items of the answer, 1 or more.
    ///   - prefixScores: The shortlist's, best first.
    ///   - hasAll: Whether the shortlist has every row that there is.
    package init(_ predictor: RecallPredictor, wanted: Int, prefixScores: [Float], hasAll: Bool) {
        self.predictor = predictor
        self.wanted = wanted
        self.prefixScores = prefixScores
        beyond = hasAll ? nil : RecallPredictor.Tail(of: prefixScores)
    }

    /// Candidates that are reranked before the estimate is asked again.
    package static func chunk(after depth: Int, wanted: Int) -> Int {
        depth == 0 ? max(wanted + wanted / 4, 12) : depth < 4 * wanted ? 4 : 8
    }

    /// Adds the next candidates' full scores.
    package mutating func add(_ fullScores: some Sequence<Float>) {
        for score in fullScores {
            residuals.add(score - predictor.slope * prefixScores[depth])
            depth += 1
            if best.count == wanted, let last = best.last, score <= last { continue }
            let place = best.firstIndex { $0 < score } ?? best.count
            best.insert(score, at: place)
            if best.count > wanted { best.removeLast() }
        }
    }

    /// The estimate before what measured queries made of it; 0 until there are as many as are wanted.
    package var rawEstimate: Float {
        guard best.count == wanted, let last = best.last else { return depth == prefixScores.count ? 1 : 0 }
        return predictor.estimate(
            wanted: wanted, threshold: last, rest: prefixScores[depth...], beyond: beyond, residuals: residuals)
    }

    /// Estimated recall, 0 to 1.
    package var estimate: Float { predictor.recall(ofEstimate: rawEstimate) }
}
