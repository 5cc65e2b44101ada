import Dispatch
import Foundation
import Synchronization

/// Runs the parts of a task on a thread of their own that yields the CPU to others.
///
/// Rows of a whole table take seconds to parse and to take in. On the cooperative pool, which has a thread for each core, they
/// would take a core from the requests.
public final class YieldingExecutor: TaskExecutor {
    /// The thread's standing, as nice(2) counts: at 10 it gets a tenth of a core that others want whole.
    private static let niceness: Int32 = 10

    private let jobs = Mutex<[UnownedJob]>([])
    private let waiting = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in
            // Who = 0 is the calling thread on Linux. It stays as it is if the system refuses.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
            runJobs()
        }
        thread.name = "linden-yielding"
        thread.start()
    }

    /// Does `body` on such a thread, as far as it is bound to no actor.
    public static func run<Value>(_ body: () async throws -> Value) async throws -> Value {
        let executor = YieldingExecutor()
        defer { executor.stop() }
        return try await withTaskExecutorPreference(executor, operation: body)
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        waiting.signal()
    }

    private func runJobs() {
        while true {
            waiting.wait()
            guard let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
            // SAFETY: each job is taken out of the array once, and the thread holds the executor while it runs.
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// Ends the thread once it has nothing left to do: a signal without a job.
    private func stop() { waiting.signal() }
}
