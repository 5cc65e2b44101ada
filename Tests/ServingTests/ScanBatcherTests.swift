import Serving
import Synchronization
import Testing

@Suite("A scan batcher")
struct ScanBatcherTests {
    /// Passes that wait until they are let through, one by one.
    final class Gate: Sendable {
        private struct State {
            var passes: [[Int]] = []
            var held: [CheckedContinuation<Void, Never>] = []
            var isOpen = false
        }
        private let state = Mutex(State())

        var passes: [[Int]] { state.withLock { $0.passes } }

        func pass(_ jobs: [Int]) async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    state.passes.append(jobs)
                    if !state.isOpen { state.held.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }

        /// Lets all passes through that are held, and, if told so, those to come.
        func release(forGood: Bool = true) {
            let held = state.withLock { state in
                state.isOpen = forGood
                defer { state.held = [] }
                return state.held
            }
            for continuation in held { continuation.resume() }
        }

        /// Returns when so many passes have begun.
        func waitForPasses(_ count: Int) async {
            while passes.count < count { await Task.yield() }
        }
    }

    struct Failure: Error {}

    static func batcher(
        _ gate: Gate, slots: Int = 1, queueLength: Int = 100,
        isLate: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) -> ScanBatcher<Int, Int> {
        ScanBatcher(
            limits: ScanLimits(slots: slots, queueLength: queueLength), isLate: isLate
        ) { jobs in
            await gate.pass(jobs)
            try Task.checkCancellation()
            if jobs.contains(13) { throw Failure() }
            return jobs.map { $0 * 10 }
        }
    }

    /// Returns when so many requests wait.
    static func wait(for count: Int, in batcher: ScanBatcher<Int, Int>) async {
        while batcher.counters.waiting != count { await Task.yield() }
    }

    @Test("scans one alone that is alone, and those together that came meanwhile, in order of arrival")
    func together() async throws {
        let gate = Gate()
        let batcher = Self.batcher(gate)
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await batcher.answer(to: 100) }
            await gate.waitForPasses(1)
            for job in 200..<220 {
                group.addTask { try await batcher.answer(to: job) }
                await Self.wait(for: job - 199, in: batcher)
            }
            gate.release()
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(gate.passes == [[100], Array(200..<216), Array(216..<220)])
        #expect(answers == Set([1_000] + (200..<220).map { $0 * 10 }))
        #expect(batcher.counters.jobs == 21 && batcher.counters.passes == 3 && batcher.counters.largestPass == 16)
        #expect(try await batcher.answer(to: 7) == 70)
    }

    @Test("runs as many passes at once as it has slots", arguments: 1...3)
    func slots(slots: Int) async throws {
        let gate = Gate()
        let batcher = Self.batcher(gate, slots: slots)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for job in 0..<slots {
                group.addTask { try await batcher.answer(to: job) }
                await gate.waitForPasses(job + 1)
            }
            group.addTask { try await batcher.answer(to: 50) }
            await Self.wait(for: 1, in: batcher)
            #expect(gate.passes.count == slots)
            gate.release()
            try await group.waitForAll()
        }
        #expect(gate.passes == (0..<slots).map { [$0] } + [[50]])
    }

    @Test("refuses those for whom there is no room")
    func full() async throws {
        let gate = Gate()
        let batcher = Self.batcher(gate, queueLength: 1)
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await batcher.answer(to: 0) }
            await gate.waitForPasses(1)
            group.addTask { try await batcher.answer(to: 1) }
            await Self.wait(for: 1, in: batcher)
            await #expect(throws: ScanRefusal.queueFull(limit: 1)) { try await batcher.answer(to: 2) }
            gate.release()
            try await group.waitForAll()
        }
        #expect(batcher.counters.refused == 1)
    }

    @Test("lets go of those that are late when a pass begins")
    func late() async throws {
        let gate = Gate()
        let isLate = Mutex(false)
        let batcher = Self.batcher(gate) { job in job == 1 && isLate.withLock { $0 } }
        try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask { try await batcher.answer(to: 0) }
            await gate.waitForPasses(1)
            group.addTask { try await batcher.answer(to: 2) }
            await Self.wait(for: 1, in: batcher)
            group.addTask {
                await #expect(throws: ScanRefusal.late) { try await batcher.answer(to: 1) }
                return nil
            }
            await Self.wait(for: 2, in: batcher)
            isLate.withLock { $0 = true }
            gate.release()
            try await group.waitForAll()
        }
        #expect(gate.passes == [[0], [2]])
        #expect(batcher.counters.left == 1)
    }

    @Test("lets a cancelled request go at once, and keeps its slots")
    func cancelledWaiting() async throws {
        let gate = Gate()
        let batcher = Self.batcher(gate)
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await batcher.answer(to: 0) }
            await gate.waitForPasses(1)
            // The pass under way is held, so the end of this group is the cancellation's doing.
            await withTaskGroup(of: Void.self) { cancelled in
                for job in 1..<5 {
                    cancelled.addTask {
                        await #expect(throws: CancellationError.self) { try await batcher.answer(to: job) }
                    }
                }
                await Self.wait(for: 4, in: batcher)
                cancelled.cancelAll()
            }
            #expect(batcher.counters.waiting == 0)
            gate.release()
            try await group.waitForAll()
        }
        #expect(try await batcher.answer(to: 9) == 90)
        #expect(gate.passes == [[0], [9]])
    }

    @Test("scans the companions of a cancelled leader again")
    func cancelledLeader() async throws {
        let gate = Gate()
        let batcher = Self.batcher(gate)
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await batcher.answer(to: 0) }
            await gate.waitForPasses(1)
            try await withThrowingTaskGroup(of: Void.self) { leader in
                leader.addTask {
                    await #expect(throws: CancellationError.self) { try await batcher.answer(to: 1) }
                }
                await Self.wait(for: 1, in: batcher)
                for job in 2..<4 {
                    group.addTask { try await batcher.answer(to: job) }
                    await Self.wait(for: job, in: batcher)
                }
                gate.release(forGood: false)
                await gate.waitForPasses(2)
                leader.cancelAll()
                gate.release()
                try await leader.waitForAll()
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(gate.passes == [[0], [1, 2, 3], [2, 3]])
        #expect(answers == [0, 20, 30])
    }

    @Test("tells all of a pass why it failed, and goes on")
    func failure() async throws {
        let gate = Gate()
        let batcher = Self.batcher(gate)
        try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask { try await batcher.answer(to: 0) }
            await gate.waitForPasses(1)
            for job in 12..<15 {
                group.addTask {
                    await #expect(throws: Failure.self) { try await batcher.answer(to: job) }
                    return nil
                }
            }
            await Self.wait(for: 3, in: batcher)
            gate.release()
            try await group.waitForAll()
        }
        #expect(try await batcher.answer(to: 1) == 10)
    }

    @Test("answers each of many with its own, whatever is cancelled meanwhile", arguments: 1...3)
    func many(slots: Int) async throws {
        let batcher = ScanBatcher<Int, Int>(
            limits: ScanLimits(slots: slots, queueLength: 10_000), belongTogether: { $0 % 2 == $1 % 2 }
        ) { jobs in
            await Task.yield()
            try Task.checkCancellation()
            return jobs.map { $0 * 10 }
        }
        await withTaskGroup(of: Void.self) { outer in
            for lane in 0..<20 {
                outer.addTask {
                    await withTaskGroup(of: Void.self) { group in
                        for job in lane * 100..<(lane + 1) * 100 {
                            group.addTask {
                                do {
                                    #expect(try await batcher.answer(to: job) == job * 10)
                                } catch {
                                    #expect(error is CancellationError && lane % 4 == 0)
                                }
                            }
                        }
                        if lane % 4 == 0 { group.cancelAll() }
                    }
                }
            }
        }
        #expect(batcher.counters.waiting == 0)
        // All slots are free again: a request without company runs at once.
        #expect(try await batcher.answer(to: 1) == 10)
    }
}
