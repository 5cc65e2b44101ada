import Domain
import Foundation
import JSON
import OfflineJobs
import Planning

/// A measured frontier as `linden calibrate` prints and draws it.
struct FrontierReport {
    private let outcome: FrontierJob.Outcome
    private let points: [FrontierPoint]
    /// Plans that everybody has: one prefix of all rows, deeper and deeper.
    private let plain: [FrontierPoint]

    init(_ outcome: FrontierJob.Outcome, model: CostModel) {
        self.outcome = outcome
        let ladder = outcome.generation.ladder
        points = FrontierPlans(outcome.frontier).points(model: model, ladder: ladder)
        let scans = outcome.frontier.curves.filter { $0.probes == nil && $0.allowedShare == 1 && $0.count == 10 }
        let price = model.rerank(dimensions: ladder.fullLength)
        plain =
            scans.max { $0.dimensions < $1.dimensions }.map { curve in
                curve.fixed.map { point in
                    let plan = ServingPlan(scanAtLeast: curve.dimensions, shortlist: point.depth, ladder: ladder)
                    return FrontierPoint(
                        plan: "s\(curve.dimensions)", recall: point.recall, ndcg: point.ndcg,
                        cost: curve.scanCost + plan.candidates(for: curve.count) * model.keptRow + point.depth * price)
                }
            } ?? []
    }

    static func progress(_ step: FrontierJob.Step) -> String {
        switch step {
        case .loading(let generation): "Reading the \(generation.items) items of \(generation.number) …"
        case .askingStore(let users): "Asking the store for \(users) users …"
        case .measuring(.answering(let done, let all)): "Answering by the full vectors  \(done) of \(all) filters"
        case .measuring(.scanning(let done, let all)):
            "Measuring plans  \(ProgressLine.bar(Double(done) / Double(all)))  \(done) of \(all) ways to scan"
        }
    }

    /// A row a plan that no other beats, with a bar for its recall.
    var lines: [String] {
        let frontier = outcome.frontier
        let width = points.map(\.plan.count).max() ?? 0
        let errors = frontier.curves.filter { $0.allowedShare == 1 }.compactMap(\.estimateError)
        var lines = [
            "What plans find of the full vectors' first 10, and cost, for \(frontier.queries) of \(outcome.users) users of "
                + "\(outcome.generation.number) (\(frontier.rows) items, \(name)):", "",
        ]
        lines += points.map { point in
            let name = point.plan + String(repeating: " ", count: width - point.plan.count)
            return String(
                format: "  %@  recall %.4f  nDCG %.4f  %9.1f units  ", name, point.recall, point.ndcg, point.cost.units)
                + ProgressLine.bar(point.recall)
        }
        let endings = frontier.curves.filter { $0.allowedShare == 1 && $0.count == 10 }
            .flatMap { curve in Self.recalls.compactMap { EarlyEnd(curve, recall: $0) } }
        if !endings.isEmpty {
            let title = "What ending easy requests early saves, at the same mean recall, on users that did not fit it:"
            lines += ["", title, ""]
            lines += endings.map(\.line)
        }
        if let worst = errors.max() {
            lines += [
                "",
                String(format: "Estimates of recall, on users that did not fit them, are off by up to %.3f.", worst),
            ]
        }
        return lines
    }

    /// Mean recalls at which early ends are held against fixed depths.
    private static let recalls = [0.95, 0.98, 0.99, 0.995]

    private var name: String { "linden-cost/\(outcome.frontier.costModel)" }

    var json: JSONValue {
        [
            "generation": .string(outcome.generation.number.description), "cost_model": .string(name),
            "host": .string(outcome.frontier.host), "queries": .integer(outcome.frontier.queries),
            "rows": .integer(outcome.frontier.rows), "curves": .integer(outcome.frontier.curves.count),
            "frontier": .array(
                points.map { point in
                    [
                        "plan": .string(point.plan), "recall": .number(point.recall), "ndcg": .number(point.ndcg),
                        "cost": .number(point.cost.units),
                    ]
                }),
        ]
    }

    /// Recall by cost: the frontier beside scans of all rows.
    var plot: LinePlot {
        func line(_ name: String, _ points: [FrontierPoint]) -> LinePlot.Line? {
            let drawn = points.filter { $0.cost > .zero }.map { LinePlot.Point(x: $0.cost.units, y: $0.recall) }
            return drawn.isEmpty ? nil : LinePlot.Line(name: name, points: drawn)
        }
        return LinePlot(
            title: "Recall@10 by cost",
            description: points.map { "\($0.plan) \($0.recall) for \($0.cost)" }.joined(separator: "; "),
            xLabel: "cost units", yLabel: "recall@10",
            lines: [line("measured plans", points), line("scan of all rows", plain)].compactMap { $0 })
    }
}
