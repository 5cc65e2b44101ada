import Dispatch

/// A serial queue that runs one connection's actor, so that libpq may wait without holding a thread of the
/// cooperative pool.
final class ConnectionQueue: SerialExecutor {
    private let queue = DispatchQueue(label: "linden.postgres.connection")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            // SAFETY: the queue runs the job exactly once, and is itself alive while it does.
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }

    /// Stops the program when the caller, who is about to wait, is on another thread than the queue's.
    func requireCurrent() {
        dispatchPrecondition(condition: .onQueue(queue))
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        // SAFETY: the actor that hands the reference out keeps the queue for as long as it lives.
        unsafe UnownedSerialExecutor(ordinary: self)
    }
}
