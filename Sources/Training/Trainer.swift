import Domain
public import Towers
import VectorKernels

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
    ///   - earlier: A model to start from instead of from nothing, for three tenths of the epochs; one of
    ///     another full length is not used.
    ///   - clock: Tells how long it takes.
    ///   - checkpoints: Where training goes on if it was killed, and keeps its state after an epoch; the model is the same, to
    ///     the last bit, as if it had never ended.
    ///   - progress: Called after each epoch.
    /// - Returns: The best model, by the recall on held-out items, and how it came to be.
    /// - Throws: ``TrainingError`` when the data cannot be trained on, the loss diverges, or the task is cancelled before the
    ///   first epoch ends.
    @concurrent public func train(
        _ data: TrainingData, validation: [[Int32]] = [], startingFrom earlier: TwoTowerModel? = nil,
        clock: some Clock<Duration> = ContinuousClock(),
        checkpoints: some TrainingCheckpointStore = NoCheckpoints(),
        progress: @Sendable (TrainingProgress) -> Void = { _ in }
    ) async throws(TrainingError) -> TrainedModel {
        let start = clock.now
        var generator = SeededGenerator(seed: configuration.seed)
        let set = try TrainingSet(data, validation: validation, configuration, generator: &generator)
        let warmStart = earlier.map { WarmStart(model: $0, vocabulary: set.vocabulary) }
            .flatMap { $0.fits(dimensions: configuration.ladder.fullLength) ? $0 : nil }
        let towersGenerator = SeededGenerator(seed: generator.next())
        var course = TrainingCourse(
            towers: TowerTraining(set, configuration, from: warmStart, generator: towersGenerator),
            sampler: BatchSampler(set, configuration, generator: SeededGenerator(seed: generator.next())))
        let judge = ValidationRecall(set, configuration)
        let passes = configuration.epochs(isOrdered: set.isOrdered)
        let epochs = warmStart == nil ? passes : (3 * passes + 9) / 10
        let steps = epochs * course.sampler.batches
        let fingerprint = TrainingFingerprint(
            configuration, data, validation: validation, startingFrom: warmStart?.model)
        if let kept = checkpoints.checkpoint(of: fingerprint) { try course.resume(at: kept) }
        let elapsedBefore = course.elapsed
        var elapsedAtCheckpoint = elapsedBefore
        var work = (products: Duration.zero, all: Duration.zero)

        training: while course.goesOn(to: epochs, patience: configuration.patience) {
            // By the machine's clock, which products are timed by.
            let (begin, products) = (ContinuousClock.now, MatrixProduct.timeSpent)
            course.sampler.shuffle()
            var total = (loss: 0.0, weight: 0.0)
            while let batch = course.sampler.batch() {
                if Task.isCancelled { break training }
                let result = course.towers.step(batch, pace: pace(at: course.step, of: steps))
                total = (total.loss + result.loss, total.weight + result.weight)
                course.step += 1
                await Task.yield()
            }
            work.products += MatrixProduct.timeSpent - products
            work.all += (ContinuousClock.now - begin) * configuration.threads
            let epoch = course.epoch + 1
            guard total.loss.isFinite else { throw .diverged(epoch: epoch) }
            let model = course.towers.model()
            let recalls = judge.recalls(of: model)
            let isBest = course.offer(model, recalls)
            let elapsed = elapsedBefore + start.duration(to: clock.now)
            let state = TrainingProgress(
                epoch: epoch, epochs: epochs, loss: total.loss / max(total.weight, 1), validation: recalls,
                isBest: isBest, elapsed: elapsed, remaining: elapsed * Double(epochs - epoch) / Double(epoch))
            course.history.append(state)
            progress(state)
            if elapsed - elapsedAtCheckpoint >= checkpoints.interval {
                checkpoints.keep(course.checkpoint(of: fingerprint))
                elapsedAtCheckpoint = elapsed
            }
        }
        guard let best = course.best else { throw .interruptedBeforeFirstEpoch }
        return TrainedModel(
            model: best.model, bestEpoch: best.epoch, history: course.history, wasInterrupted: Task.isCancelled,
            elapsed: elapsedBefore + start.duration(to: clock.now),
            productShare: work.all > .zero ? min(1, work.products / work.all) : nil)
    }

    /// Rates fall in a line to a twentieth.
    private func pace(at step: Int, of steps: Int) -> Float { 1 - 0.95 * Float(step) / Float(max(steps, step + 1)) }
}
