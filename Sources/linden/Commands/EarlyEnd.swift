import Domain
import Foundation

/// A rerank that ends early, beside one of fixed depth that finds as much.
struct EarlyEnd {
    private let scan: String
    private let recall: Double
    /// Mean candidates reranked.
    private let early: Double
    private let fixed: Double

    /// Compares where a curve reaches a recall both ways; between measured points on a straight line.
    ///
    /// - Returns: `nil` where it does not, or where the scan's own order does.
    init?(_ curve: RecallCurve, recall: Double) {
        guard
            let early = Self.depth(curve.adaptive.map { ($0.depth, $0.recall) }, reaching: recall),
            let fixed = Self.depth(curve.fixed.map { (Double($0.depth), $0.recall) }, reaching: recall)
        else { return nil }
        scan = (curve.probes.map { "p\($0)-" } ?? "") + "s\(curve.dimensions)"
        self.recall = recall
        (self.early, self.fixed) = (early, fixed)
    }

    /// The depth at which rising points cross a recall.
    private static func depth(_ points: [(depth: Double, recall: Double)], reaching recall: Double) -> Double? {
        guard let first = points.first, first.recall < recall,
            let high = points.firstIndex(where: { $0.recall >= recall })
        else { return nil }
        let (from, to) = (points[high - 1], points[high])
        return from.depth + (recall - from.recall) / (to.recall - from.recall) * (to.depth - from.depth)
    }

    var line: String {
        let text = String(
            format: "  %@ recall %.3f  %6.1f candidates reranked in the mean, %6.1f at a fixed depth: ",
            scan.padding(toLength: 10, withPad: " ", startingAt: 0), recall, early, fixed)
        return text + (early < fixed ? String(format: "%3.0f %% fewer", 100 * (1 - early / fixed)) : "which is used")
    }
}
