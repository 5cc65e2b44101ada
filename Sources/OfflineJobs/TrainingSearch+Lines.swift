public import Training

extension TrainingSearch.Report {
    /// The search as people read it: a row a trial, of many those in full alone, and what was chosen.
    public var lines: [String] {
        let first = trials.first?.configuration
        var rows = [["trial", "candidate", "epochs", "recall", "seconds", "settings"]]
        let areMany = trials.count > 30
        for (number, trial) in trials.enumerated() where !areMany || trial.epochs == trial.configuration.epochs {
            rows.append([
                "\(number + 1)", "\(trial.candidate)", "\(trial.epochs)", trial.score.map { Self.rounded($0) } ?? "-",
                Self.rounded(trial.elapsed / .seconds(1), decimals: 1), Self.changes(trial.configuration, from: first),
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let table = rows.map { row in
            let cells = zip(row, widths).dropLast().map { String(repeating: " ", count: $1 - $0.count) + $0 }
            return (cells + row.suffix(1)).joined(separator: "  ")
        }
        let chosen = best == 0 ? "the given settings" : "candidate \(best): \(Self.changes(configuration, from: first))"
        let note = areMany ? ["Not shown: \(trials.count - table.count + 1) shorter trials."] : []
        return table + note + ["Chosen: \(chosen)."]
    }

    /// What a configuration has changed, such as `temperature 0.06, id dropout 0.05`.
    static func changes(_ configuration: TrainingConfiguration, from first: TrainingConfiguration?) -> String {
        guard let first else { return "as given" }
        func named(_ name: String, _ value: (TrainingConfiguration) -> Float?) -> String? {
            value(configuration) == value(first) ? nil : value(configuration).map { "\(name) \(rounded(Double($0)))" }
        }
        func named(_ name: String, _ value: (TrainingConfiguration) -> Int?) -> String? {
            value(configuration) == value(first) ? nil : value(configuration).map { "\(name) \($0)" }
        }
        let changes = [
            named("learning rate", \.learningRate), named("temperature", \.temperature),
            named("rarity exponent", \.rarityExponent), named("id dropout", \.idDropout),
            named("reader rate", \.readerRate), named("reader width", \.readerWidth),
            named("reader dropout", \.readerDropout), named("batch size", \.batchSize), named("epochs", \.epochs),
            named("taught share", \.taughtShare), named("taught sharpness", \.taughtSharpness),
        ].compactMap { $0 }
        return changes.isEmpty ? "as given" : changes.joined(separator: ", ")
    }

    private static func rounded(_ value: Double, decimals: Int = 4) -> String {
        let scale = decimals == 1 ? 10.0 : 10_000
        return String((value * scale).rounded() / scale)
    }
}
