import Domain
import Foundation

extension MatryoshkaReport {
    /// Recall by length, a line a method.
    public var plot: LinePlot {
        let told = series.map { series in
            series.method.name + " "
                + series.qualities.map { String(format: "%.4f at %d", $0.recall, $0.dimensions) }.joined(
                    separator: ", ")
        }
        return LinePlot(
            title: "Recall@\(k) by embedding length",
            description: "Full ranking of \(items) items for \(users) users. " + told.joined(separator: "; ") + ".",
            xLabel: "dimensions", yLabel: "recall@\(k)",
            lines: series.map { series in
                LinePlot.Line(
                    name: series.method.name,
                    points: series.qualities.map { LinePlot.Point(x: Double($0.dimensions), y: $0.recall) })
            })
    }
}
