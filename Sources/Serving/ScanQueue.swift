/// Decides who scans when: which requests run alone, which wait, and which share a pass.
///
/// Pure: an event in, an action out; ``ScanBatcher`` carries it out. A queue has somebody in it only while all slots are
/// taken, so whoever ends a pass hands its slot to the head of the queue, and the head takes along those behind it that
/// can be scanned with it.
package struct ScanQueue<Job> {
    /// A place in the queue.
    package struct Ticket: Hashable, Sendable {
        fileprivate let number: Int
    }

    /// A request that waits, with its place.
    package struct Waiting {
        package let ticket: Ticket
        package let job: Job
    }

    package enum Admission: Hashable, Sendable {
        /// There is a slot free: scan now.
        case lead
        case wait(Ticket)
        /// The queue is full.
        case refused
    }

    package let limits: ScanLimits
    private let belongTogether: @Sendable (Job, Job) -> Bool
    /// In order of arrival.
    private var queue: [Waiting] = []
    private var nextNumber = 0
    /// Passes under way, those included whose leader has not begun yet.
    package private(set) var passesUnderWay = 0

    package init(limits: ScanLimits, belongTogether: @escaping @Sendable (Job, Job) -> Bool) {
        self.limits = limits
        self.belongTogether = belongTogether
    }

    /// Requests that wait.
    package var waitingCount: Int { queue.count }

    /// A request has come.
    package mutating func admit(_ job: Job) -> Admission {
        if passesUnderWay < limits.slots {
            passesUnderWay += 1
            return .lead
        }
        guard queue.count < limits.queueLength else { return .refused }
        let ticket = Ticket(number: nextNumber)
        nextNumber += 1
        queue.append(Waiting(ticket: ticket, job: job))
        return .wait(ticket)
    }

    /// A pass begins: takes those along that can be scanned with its leader, the longest waiting first.
    package mutating func companions(of leader: Job) -> [Waiting] {
        var taken: [Waiting] = []
        queue.removeAll { waiting in
            guard taken.count < limits.passSize - 1, belongTogether(leader, waiting.job) else { return false }
            taken.append(waiting)
            return true
        }
        return taken
    }

    /// A pass was broken off: its companions take their places again, before those that came later.
    package mutating func giveBack(_ companions: [Waiting]) {
        queue = (companions + queue).sorted { $0.ticket.number < $1.ticket.number }
    }

    /// A pass has ended.
    ///
    /// - Returns: Who leads the next one; `nil` when nobody waits, and the slot is free.
    package mutating func finishPass() -> Waiting? {
        guard queue.isEmpty else { return queue.removeFirst() }
        passesUnderWay -= 1
        return nil
    }

    /// Takes a request out; nothing happens when it does not wait any more.
    ///
    /// - Returns: Whether it waited.
    package mutating func leave(_ ticket: Ticket) -> Bool {
        guard let place = queue.firstIndex(where: { $0.ticket == ticket }) else { return false }
        queue.remove(at: place)
        return true
    }

    /// Takes those out that need not be scanned any more.
    package mutating func removeAll(where isLate: (Job) -> Bool) -> [Waiting] {
        var removed: [Waiting] = []
        queue.removeAll { waiting in
            guard isLate(waiting.job) else { return false }
            removed.append(waiting)
            return true
        }
        return removed
    }
}

extension ScanQueue.Waiting: Sendable where Job: Sendable {}
