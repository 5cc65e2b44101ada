/// The settings that a search tries: the given ones first, then changes to them.
///
/// Each change draws every setting anew with a chance of one half and keeps it otherwise, uniformly from a few values:
///
/// | setting | values |
/// |---|---|
/// | learning rate | × ½, × 0.7, × 1.4, × 2 |
/// | temperature | × 0.7, × 0.85, × 1.2, × 1.5; 0.03 at least |
/// | rarity exponent (weight of items in a history) | 0, 0.125, 0.25 |
/// | id dropout | 0, 0.05, 0.2 |
/// | ordered: rate, width, dropout of the reader | × ½, × 2; × ½, × 1.5; 0.1, 0.3, 0.4 |
/// | unordered: batch size, epochs | × ½, × 2; × 1.5, × 2 |
/// | unordered: share and sharpness of what the teacher says | 0, 0.5, 0.7; 1.5, 2, 4 |
struct SearchSpace: Sendable {
    private let start: TrainingConfiguration
    private let isOrdered: Bool
    private var generator: SeededGenerator

    /// - Parameters:
    ///   - start: What is changed; its seed also draws the changes.
    ///   - isOrdered: Whether order carries meaning.
    init(_ start: TrainingConfiguration, isOrdered: Bool) {
        self.start = start
        self.isOrdered = isOrdered
        generator = SeededGenerator(seed: start.seed ^ 0x5EA2_C4E5)
    }

    /// As many configurations, none of them twice; the one given is the first.
    mutating func candidates(_ count: Int) -> [TrainingConfiguration] {
        var first = start
        // Said in full, so that it can be multiplied.
        first.learningRate = start.learningRate(isOrdered: isOrdered)
        first.epochs = start.epochs(isOrdered: isOrdered)
        first.temperature = start.temperature(isOrdered: isOrdered)
        first.batchSize = start.batchSize(isOrdered: isOrdered)
        var (found, seen) = ([first], Set([first]))
        while found.count < count {
            let candidate = changed(first)
            if seen.insert(candidate).inserted { found.append(candidate) }
        }
        return found
    }

    private mutating func changed(_ start: TrainingConfiguration) -> TrainingConfiguration {
        var changed = start
        let (rate, temperature) = (start.learningRate(isOrdered: isOrdered), start.temperature(isOrdered: isOrdered))
        changed.learningRate = min(10, rate * (drawn([0.5, 0.7, 1.4, 2]) ?? 1))
        changed.temperature = min(10, max(0.03, temperature * (drawn([0.7, 0.85, 1.2, 1.5]) ?? 1)))
        changed.rarityExponent = drawn([0, 0.125, 0.25]) ?? start.rarityExponent
        changed.idDropout = drawn([0, 0.05, 0.2]) ?? start.idDropout
        if isOrdered {
            changed.readerRate = min(1, start.readerRate * (drawn([0.5, 2]) ?? 1))
            changed.readerWidth = min(4096, max(1, Int(Float(start.readerWidth) * (drawn([0.5, 1.5]) ?? 1))))
            changed.readerDropout = drawn([0.1, 0.3, 0.4]) ?? start.readerDropout
        } else {
            let batchSize = Float(start.batchSize(isOrdered: isOrdered))
            changed.batchSize = min(65_536, max(1, Int(batchSize * (drawn([0.5, 2]) ?? 1))))
            let epochs = Float(start.epochs(isOrdered: isOrdered)) * (drawn([1.5, 2]) ?? 1)
            changed.epochs = min(10_000, Int(epochs.rounded()))
            changed.taughtShare = drawn([0, 0.5, 0.7]) ?? start.taughtShare
            changed.taughtSharpness = drawn([1.5, 2, 4]) ?? start.taughtSharpness
        }
        return changed
    }

    /// One of the values, or none, with a chance of one half.
    private mutating func drawn(_ values: [Float]) -> Float? {
        let isChanged = generator.unit() < 0.5
        let value = values[generator.index(below: values.count)]
        return isChanged ? value : nil
    }
}
