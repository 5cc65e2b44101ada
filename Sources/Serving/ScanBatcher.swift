import Synchronization

/// Scans requests together that wait at the same time; one that is alone scans at once, alone.
///
/// There is no timer and no task of its own: each request runs a pass or waits for one, in its own task. A request that
/// finds a free slot leads a pass; others wait. Who ends a pass hands the slot to the one that has waited longest, and that
/// one leads the next pass with all that have come until it begins. So the more requests wait, the more share a reading
/// of the planes.
///
/// A leader steps back once before it begins (`Task.yield`) when there may be company: on a machine whose every thread
/// scans, those that have arrived could not join otherwise. There may be company when the last leader that looked found
/// some; else one leader in 13 looks. So a lone client's request pays 5 µs (`Task.yield` beside an idle thread) once in 13.
package final class ScanBatcher<Job: Sendable, Answer: Sendable>: Sendable {
    private typealias Turn = ScanTurn<Answer>
    private typealias Waiting = ScanQueue<Job>.Waiting

    private let state: Mutex<ScanBatcherState<Job, Answer>>
    private let isLate: @Sendable (Job) -> Bool
    private let run: @Sendable ([Job]) async throws -> [Answer]

    /// Creates a batcher.
    ///
    /// - Parameters:
    ///   - limits: How many passes at once, and how large.
    ///   - belongTogether: Whether one pass can answer both jobs.
    ///   - isLate: Whether a job that waits need not be answered any more; asked whenever a pass begins.
    ///   - run: Answers 1 to ``ScanLimits/passSize`` jobs, in their order. When it throws, all of them fail, unless its
    ///     task was cancelled: then its companions wait for the next pass.
    package init(
        limits: ScanLimits, belongTogether: @escaping @Sendable (Job, Job) -> Bool = { _, _ in true },
        isLate: @escaping @Sendable (Job) -> Bool = { _ in false },
        run: @escaping @Sendable ([Job]) async throws -> [Answer]
    ) {
        state = Mutex(ScanBatcherState(queue: ScanQueue(limits: limits, belongTogether: belongTogether)))
        self.isLate = isLate
        self.run = run
    }

    /// What has been done until now.
    package var counters: ScanCounters {
        state.withLock { state in
            var counters = state.counters
            counters.waiting = state.queue.waitingCount
            return counters
        }
    }

    /// The answer to a job, from a pass of its own or from one that it shares.
    ///
    /// - Throws: ``ScanRefusal`` when too many wait or it came to be late, `CancellationError` when the task is
    ///   cancelled, or what the pass threw.
    package func answer(to job: Job) async throws -> Answer {
        if let looksForCompany = state.withLock({ $0.leadAtOnce(job) }) {
            if looksForCompany { await Task.yield() }
            return try await lead(job, looked: looksForCompany)
        }
        switch await turn(of: job) {
        case .lead: return try await lead(job, looked: true)
        case .answered(let result): return try result.get()
        }
    }

    /// Waits in the queue.
    private func turn(of job: Job) async -> Turn {
        let place = Mutex<ScanQueue<Job>.Ticket?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ended: Turn? = state.withLock { state in
                    // A cancellation that came before this saw no ticket; one that comes after it will.
                    guard !Task.isCancelled else { return .answered(.failure(CancellationError())) }
                    switch state.queue.admit(job) {
                    case .lead:
                        return .lead
                    case .refused:
                        state.counters.refused += 1
                        return .answered(.failure(ScanRefusal.queueFull(limit: state.queue.limits.queueLength)))
                    case .wait(let ticket):
                        place.withLock { $0 = ticket }
                        state.continuations[ticket] = continuation
                        return nil
                    }
                }
                if let ended { continuation.resume(returning: ended) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                place.withLock { $0 }.flatMap { state.leave($0) }
            }
            continuation?.resume(returning: .answered(.failure(CancellationError())))
        }
    }

    /// Runs a pass for the job and those that wait with it, and hands its slot on.
    private func lead(_ job: Job, looked: Bool) async throws -> Answer {
        let (late, companions) = state.withLock { state in
            let late = state.takeContinuations(of: state.queue.removeAll(where: isLate))
            let companions = state.queue.companions(of: job)
            state.began(jobs: companions.count + 1, looked: looked)
            return (late, companions)
        }
        for continuation in late { continuation.resume(returning: .answered(.failure(ScanRefusal.late))) }
        do {
            try Task.checkCancellation()
            let answers = try await run([job] + companions.map(\.job))
            precondition(answers.count == companions.count + 1, "\(answers.count) answers to \(companions.count + 1).")
            finish(companions, with: answers.dropFirst().map { .success($0) })
            return answers[0]
        } catch {
            if Task.isCancelled {
                // Only the leader was told to stop.
                state.withLock { $0.queue.giveBack($0.stillWaiting(companions)) }
                finish([], with: [])
                throw CancellationError()
            }
            finish(companions, with: companions.map { _ in .failure(error) })
            throw error
        }
    }

    /// Ends a pass: wakes the leader of the next one, then those who have their answers.
    private func finish(_ companions: [Waiting], with results: [Result<Answer, any Error>]) {
        let (next, answered) = state.withLock { state in
            (state.nextLeader(), companions.map { state.continuations.removeValue(forKey: $0.ticket) })
        }
        next?.resume(returning: .lead)
        for (continuation, result) in zip(answered, results) { continuation?.resume(returning: .answered(result)) }
    }
}
