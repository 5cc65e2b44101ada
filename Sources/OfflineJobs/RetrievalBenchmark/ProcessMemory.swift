import ByteStreams
import CMalloc
import Glibc

/// Memory that this process has resident at a moment.
struct ProcessMemory: Hashable, Sendable {
    /// Bytes in use, and those that the allocator keeps for later.
    let held: Int
    /// Bytes in use: what is left when the allocator has given back whole pages that nothing lies on.
    let used: Int

    /// Reads the memory of now, and has the allocator give back what it can.
    ///
    /// - Throws: ``ByteStreams/ByteStreamError`` where the system has no `/proc`.
    init() throws {
        held = try Self.residentBytes()
        malloc_trim(0)
        used = try Self.residentBytes()
    }

    /// Bytes that the process has resident.
    static func residentBytes() throws -> Int {
        let reader = try ByteReader(.file("/proc/self/statm"))
        var text = [UInt8](repeating: 0, count: 256)
        let count = try reader.read(into: &text)
        let pages = text.prefix(count).split(separator: UInt8(ascii: " ")).dropFirst().first
        return (pages.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
