import Domain
import Foundation
import Training

extension MatryoshkaReport {
    /// The report as people read it: a table for each measure, and a sentence on a quarter of the length.
    public var lines: [String] {
        [head, ""] + table("recall@\(k)", \.recall) + [""] + table("nDCG@\(k)", \.ndcg) + ["", sentence]
    }

    private var head: String {
        let seconds = models.reduce(0.0) { $0 + $1.elapsed / .seconds(1) }
        return "\(users) users, \(items) items, full ranking, seed \(configuration.seed); \(models.count) models in "
            + String(format: "%.0f s of training", seconds)
    }

    private func table(_ name: String, _ measure: KeyPath<RungQuality, Double>) -> [String] {
        let width = ([name] + series.map(\.method.name)).map(\.count).max() ?? 0
        func line(_ name: String, _ cells: [String]) -> String {
            name + String(repeating: " ", count: width - name.count)
                + cells.map { String(repeating: " ", count: max(1, 8 - $0.count)) + $0 }.joined()
        }
        return [line(name, ladder.rungs.map { "\($0)" })]
            + series.map { series in
                line(series.method.name, series.qualities.map { String(format: "%.4f", $0[keyPath: measure]) })
            }
    }

    /// What each method keeps of its own full length's recall.
    private var sentence: String {
        let shares = series.map { series in
            let share = series.keptShare(at: quarterLength).map { String(format: "%.1f %%", $0 * 100) }
            return "\(series.method.name) \(share ?? "nothing of nothing")"
        }
        return "At \(quarterLength) of \(ladder.fullLength) dimensions each keeps of its recall at "
            + "\(ladder.fullLength): " + shares.joined(separator: "; ") + "."
    }
}
