import Serving
import TestSupport
import Testing

@Suite("A scan queue")
struct ScanQueueTests {
    /// Jobs of one kind belong together.
    struct Job: Hashable, Sendable {
        let name: Int
        var kind = 0
    }

    static func queue(slots: Int = 1, passSize: Int = 4, queueLength: Int = 100) -> ScanQueue<Job> {
        ScanQueue(limits: ScanLimits(slots: slots, passSize: passSize, queueLength: queueLength)) {
            $0.kind == $1.kind
        }
    }

    /// A queue of one slot whose slot is taken by job 0, and in which the others wait.
    static func filled(_ jobs: [Job], with queue: ScanQueue<Job> = queue()) -> ScanQueue<Job> {
        var queue = queue
        _ = queue.admit(Job(name: 0))
        for job in jobs { _ = queue.admit(job) }
        return queue
    }

    /// Ends a pass and begins the next one: the names of those in it, its leader's first.
    static func nextPass(_ queue: inout ScanQueue<Job>) -> [Int] {
        guard let leader = queue.finishPass() else { return [] }
        return [leader.job.name] + queue.companions(of: leader.job).map(\.job.name)
    }

    @Test("lets as many lead as there are slots, and then as many wait as it has room for")
    func admission() {
        var queue = Self.queue(slots: 2, queueLength: 3)
        let admissions = (0..<6).map { queue.admit(Job(name: $0)) }
        #expect(admissions.map { $0 == .lead } == [true, true, false, false, false, false])
        #expect(admissions.map { $0 == .refused } == [false, false, false, false, false, true])
        #expect(queue.waitingCount == 3)
    }

    @Test("gives a pass those that have waited longest, and no more than it takes")
    func passes() {
        var queue = Self.filled((1..<7).map { Job(name: $0) })
        let passes = (0..<3).map { _ in Self.nextPass(&queue) }
        #expect(passes == [[1, 2, 3, 4], [5, 6], []])
        #expect(queue.passesUnderWay == 0)
    }

    @Test("keeps apart what cannot be scanned together, and its turn comes next")
    func kinds() {
        var queue = Self.filled((1..<6).map { Job(name: $0, kind: $0 % 2) })
        let passes = (0..<3).map { _ in Self.nextPass(&queue) }
        #expect(passes == [[1, 3, 5], [2, 4], []])
    }

    @Test("lets go of those that leave or are late")
    func leaving() {
        var queue = Self.filled([])
        guard case .wait(let ticket) = queue.admit(Job(name: 1)) else {
            Issue.record("It does not wait.")
            return
        }
        for name in 2..<5 { _ = queue.admit(Job(name: name)) }
        let left = (0..<2).map { _ in queue.leave(ticket) }
        #expect(left == [true, false])
        let late = queue.removeAll { $0.name % 2 == 0 }
        #expect(late.map(\.job.name) == [2, 4])
        let passes = (0..<2).map { _ in Self.nextPass(&queue) }
        #expect(passes == [[3], []])
    }

    @Test("gives a pass that was broken off its places back")
    func givingBack() {
        var queue = Self.filled((1..<4).map { Job(name: $0) })
        let companions = queue.companions(of: Job(name: 0))
        _ = queue.admit(Job(name: 4))
        queue.giveBack(companions)
        let pass = Self.nextPass(&queue)
        #expect(pass == [1, 2, 3, 4])
    }

    @Test("answers everyone once, in order, with never more passes than slots", arguments: 0..<50)
    func fairness(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = Self.queue(slots: Int.random(in: 1...3, using: &random), queueLength: 20)
        var leaders: [Job] = []
        var admitted: [Job] = []
        var scanned: [Job] = []
        for name in 0..<400 {
            if Bool.random(using: &random) {
                let job = Job(name: name, kind: Int.random(in: 0..<2, using: &random))
                let admission = queue.admit(job)
                if admission == .lead { leaders.append(job) }
                if admission != .refused { admitted.append(job) }
            } else if !leaders.isEmpty {
                finishPass(of: &leaders, in: &queue, adding: &scanned)
            }
            #expect(leaders.count == queue.passesUnderWay && leaders.count <= queue.limits.slots)
            #expect(leaders.count == queue.limits.slots || queue.waitingCount == 0)
        }
        while !leaders.isEmpty { finishPass(of: &leaders, in: &queue, adding: &scanned) }
        #expect(scanned.count == admitted.count && Set(scanned) == Set(admitted))
        // Nobody is overtaken by his own kind, but for those who lead in another slot.
        if queue.limits.slots == 1 {
            for kind in 0..<2 {
                #expect(scanned.filter { $0.kind == kind } == admitted.filter { $0.kind == kind })
            }
        }
    }

    private func finishPass(of leaders: inout [Job], in queue: inout ScanQueue<Job>, adding scanned: inout [Job]) {
        let leader = leaders.removeFirst()
        scanned += [leader] + queue.companions(of: leader).map(\.job)
        if let next = queue.finishPass() { leaders.append(next.job) }
    }
}
