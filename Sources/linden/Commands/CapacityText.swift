import Domain
import Foundation
import JSON
import Planning

/// What a load needs, as `linden capacity` prints it.
struct CapacityText {
    let estimate: CapacityEstimate
    let need: CapacityNeed
    let tier: String

    /// A line a figure; what is extrapolated wears a star.
    var lines: [String] {
        var table = TextTable(columns: ["what", "figure", "where it comes from"], fromLeft: [0, 2])
        for figure in estimate.figures where figure.value > 0 {
            table.append([
                Self.name(figure.quantity), Self.text(figure) + (figure.isExtrapolated ? " *" : "  "), figure.source,
            ])
        }
        return [
            "\(need.items) items of \(need.dimensions) dimensions, \(Self.short(need.requestsPerSecond)) requests a second for "
                + "\(need.count) items, tier \(tier): \(estimate.plan)"
        ] + table.lines
            + (estimate.figures.contains(where: \.isExtrapolated)
                ? ["* extrapolated: measured on fewer rows or another length than it is used for."] : [])
    }

    /// The same for scripts.
    var json: JSONValue {
        [
            "items": .integer(need.items), "dims": .integer(need.dimensions),
            "requests_per_second": .number(need.requestsPerSecond), "n": .integer(need.count), "tier": .string(tier),
            "plan": .string(estimate.plan.description),
            "figures": .object(
                estimate.figures.map { figure in
                    JSONValue.Member(
                        key: figure.quantity.rawValue,
                        value: [
                            "value": .number(figure.value), "source": .string(figure.source),
                            "is_extrapolated": .bool(figure.isExtrapolated),
                        ])
                }),
        ]
    }

    private static func name(_ quantity: CapacityFigure.Quantity) -> String {
        switch quantity {
        case .unitsPerRequest: "units a request, at most"
        case .busyCores: "cores busy"
        case .cores: "cores to have"
        case .index: "memory: index"
        case .vectors: "memory: vectors"
        case .itemColumns: "memory: ids, titles, counts"
        case .model: "memory: model"
        case .memory: "memory of a node"
        case .databaseItems: "PostgreSQL: items"
        case .databaseGenerations: "PostgreSQL: embeddings, models"
        case .databasePeople: "PostgreSQL: users, events"
        case .database: "PostgreSQL"
        case .moneyPerMonth: "money a month"
        }
    }

    private static func text(_ figure: CapacityFigure) -> String {
        switch figure.quantity {
        case .unitsPerRequest: String(format: "%.0f", figure.value)
        case .busyCores, .cores: String(format: "%.2f", figure.value)
        case .moneyPerMonth: String(format: "%.2f", figure.value)
        default: bytes(figure.value)
        }
    }

    private static func bytes(_ count: Double) -> String {
        count >= 1e9 ? String(format: "%.1f GB", count / 1e9) : String(format: "%.1f MB", count / 1e6)
    }

    private static func short(_ number: Double) -> String { String(format: "%g", number) }
}
