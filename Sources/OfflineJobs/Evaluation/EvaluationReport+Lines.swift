import Domain
import Evaluation
import Training

extension EvaluationReport {
    /// The report as people read it: what was done, a row a rung, what was left out.
    public var lines: [String] {
        let seconds = Int((report.training.elapsed / .seconds(1)).rounded())
        let share = report.training.productShare.map { Int(($0 * 100).rounded()) }
        let products = share.map { ", \($0) % of it in matrix products" } ?? ""
        let head =
            "\(rule.name): \(report.users) users tested, \(report.items) items, best epoch \(report.training.bestEpoch) of "
            + "\(report.training.history.count), \(seconds) s of training\(products)"
        var lines = [head] + Self.table(titles, report.rungs.map(cells))
        if !liked.isEmpty {
            lines += ["On the test items that users liked (\(liked[0].quality.users) users):"]
            lines += Self.table(titles, liked.map(cells))
        }
        if !report.validation.isEmpty {
            lines += ["On the validation items, which come before the test:"]
            lines += Self.table(titles, report.validation.map(cells))
        }
        return lines + ["In brackets: 95 % of \(BootstrapMeans.standardResamples) resamples of the users."] + notes
    }

    private var titles: [String] {
        ["dims", "recall@\(k)", "nDCG@\(k)", "MRR@\(k)", "hit rate", "coverage", "popularity", "lift", "Gini"]
    }

    private func cells(_ rung: OfflineEvaluation.Rung) -> [String] {
        let (quality, popularity, intervals) = (rung.quality, rung.judged.popularity, rung.intervals)
        return [
            "\(rung.dimensions)", Self.figure(quality.recall, intervals.recall),
            Self.figure(quality.ndcg, intervals.ndcg),
            Self.rounded(quality.meanReciprocalRank), Self.rounded(quality.hitRate), Self.rounded(quality.coverage),
            Self.rounded(popularity.average, decimals: 1), Self.rounded(popularity.lift, decimals: 2),
            Self.rounded(popularity.exposureGini),
        ]
    }

    private static func figure(_ value: Double, _ interval: ConfidenceInterval) -> String {
        "\(rounded(value)) [\(rounded(interval.lower)), \(rounded(interval.upper))]"
    }

    /// Columns as wide as their widest cell, numbers to the right.
    private static func table(_ titles: [String], _ rows: [[String]]) -> [String] {
        let widths = titles.indices.map { column in ([titles] + rows).map { $0[column].count }.max() ?? 0 }
        return ([titles] + rows).map { row in
            zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
        }
    }

    /// A number with exactly so many decimals.
    private static func rounded(_ value: Double, decimals: Int = 4) -> String {
        let scale = (0..<decimals).reduce(1) { power, _ in power * 10 }
        let whole = Int((abs(value) * Double(scale)).rounded())
        let fraction = String(whole % scale)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(value < 0 && whole > 0 ? "-" : "")\(whole / scale).\(zeros)\(fraction)"
    }
}
