public import Towers

/// Looks for settings that train better towers, on the items that training holds out from itself.
///
/// Successive halving over a small space: 9 candidates for a ninth of their epochs, the best third for a third, the best of those
/// in full; then the same again with the winner and 8 others, until the time is over. The settings given are the first candidate
/// and stay in every comparison, so what takes their place was better at the same share of its epochs; they win ties.
///
/// A trial holds items of more users out than training does where there are few: of 1,000, or a fifth.
public struct TrainingSearch: Sendable {
    private let start: TrainingConfiguration

    /// A candidate's training for a share of its epochs.
    public struct Trial: Sendable {
        /// Candidates count from 0, which is what the search began with.
        public let candidate: Int
        public let configuration: TrainingConfiguration
        /// Epochs that it was trained for, at most.
        public let epochs: Int
        /// Recall on the held-out items, summed over the ladder's rungs; `nil` when the loss diverged, nothing is held out, or
        /// time ran out.
        public let score: Double?
        public let elapsed: Duration
    }

    /// What came of it.
    public struct Report: Sendable {
        /// The best settings, for training in full.
        public let configuration: TrainingConfiguration
        /// The best candidate.
        public let best: Int
        /// All trials in their order; the last may lack a score because it was cut off.
        public let trials: [Trial]
    }

    /// Shares of a candidate's epochs, shortest first.
    static let shares = [1.0 / 9, 1.0 / 3, 1]
    /// Candidates at most.
    static let mostCandidates = 1_000

    /// Prepares a search.
    ///
    /// - Parameter start: The settings to better; all candidates share its seed, so that they are judged by the same items.
    /// - Throws: ``TrainingError/badSetting(name:value:allowed:)``.
    public init(from start: TrainingConfiguration) throws(TrainingError) {
        try start.check()
        self.start = start
    }

    /// Searches by training.
    ///
    /// Cancelling the task ends the search with the best so far.
    ///
    /// - Parameters:
    ///   - data: What training will see.
    ///   - earlier: A model that every candidate starts from, as in ``Trainer``.
    ///   - limit: Time that the search may take; the trial under way is then cancelled.
    ///   - clock: Tells how long it takes.
    ///   - report: Called after each trial.
    /// - Returns: The best settings, and every trial.
    /// - Throws: ``TrainingError`` when the data cannot be trained on.
    public func run(
        _ data: TrainingData, startingFrom earlier: TwoTowerModel? = nil, for limit: Duration,
        clock: some Clock<Duration> = ContinuousClock(), report: @escaping @Sendable (Trial) -> Void = { _ in }
    ) async throws -> Report {
        let isOrdered = start.isOrdered ?? !data.times.isEmpty
        let share = min(0.2, 1_000 / Double(max(1, data.users.count)))
        return try await run(for: limit, isOrdered: isOrdered, clock: clock, report: report) { configuration in
            var configuration = configuration
            configuration.validationShare = max(share, configuration.validationShare)
            do {
                let trained = try await Trainer(configuration).train(data, startingFrom: earlier)
                let rungs = trained.history[trained.bestEpoch - 1].validation
                return rungs.isEmpty || trained.wasInterrupted ? nil : rungs.reduce(0) { $0 + $1.recall }
            } catch TrainingError.diverged, TrainingError.interruptedBeforeFirstEpoch {
                return nil
            }
        }
    }

    /// Searches by whatever scores configurations: higher is better, `nil` is none.
    package func run(
        for limit: Duration, isOrdered: Bool, clock: some Clock<Duration>,
        report: @escaping @Sendable (Trial) -> Void,
        score: @escaping @Sendable (TrainingConfiguration) async throws -> Double?
    ) async throws -> Report {
        let deadline = clock.now.advanced(by: limit)
        return try await withThrowingTaskGroup(of: Report?.self) { group in
            group.addTask {
                try await trials(until: deadline, isOrdered: isOrdered, clock: clock, report: report, score: score)
            }
            group.addTask {
                do {
                    try await clock.sleep(until: deadline, tolerance: nil)
                } catch is CancellationError {}
                return nil
            }
            while let result = try await group.next() {
                group.cancelAll()
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Makes trials until the deadline or the task's cancellation; what ends after either does not count.
    private func trials<Time: Clock<Duration>>(
        until deadline: Time.Instant, isOrdered: Bool, clock: Time, report: @Sendable (Trial) -> Void,
        score: @Sendable (TrainingConfiguration) async throws -> Double?
    ) async throws -> Report {
        var space = SearchSpace(start, isOrdered: isOrdered)
        let candidates = space.candidates(Self.mostCandidates)
        var schedule = HalvingSchedule(levels: Self.shares.count, limit: candidates.count)
        var trials: [Trial] = []
        while !Task.isCancelled, clock.now < deadline, let assignment = schedule.next() {
            var configuration = candidates[assignment.candidate]
            let epochs = Double(configuration.epochs(isOrdered: isOrdered)) * Self.shares[assignment.level]
            configuration.epochs = max(1, Int(epochs.rounded()))
            let begin = clock.now
            let found = try await score(configuration)
            let isInTime = !Task.isCancelled && clock.now <= deadline
            let trial = Trial(
                candidate: assignment.candidate, configuration: candidates[assignment.candidate],
                epochs: configuration.epochs(isOrdered: isOrdered), score: isInTime ? found : nil,
                elapsed: begin.duration(to: clock.now))
            if let score = trial.score { schedule.record(score, of: assignment) }
            trials.append(trial)
            report(trial)
        }
        let best = schedule.best
        return Report(configuration: best == 0 ? start : candidates[best], best: best, trials: trials)
    }
}
