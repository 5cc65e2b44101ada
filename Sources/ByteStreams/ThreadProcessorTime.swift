import Glibc

/// The system's clock of what one thread has worked.
public enum ThreadProcessorTime {
    /// Nanoseconds that the calling thread has run; a thread that waits, or that others push aside, stands still.
    ///
    /// Differences mean something only between two readings of the same thread: read both in one function that does not
    /// suspend.
    public static var nanoseconds: Int {
        var time = timespec()
        // SAFETY: the system fills the value for the time of the call and keeps no pointer.
        let status = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        precondition(status == 0, "The system has no clock of a thread's work.")
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
