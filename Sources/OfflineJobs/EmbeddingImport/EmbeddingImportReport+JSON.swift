import Domain
public import JSON

extension EmbeddingImportReport {
    /// The report for scripts.
    public var json: JSONValue {
        .object([
            "generation": .string(generation.number.description), "name": .string(generation.name ?? askedName),
            "state": .string(generation.state.rawValue),
            "ladder": .array(generation.ladder.rungs.map(JSONValue.integer)),
            "served_from": .integer(servedFrom),
            "dims": .integer(generation.ladder.fullLength),
            "items": items.json, "users": users?.json,
            "query_source": .string(asksAsUsers ? "users" : "items"),
            "measured": measurement.json(minimumRecall: minimumRecall, served: generation.ladder),
            "plans": .array(
                plans.map { point in
                    [
                        "plan": .string(point.plan), "recall": .number(point.recall),
                        "cost": .number(Double(point.cost.microunits) / 1e6),
                    ]
                }),
            "seconds": .number(elapsed / .seconds(1)),
        ])
    }
}

extension EmbeddingImportReport.Part {
    fileprivate var json: JSONValue {
        [
            "rows": .integer(rows), "new": .integer(leftOut ? 0 : unknown), "left_out": .integer(leftOut ? unknown : 0),
            "deleted": .integer(deleted), "without_vector": .integer(missing),
        ]
    }
}

extension RungMeasurement {
    /// The measurement, as scripts read it and the generation's row keeps it.
    func json(minimumRecall: Double, served: PrefixLadder) -> JSONValue {
        [
            "k": .integer(k), "queries": .integer(queries), "minimum_recall": .number(minimumRecall),
            "rungs": .array(
                rungs.map { rung in
                    [
                        "dims": .integer(rung.dimensions), "recall": .number(rung.alone.recall),
                        "ndcg": .number(rung.alone.ndcg),
                        "reranked": .array(
                            zip(shortlists, rung.reranked).map { ["shortlist": .integer($0), "recall": .number($1)] }),
                        "served": .bool(served.rungs.contains(rung.dimensions)),
                    ]
                }),
        ]
    }
}
