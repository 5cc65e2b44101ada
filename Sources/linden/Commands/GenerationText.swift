import Domain
import Foundation

/// Generations as commands print them.
enum GenerationText {
    /// What it is and holds; what its recall means where that is not the usual.
    static func headLine(_ generation: Generation) -> String {
        "\(generation.number)  \(generation.state.rawValue)  \(generation.users) users  \(generation.items) items"
            + (generation.name.map { "  '\($0)': vectors from elsewhere, recall of their own full length" } ?? "")
    }

    /// A line a rung, with its recall as a bar nested in the bars below: one embedding, many lengths.
    static func rungLines(_ generation: Generation) -> [String] {
        let full = Double(generation.ladder.fullLength)
        let best = generation.rungs.map(\.recall).max() ?? 1
        return generation.rungs.map { rung in
            let width = max(1, Int((Double(rung.dimensions) / full * 48).rounded()))
            let bar = String(repeating: "█", count: width) + String(repeating: "·", count: 48 - width)
            let share = best > 0 ? Int((rung.recall / best * 100).rounded()) : 0
            return String(format: "%5d dims  ", rung.dimensions) + bar
                + String(format: "  recall@%d %.4f  (%d %%)", generation.cutoff, rung.recall, share)
        }
    }

    /// A generation beside the one that served, a line a rung.
    static func lines(of comparison: GenerationComparison) -> [String] {
        let head =
            "Against \(comparison.active), on \(comparison.users) users' items that were held out"
            + (comparison.mayFlatterActive ? " (\(comparison.active) may have been trained on them):" : ":")
        return [head]
            + comparison.rungs.map { rung in
                String(
                    format: "%5d dims  recall@%d %.4f → %.4f  (%+.4f to %+.4f)", rung.dimensions, comparison.cutoff,
                    rung.active, rung.new, rung.difference.lowerBound, rung.difference.upperBound)
            }
    }
}
