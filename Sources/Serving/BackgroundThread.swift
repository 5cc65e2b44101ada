import Foundation
import Synchronization

/// Runs long work beside the requests, on a thread that yields the CPU to them.
///
/// The cooperative pool has a thread for each core, so seconds of work on one of them would take a core from the requests,
/// on a machine of one core all of them. A thread of its own with a low priority takes what they leave.
package enum BackgroundThread {
    /// The thread's standing, as nice(2) counts: at 10 it gets a tenth of a core that requests want whole.
    private static let niceness: Int32 = 10

    /// Runs `work` on a new thread.
    ///
    /// - Parameter work: Gets a closure that says whether the caller was cancelled, and its result is of no use.
    /// - Returns: What `work` returns.
    /// - Throws: What `work` throws.
    package static func run<Value: Sendable>(
        _ work: @escaping @Sendable (_ shouldStop: @Sendable () -> Bool) throws -> Value
    ) async throws -> Value {
        let flag = StopFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread {
                    // Who = 0 is the calling thread on Linux. It stays as it is if the system refuses.
                    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
                    continuation.resume(with: Result { try work { flag.isSet } })
                }
                thread.name = "linden-background"
                thread.start()
            }
        } onCancel: {
            flag.set()
        }
    }

    private final class StopFlag: Sendable {
        private let flag = Atomic(false)

        var isSet: Bool { flag.load(ordering: .relaxed) }

        func set() { flag.store(true, ordering: .relaxed) }
    }
}
