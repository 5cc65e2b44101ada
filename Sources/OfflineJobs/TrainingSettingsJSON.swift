import Domain
import JSON
import Towers
import Training

/// How a generation is trained, as its row and its run's row in the database keep it.
enum TrainingSettingsJSON {
    /// A JSON object; what only training tells is left out before it.
    static func text(_ configuration: TrainingConfiguration, _ trained: TrainedModel? = nil) -> String {
        let settings = JSONValue.object([
            "ladder": .array(configuration.ladder.rungs.map(JSONValue.integer)),
            "epochs": (trained?.history.count ?? configuration.epochs).map(JSONValue.integer),
            "best_epoch": trained.map { .integer($0.bestEpoch) },
            "train_seconds": trained.map { .number($0.elapsed / .seconds(1)) },
            "batch_size": .integer(configuration.batchSize(isOrdered: false)),
            "learning_rate": trained.map {
                .number(Double(configuration.learningRate(isOrdered: $0.model.readsOrder)))
            },
            "reads_order": trained.map { .bool($0.model.readsOrder) },
            "temperature": trained.map { .number(Double(configuration.temperature(isOrdered: $0.model.readsOrder))) },
            "history_length": .integer(configuration.historyLength),
            "user_id_embedding": .bool(configuration.userIDEmbedding),
            "threads": .integer(configuration.threads),
            // Beyond 2^53 a number would not survive every reader.
            "seed": .string(String(configuration.seed)),
            "interrupted": trained.map { .bool($0.wasInterrupted) },
        ])
        return settings.description
    }
}
