import CLibPQ
import Glibc
import Synchronization

/// Ends a connection's wait from another thread, when the waiting task is cancelled.
///
/// Each operation draws a ticket; a cancellation names the ticket it means, so that one that comes late cannot
/// hit the next operation.
final class Waker: Sendable {
    /// What `poll` watches beside the socket.
    let descriptor: Int32
    private let tickets = Atomic<UInt64>(0)
    private let cancelled = Atomic<UInt64>(0)

    init() throws(PostgresError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else {
            throw PostgresError(
                kind: .connection,
                message: "This process may open no more files. Raise its limit (ulimit -n), or make the pool smaller.")
        }
    }

    deinit { close(descriptor) }

    /// Begins an operation; never 0.
    func ticket() -> UInt64 {
        tickets.add(1, ordering: .relaxed).newValue
    }

    func cancel(_ ticket: UInt64) {
        cancelled.store(ticket, ordering: .releasing)
        // It fails only when the counter is full; then the descriptor is readable already.
        _ = eventfd_write(descriptor, 1)
    }

    /// Whether `ticket` was cancelled; takes back the signal of any other.
    func isCancelled(_ ticket: UInt64) -> Bool {
        var count: eventfd_t = 0
        // SAFETY: the address of a local, for the time of the call.
        _ = unsafe eventfd_read(descriptor, &count)
        return cancelled.load(ordering: .acquiring) == ticket
    }
}
