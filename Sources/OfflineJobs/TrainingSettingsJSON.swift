import Domain
import JSON
import Towers
import Training

/// How a generation was trained, as its row in the database keeps it.
enum TrainingSettingsJSON {
    static func text(_ configuration: TrainingConfiguration, _ trained: TrainedModel) -> String {
        let settings = JSONValue.object([
            "ladder": .array(configuration.ladder.rungs.map(JSONValue.integer)),
            "epochs": .integer(trained.history.count),
            "best_epoch": .integer(trained.bestEpoch),
            "batch_size": .integer(configuration.batchSize),
            "learning_rate": .number(
                Double(configuration.learningRate(isOrdered: trained.model.readsOrder))),
            "reads_order": .bool(trained.model.readsOrder),
            "temperature": .number(Double(configuration.temperature)),
            "history_length": .integer(configuration.historyLength),
            "user_id_embedding": .bool(configuration.userIDEmbedding),
            "threads": .integer(configuration.threads),
            // Beyond 2^53 a number would not survive every reader.
            "seed": .string(String(configuration.seed)),
            "interrupted": .bool(trained.wasInterrupted),
        ])
        return settings.description
    }
}
