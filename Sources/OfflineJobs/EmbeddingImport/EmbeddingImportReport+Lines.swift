import Domain

extension EmbeddingImportReport {
    /// The report for people.
    public var lines: [String] {
        [matchLine("items", items)] + (users.map { [matchLine("users", $0)] } ?? []) + missingLines + [""] + table
            + [""] + verdict + planLines
            + ["", standing]
    }

    private func matchLine(_ kind: String, _ part: Part) -> String {
        var line = "\(part.rows) \(kind) of \(generation.ladder.fullLength) dimensions"
        if part.unknown > 0 {
            line +=
                part.leftOut
                ? "; \(part.unknown) left out, which the catalogue does not know"
                : "; \(part.unknown) new, with nothing but their ids"
        }
        if part.deleted > 0 { line += "; \(part.deleted) were deleted and stay so" }
        return line + "."
    }

    private var missingLines: [String] {
        guard items.missing > 0 else { return [] }
        let examples = items.missingExamples.joined(separator: ", ") + (items.missing > 3 ? ", …" : "")
        return ["\(items.missing) items of the catalogue have no vector and are not served: \(examples)."]
    }

    /// A line a rung: what it finds of the full length's answer.
    private var table: [String] {
        let k = measurement.k
        let heads = ["recall@\(k) alone"] + measurement.shortlists.map { "of a shortlist of \($0)" }
        let head =
            "\(measurement.queries) \(asksAsUsers ? "users" : "items") asked; what each prefix finds of the full "
            + "vectors' first \(k), by itself and after a rerank:"
        return [head, Self.pad("dims", 6) + heads.map { "  " + $0 }.joined() + "  served"]
            + measurement.rungs.map { rung in
                let cells = zip(heads, [rung.alone.recall] + rung.reranked).map {
                    "  " + Self.pad(Self.rounded($1), $0.count)
                }
                let isServed = generation.ladder.rungs.contains(rung.dimensions)
                return Self.pad("\(rung.dimensions)", 6) + cells.joined() + (isServed ? "     yes" : "      no")
            }
    }

    /// The sentence from which rung the vectors may be served.
    private var verdict: [String] {
        let bar = "\((minimumRecall * 1_000).rounded() / 10) % of the full vectors' answer"
        let shortlist = measurement.shortlists.last ?? measurement.k
        let full = generation.ladder.fullLength
        guard servesOnlyWhole else {
            return [
                "These vectors may be served from \(servedFrom) dimensions on: from there each rung finds \(bar) "
                    + "with a shortlist of \(shortlist)."
            ]
        }
        return [
            "These vectors may be served by all \(full) dimensions only: no shorter rung, with all above it, finds \(bar) with "
                + "a shortlist of \(shortlist).",
            "They are not nested (Matryoshka) embeddings: each request reads \(full) dimensions of an item where nested "
                + "vectors let it read 16 to 64. Train them with a nested loss; or turn items and users by one rotation that "
                + "puts most of their spread first (PCA without centring changes no full score); or ask less, with "
                + "--minimum-recall.",
        ]
    }

    /// What a request's plan finds and costs, the lists of a large catalogue included.
    private var planLines: [String] {
        guard !plans.isEmpty else { return [] }
        let width = plans.map(\.plan.count).reduce(0, max)
        return ["", "What the plans find of that answer, and cost:"]
            + plans.map { point in
                "  " + point.plan + String(repeating: " ", count: width - point.plan.count)
                    + "  recall \(Self.rounded(point.recall))  \(point.cost.wholeUnits) units"
            }
    }

    private var standing: String {
        let name = generation.name.map { " '\($0)'" } ?? ""
        if let known = generation.name, known != askedName {
            return "\(generation.number)\(name) has these vectors already, and "
                + (generation.state == .active ? "serves." : "is as it was.")
        }
        guard generation.state == .active else {
            return "\(generation.number)\(name) is there; `linden models activate \(generation.number)` makes it serve."
        }
        return "\(generation.number)\(name) serves now."
            + (before.map { " `linden models activate \($0)` goes back to \($0)." } ?? "")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func rounded(_ value: Double) -> String {
        let digits = String(Int((value * 10_000).rounded()))
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return padded.dropLast(4) + "." + padded.suffix(4)
    }
}
