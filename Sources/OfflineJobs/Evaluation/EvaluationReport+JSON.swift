import Domain
import Evaluation
public import JSON
import Training

extension EvaluationReport {
    /// The report as scripts read it.
    public var json: JSONValue {
        .object([
            "protocol": .string(rule.name), "k": .integer(k), "users": .integer(report.users),
            "items": .integer(report.items), "seed": .integer(Int(clamping: seed)),
            "train_seconds": .number(report.training.elapsed / .seconds(1)),
            "product_share": report.training.productShare.map(JSONValue.number),
            "epochs": .integer(report.training.history.count), "best_epoch": .integer(report.training.bestEpoch),
            "bootstrap": .object([
                "resamples": .integer(BootstrapMeans.standardResamples),
                "level": .number(ConfidenceInterval.standardLevel),
            ]),
            "rungs": .array(report.rungs.map(Self.json)),
            "liked": liked.isEmpty ? nil : .array(liked.map(Self.json)),
            "validation": report.validation.isEmpty ? nil : .array(report.validation.map(Self.json)),
            "left_out": .object([
                "without_time": .integer(withoutTime), "repeats": .integer(repeats), "test": Self.json(test),
                "validation": validation.map(Self.json),
            ]),
            "untrained_test_interactions": .integer(untrained),
        ])
    }

    private static func json(_ rung: OfflineEvaluation.Rung) -> JSONValue {
        let (quality, popularity, intervals) = (rung.quality, rung.judged.popularity, rung.intervals)
        return .object([
            "dims": .integer(rung.dimensions), "recall": .number(quality.recall), "ndcg": .number(quality.ndcg),
            "mrr": .number(quality.meanReciprocalRank), "hit_rate": .number(quality.hitRate),
            "coverage": .number(quality.coverage), "popularity": .number(popularity.average),
            "popularity_lift": .number(popularity.lift), "exposure_gini": .number(popularity.exposureGini),
            "intervals": .object([
                "recall": json(intervals.recall), "ndcg": json(intervals.ndcg),
                "mrr": json(intervals.meanReciprocalRank), "hit_rate": json(intervals.hitRate),
                "popularity": json(intervals.popularity), "popularity_lift": json(intervals.popularityLift),
            ]),
        ])
    }

    private static func json(_ interval: ConfidenceInterval) -> JSONValue {
        .array([.number(interval.lower), .number(interval.upper)])
    }

    private static func json(_ part: HeldOutPart) -> JSONValue {
        .object([
            "given": .integer(part.given), "unknown_users": .integer(part.unknownUsers),
            "unknown_items": .integer(part.unknownItems), "already_known": .integer(part.alreadyKnown),
            "repeated": .integer(part.repeated),
        ])
    }
}
