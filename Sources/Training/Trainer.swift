import Domain
public import Towers

/// Makes towers out of interactions.
///
/// Each step shows the towers some users: a part of what each did as history, the rest as targets, to be told from all
/// candidates of the step at every rung of the ladder at once. The same data, configuration and number of threads give the same
/// bytes.
public struct Trainer: Sendable {
    private let configuration: TrainingConfiguration

    /// Prepares training.
    ///
    /// - Throws: ``TrainingError/badSetting(name:value:allowed:)``.
    public init(_ configuration: TrainingConfiguration = TrainingConfiguration()) throws(TrainingError) {
        try configuration.check()
        self.configuration = configuration
    }

    /// Trains towers.
    ///
    /// Cancelling the task ends training after the step under way; the model is then the best until there.
    ///
    /// - Parameters:
    ///   - data: What users did, and with what.
    ///   - validation: For each user index of `data` item indices that choose the best epoch; none to hold out a share of
    ///     `data`, as configured.
    ///   - earlier: A model to start from instead of from nothing, for a quarter of the epochs at half the rates; one of
    ///     another full length is not used.
    ///   - clock: Tells how long it takes.
    ///   - progress: Called after each epoch.
    /// - Returns: The best model, by the recall on held-out items, and how it came to be.
    /// - Throws: ``TrainingError`` when the data cannot be trained on, the loss diverges, or the task is cancelled before the
    ///   first epoch ends.
    @concurrent public func train(
        _ data: TrainingData, validation: [[Int32]] = [], startingFrom earlier: TwoTowerModel? = nil,
        clock: some Clock<Duration> = ContinuousClock(),
        progress: @Sendable (TrainingProgress) -> Void = { _ in }
    ) async throws(TrainingError) -> TrainedModel {
        let start = clock.now
        var generator = SeededGenerator(seed: configuration.seed)
        let set = try TrainingSet(data, validation: validation, configuration, generator: &generator)
        let warmStart = earlier.map { WarmStart(model: $0, vocabulary: set.vocabulary) }
            .flatMap { $0.fits(dimensions: configuration.ladder.fullLength) ? $0 : nil }
        var towers = TowerTraining(
            set, configuration, from: warmStart, generator: SeededGenerator(seed: generator.next()))
        var sampler = BatchSampler(set, configuration, generator: SeededGenerator(seed: generator.next()))
        let judge = ValidationRecall(set, configuration)
        let passes = configuration.epochs(isOrdered: set.isOrdered)
        let epochs = warmStart == nil ? passes : max(1, passes / 4)
        let steps = epochs * sampler.batches
        var step = 0
        var best: (model: TwoTowerModel, epoch: Int)?
        var judgement = EpochJudgement()
        var history: [TrainingProgress] = []

        training: for epoch in 1...epochs {
            sampler.shuffle()
            var total = (loss: 0.0, weight: 0.0)
            while let batch = sampler.batch() {
                if Task.isCancelled { break training }
                let result = towers.step(batch, pace: pace(at: step, of: steps) * (warmStart == nil ? 1 : 0.5))
                total = (total.loss + result.loss, total.weight + result.weight)
                step += 1
                await Task.yield()
            }
            guard total.loss.isFinite else { throw .diverged(epoch: epoch) }
            let model = towers.model()
            let recalls = judge.recalls(of: model)
            let isBest = judgement.takes(recalls)
            if isBest { best = (model, epoch) }
            let elapsed = start.duration(to: clock.now)
            let remaining = elapsed * Double(epochs - epoch) / Double(epoch)
            let state = TrainingProgress(
                epoch: epoch, epochs: epochs, loss: total.loss / max(total.weight, 1),
                validation: recalls,
                isBest: isBest, elapsed: elapsed, remaining: remaining)
            history.append(state)
            progress(state)
            if let best, epoch - best.epoch >= configuration.patience { break }
        }
        guard let best else { throw .interruptedBeforeFirstEpoch }
        return TrainedModel(
            model: best.model, bestEpoch: best.epoch, history: history, wasInterrupted: Task.isCancelled,
            elapsed: start.duration(to: clock.now))
    }

    /// Rates fall in a line to a twentieth.
    private func pace(at step: Int, of steps: Int) -> Float { 1 - 0.95 * Float(step) / Float(max(steps, step + 1)) }
}
