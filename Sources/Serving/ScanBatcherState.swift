/// How a wait for a pass ends.
enum ScanTurn<Answer: Sendable>: Sendable {
    /// Lead the next pass.
    case lead
    case answered(Result<Answer, any Error>)
}

/// What a ``ScanBatcher`` guards: its queue, and the tasks that wait in it.
struct ScanBatcherState<Job: Sendable, Answer: Sendable> {
    typealias Continuation = CheckedContinuation<ScanTurn<Answer>, Never>

    var queue: ScanQueue<Job>
    /// The tasks in the queue and those whose pass is under way, but for its leader.
    var continuations: [ScanQueue<Job>.Ticket: Continuation] = [:]
    var counters = ScanCounters()
    private var expectsCompany = false
    private var leadersSinceLook = 0

    /// One leader in so many looks for company.
    ///
    /// A prime: requests that come 8 or 16 at once, one after the other on a single
    /// thread, would else have the last of them look each time, when the others have gone.
    private static var leadersToALook: Int { 13 }

    init(queue: ScanQueue<Job>) {
        self.queue = queue
    }

    /// Takes a free slot.
    ///
    /// - Returns: Whether its holder should look for company first; `nil` when there is no slot.
    mutating func leadAtOnce(_ job: Job) -> Bool? {
        guard queue.passesUnderWay < queue.limits.slots, queue.admit(job) == .lead else { return nil }
        leadersSinceLook += 1
        guard expectsCompany || leadersSinceLook == Self.leadersToALook else { return false }
        leadersSinceLook = 0
        return true
    }

    /// A cancelled request goes, whether it waits or its pass is under way; a leader stays.
    mutating func leave(_ ticket: ScanQueue<Job>.Ticket) -> Continuation? {
        if queue.leave(ticket) { counters.left += 1 }
        return continuations.removeValue(forKey: ticket)
    }

    mutating func takeContinuations(
        of waiting: [ScanQueue<Job>.Waiting]
    ) -> [Continuation] {
        counters.left += waiting.count
        return waiting.compactMap { continuations.removeValue(forKey: $0.ticket) }
    }

    /// Those who have not been cancelled since.
    func stillWaiting(_ companions: [ScanQueue<Job>.Waiting]) -> [ScanQueue<Job>.Waiting] {
        companions.filter { continuations[$0.ticket] != nil }
    }

    mutating func began(jobs: Int, looked: Bool) {
        counters.passes += 1
        counters.jobs += jobs
        counters.largestPass = max(counters.largestPass, jobs)
        if looked { expectsCompany = jobs > 1 }
    }

    /// Ends a pass; its slot goes to who is returned.
    mutating func nextLeader() -> Continuation? {
        while let next = queue.finishPass() {
            if let continuation = continuations.removeValue(forKey: next.ticket) { return continuation }
        }
        return nil
    }
}
