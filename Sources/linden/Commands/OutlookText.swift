import Domain
import Foundation
import HTTPAPI
import JSON
import Planning

/// What budgets buy, as `linden plan` prints it.
struct OutlookText {
    /// Budgets in their order.
    let outlook: [BudgetLine]
    private let frontier: FrontierInUse
    private let tier: String?
    private let count: Int
    private let price: UnitPrice?

    init(lines: [BudgetLine], frontier: FrontierInUse, tier: String?, count: Int, price: UnitPrice?) {
        outlook = lines
        self.frontier = frontier
        self.tier = tier
        self.count = count
        self.price = price
    }

    /// The table, and what it rests on.
    var lines: [String] {
        let measured = frontier.plans.frontier
        var table = TextTable(
            columns: ["budget", "plan", "expected recall", "expected units"] + (price == nil ? [] : ["money/1M"])
                + ["requests/s/core"])
        for line in outlook {
            switch line.choice {
            case .success(let choice):
                let money = price.map { [String(format: "%.4g", $0.micros(of: choice.planned))] } ?? []
                table.append(
                    [
                        line.budget.description, choice.plan.description,
                        choice.expectedRecall.map { String(format: "%.3f", $0) } ?? "unknown",
                        String(format: "%.1f", choice.planned.units),
                    ] + money + [String(Int(Self.requestsPerSecond(choice)))])
            case .failure:
                let none = Array(repeating: "-", count: table.columns.count - 3)
                let (plan, says) =
                    line.budget >= popularCost ? ("popular", "-") : ("refused", "floor \(popularCost.wholeUnits)")
                table.append([line.budget.description, plan, says] + none)
            }
        }
        return [
            "\(frontier.generation.number)  \(tier.map { "tier \($0)" } ?? "any tier")  \(count) items a request  "
                + "linden-cost/\(measured.costModel)"
        ] + table.lines + [
            "Measured with \(measured.queries) queries on \(measured.rows) items on \(measured.host); requests of users "
                + "whose embeddings are stored. A unit is taken for a microsecond of a core."
                + (price == nil ? " No price is set (price_per_million_units)." : "")
        ]
    }

    /// The same for scripts.
    var json: JSONValue {
        [
            "generation": .string(frontier.generation.number.description),
            "tier": tier.map(JSONValue.string) ?? .null,
            "n": .integer(count),
            "unit": .string("linden-cost/\(frontier.plans.frontier.costModel)"),
            "queries": .integer(frontier.plans.frontier.queries),
            "items": .integer(frontier.plans.frontier.rows),
            "host": .string(frontier.plans.frontier.host),
            "budgets": .array(outlook.map(json(of:))),
        ]
    }

    private func json(of line: BudgetLine) -> JSONValue {
        switch line.choice {
        case .success(let choice):
            [
                "budget": .number(line.budget.units),
                "plan": .string(choice.plan.description),
                "expected_recall": choice.expectedRecall.map(JSONValue.number) ?? .null,
                "expected_cost": .number(choice.planned.units),
                "money_per_million_requests": price.map { .number($0.micros(of: choice.planned)) } ?? .null,
                "requests_per_second_per_core": .number(Self.requestsPerSecond(choice).rounded()),
            ]
        case .failure:
            line.budget >= popularCost
                ? ["budget": .number(line.budget.units), "plan": "popular"]
                : ["budget": .number(line.budget.units), "plan": .null, "floor": .number(popularCost.units)]
        }
    }

    /// What popular items cost, which are the answer where no scan is paid for.
    private var popularCost: CostUnits {
        let model = frontier.planner.model
        return model.request + frontier.plans.frontier.rows * model.maskedRow + count * model.filteredRow
    }

    private static func requestsPerSecond(_ choice: Planner.Choice) -> Double {
        1e6 / max(choice.planned.units, 1e-6)
    }
}
