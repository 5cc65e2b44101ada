import Domain
import JSON
import Towers
import Training

/// How a generation is trained, as its row and its run's row in the database keep it.
enum TrainingSettingsJSON {
    /// A JSON object; what only training tells is left out before it.
    static func text(
        _ configuration: TrainingConfiguration, _ weights: InteractionWeights, _ trained: TrainedModel? = nil,
        search: TrainingSearch.Report? = nil
    ) -> String {
        let readsOrder = trained?.model.readsOrder ?? configuration.isOrdered
        let settings = JSONValue.object([
            "ladder": .array(configuration.ladder.rungs.map(JSONValue.integer)),
            "epochs": (trained?.history.count ?? configuration.epochs).map(JSONValue.integer),
            "best_epoch": trained.map { .integer($0.bestEpoch) },
            "train_seconds": trained.map { .number($0.elapsed / .seconds(1)) },
            "product_share": trained?.productShare.map { .number(($0 * 1000).rounded() / 1000) },
            "batch_size": readsOrder.map { .integer(configuration.batchSize(isOrdered: $0)) },
            "candidates": readsOrder.map { .integer(configuration.candidates(isOrdered: $0)) },
            "learning_rate": readsOrder.map { number(configuration.learningRate(isOrdered: $0)) },
            "reads_order": readsOrder.map(JSONValue.bool),
            "temperature": readsOrder.map { number(configuration.temperature(isOrdered: $0)) },
            "history_length": readsOrder.map {
                .integer($0 ? configuration.sequenceLength : configuration.historyLength)
            },
            "rarity_exponent": number(configuration.rarityExponent),
            "id_dropout": number(configuration.idDropout),
            "teacher": readsOrder == false ? teacher(configuration) : JSONValue?.none,
            "reader": readsOrder == true ? reader(configuration) : JSONValue?.none,
            "search": search.map {
                .object([
                    "trials": .integer($0.trials.count), "best": .integer($0.best),
                    "seconds": .number($0.trials.map(\.elapsed).reduce(.zero, +) / .seconds(1)),
                ])
            },
            "user_id_embedding": .bool(configuration.userIDEmbedding),
            "weights": .string("\(weights)"),
            "threads": .integer(configuration.threads),
            // Beyond 2^53 a number would not survive every reader.
            "seed": .string(String(configuration.seed)),
            "interrupted": trained.map { .bool($0.wasInterrupted) },
        ])
        return settings.description
    }

    private static func teacher(_ configuration: TrainingConfiguration) -> JSONValue {
        .object([
            "share": number(configuration.taughtShare), "depth": .integer(configuration.taughtDepth),
            "sharpness": number(configuration.taughtSharpness),
        ])
    }

    private static func reader(_ configuration: TrainingConfiguration) -> JSONValue {
        .object([
            "width": .integer(configuration.readerWidth), "blocks": .integer(configuration.readerBlocks),
            "rate": number(configuration.readerRate), "dropout": number(configuration.readerDropout),
        ])
    }

    /// The number as it was written: 0.07, not the nearest of the longer format.
    private static func number(_ value: Float) -> JSONValue { .number(Double(value.description) ?? Double(value)) }
}
