import Domain
import JSON
import Postgres

/// A frontier's curves as their `jsonb` column holds them.
enum FrontierJSON {
    static func curves(_ curves: [RecallCurve]) -> JSONB { JSONB(JSONValue.array(curves.map(object)).description) }

    /// Reads what ``curves(_:)`` wrote.
    ///
    /// - Returns: `nil` for any other form.
    /// - Throws: ``JSON/JSONSyntaxError`` for what is no JSON.
    static func curves(from json: JSONB) throws -> [RecallCurve]? {
        let curves = try JSONValue(parsing: Array(json.text.utf8)).elements ?? []
        do {
            return try curves.map(curve)
        } catch is FrontierFault {
            return nil
        }
    }

    private static func object(_ curve: RecallCurve) -> JSONValue {
        .object([
            "probes": curve.probes.map(JSONValue.integer), "dims": .integer(curve.dimensions),
            "allowed": .number(curve.allowedShare), "n": .integer(curve.count),
            "scan_microunits": .integer(curve.scanCost.microunits),
            "high_scan_microunits": .integer(curve.highScanCost.microunits),
            "fixed": .array(curve.fixed.map { [.integer($0.depth), .number($0.recall), .number($0.ndcg)] }),
            "adaptive": .array(
                curve.adaptive.map {
                    [.number($0.target), .number($0.depth), .number($0.highDepth), .number($0.recall)]
                }),
            "predictor": curve.predictor.map { predictor in
                .object([
                    "slope": .number(Double(predictor.slope)), "intercept": .number(Double(predictor.intercept)),
                    "deviation": .number(Double(predictor.deviation)),
                    "knots": .array(
                        predictor.knots.map { [.number(Double($0.estimate)), .number(Double($0.recall))] }),
                ])
            },
            "estimate_error": curve.estimateError.map(JSONValue.number),
        ])
    }

    private static func curve(_ json: JSONValue) throws -> RecallCurve {
        RecallCurve(
            probes: try json["probes"].map { Int(try number($0)) }, dimensions: Int(try number(json["dims"])),
            allowedShare: try number(json["allowed"]), count: Int(try number(json["n"])),
            scanCost: CostUnits(microunits: Int(try number(json["scan_microunits"]))),
            highScanCost: CostUnits(microunits: Int(try number(json["high_scan_microunits"]))),
            fixed: try rows(json["fixed"], length: 3).map {
                DepthPoint(depth: Int($0[0]), recall: $0[1], ndcg: $0[2])
            },
            adaptive: try rows(json["adaptive"], length: 4).map {
                TargetPoint(target: $0[0], depth: $0[1], highDepth: $0[2], recall: $0[3])
            },
            predictor: try json["predictor"].map { predictor in
                RecallPredictor(
                    slope: Float(try number(predictor["slope"])), intercept: Float(try number(predictor["intercept"])),
                    deviation: Float(try number(predictor["deviation"])),
                    knots: try rows(predictor["knots"], length: 2).map {
                        RecallPredictor.Knot(estimate: Float($0[0]), recall: Float($0[1]))
                    })
            },
            estimateError: try json["estimate_error"].map { try number($0) })
    }

    private static func rows(_ json: JSONValue?, length: Int) throws -> [[Double]] {
        guard let rows = json?.elements else { throw FrontierFault() }
        return try rows.map { row in
            guard let elements = row.elements, elements.count == length else { throw FrontierFault() }
            return try elements.map { try number($0) }
        }
    }

    private static func number(_ json: JSONValue?) throws -> Double {
        switch json {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: throw FrontierFault()
        }
    }
}

/// Thrown where a form is another than this version's.
private struct FrontierFault: Error {}
