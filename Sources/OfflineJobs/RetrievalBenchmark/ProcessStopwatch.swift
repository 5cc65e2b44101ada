import ByteStreams
import Glibc

/// Wall time and processor time of this process since a moment.
struct ProcessStopwatch {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let processorStart: clock_t

    init() {
        start = clock.now
        processorStart = Glibc.clock()
    }

    /// Seconds passed.
    var seconds: Double { start.duration(to: clock.now) / .seconds(1) }

    /// Seconds that the process's threads worked.
    var processorSeconds: Double {
        // POSIX fixes CLOCKS_PER_SEC at a million.
        Double(Glibc.clock() - processorStart) / 1_000_000
    }
}

/// Bytes of memory that this process has resident now.
///
/// - Throws: ``ByteStreams/ByteStreamError`` where the system has no `/proc`.
func residentBytes() throws -> Int {
    let reader = try ByteReader(.file("/proc/self/statm"))
    var text = [UInt8](repeating: 0, count: 256)
    let count = try reader.read(into: &text)
    let pages = text.prefix(count).split(separator: UInt8(ascii: " ")).dropFirst().first
    return (pages.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
}
