/// Reads a file or standard input from front to back, and inflates it on the way when it is gzip.
///
/// Gzip is told by its first two bytes, `1f 8b`, not by a name; several members one after another read as one. Memory is
/// bounded: one block of input and zlib's window, whatever the file's size.
public final class ByteReader {
    /// What messages call the source.
    public let name: String
    /// Whether the source is gzip.
    public var isCompressed: Bool { inflater != nil }
    /// The source's size as it is stored, in bytes; `nil` for a pipe.
    ///
    /// With ``bytesRead`` it tells how far a progress bar stands.
    public let totalBytes: Int?
    /// Bytes taken from the source so far, as they are stored.
    public private(set) var bytesRead: Int

    private let file: InputFile
    private let inflater: Inflater?
    /// Whether the inflater stands between two members, where the file may end.
    private var isBetweenMembers = true
    /// Bytes read from the file and not yet handed on: `block[start..<end]`.
    private var block: [UInt8]
    private var start = 0
    private var end: Int
    private var isAtEnd = false

    /// Opens a source and looks at its first two bytes.
    ///
    /// - Parameters:
    ///   - source: Where the bytes come from.
    ///   - blockBytes: Bytes asked of the system at once; 2 or more.
    /// - Throws: ``ByteStreamError`` when the source cannot be opened or read.
    public init(_ source: ByteSource, blockBytes: Int = 1 << 17) throws(ByteStreamError) {
        precondition(blockBytes >= 2, "A block of \(blockBytes) bytes cannot hold gzip's first two.")
        name = source.name
        let file = try InputFile(source)
        var head = [UInt8](repeating: 0, count: blockBytes)
        var count = 0
        while count < 2 {
            var room = head.mutableSpan
            let more = try unsafe room.withUnsafeMutableBytes { room throws(ByteStreamError) in
                // SAFETY: the file writes no further than the room, which outlives the call.
                try unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: room[count...]))
            }
            guard more > 0 else { break }
            count += more
        }
        do {
            inflater = head.starts(with: [0x1f, 0x8b]) ? try Inflater() : nil
        } catch {
            throw .unreadable(name: source.name, reason: error.reason)
        }
        self.file = file
        totalBytes = file.size
        block = head
        end = count
        bytesRead = count
    }

    /// Reads the next bytes into `output` from `offset` on, waiting for at least one.
    ///
    /// - Parameters:
    ///   - output: Room for the bytes.
    ///   - offset: Where they begin; less than the room's length.
    /// - Returns: Bytes written; 0 at the end.
    /// - Throws: ``ByteStreamError`` when the system refuses, or the gzip is cut short or damaged.
    public func read(
        into output: inout [UInt8], from offset: Int = 0
    ) throws(ByteStreamError) -> Int {
        precondition(offset < output.count, "Room for \(output.count) bytes has none from \(offset) on.")
        var room = output.mutableSpan
        return try unsafe room.withUnsafeMutableBytes { room throws(ByteStreamError) in
            // SAFETY: the rebasing checks `offset`, and the room outlives the call.
            try unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: room[offset...]))
        }
    }

    /// Reads little-endian whole numbers into `output` from element `first` on, until it is full or the source ends.
    ///
    /// A number's bits may stand for anything of the same size: the caller reads `UInt32` and takes each for a `Float`.
    ///
    /// - Parameters:
    ///   - output: Room for the numbers.
    ///   - first: Where they begin, at most the room's length.
    /// - Returns: Bytes read; fewer than the room has only at the source's end.
    /// - Throws: As ``read(into:from:)`` does.
    public func readNumbers<Number: FixedWidthInteger & BitwiseCopyable>(
        into output: inout [Number], from first: Int = 0
    ) throws(ByteStreamError) -> Int {
        let offset = first * MemoryLayout<Number>.stride
        var room = output.mutableSpan
        let end = try unsafe room.withUnsafeMutableBytes { room throws(ByteStreamError) in
            var end = offset
            while end < room.count {
                // SAFETY: the rebasing checks `end`, and the room outlives the call; all bits are whole numbers.
                let count = try unsafe read(into: UnsafeMutableRawBufferPointer(rebasing: room[end...]))
                guard count > 0 else { break }
                end += count
            }
            return end
        }
        if Number(littleEndian: 1) != 1 {
            for index in first..<output.count {
                output[index] = Number(littleEndian: output[index])
            }
        }
        return end - offset
    }

    /// Reads the next bytes into the front of `room`, which is not empty.
    @unsafe
    private func read(into room: UnsafeMutableRawBufferPointer) throws(ByteStreamError) -> Int {
        // SAFETY: what takes the room here writes no further than its count, and keeps nothing of it.
        if let inflater { return try unsafe inflate(by: inflater, into: room) }
        if start < end { return unsafe takeFromBlock(into: room) }
        let count = try unsafe file.read(into: room)
        bytesRead += count
        return count
    }

    /// Copies what the look at the first bytes left in the block.
    @unsafe
    private func takeFromBlock(into room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, end - start)
        for index in 0..<count {
            // SAFETY: the buffer has `count` bytes at least.
            unsafe room[index] = block[start + index]
        }
        start += count
        return count
    }

    @unsafe
    private func inflate(
        by inflater: Inflater, into room: UnsafeMutableRawBufferPointer
    ) throws(ByteStreamError) -> Int {
        while true {
            if start == end && !isAtEnd {
                try fill()
            }
            if start == end && isAtEnd && isBetweenMembers { return 0 }

            // SAFETY: the inflater writes no further than the room's count.
            let step = try unsafe step(of: inflater, into: room)
            start += step.consumed
            isBetweenMembers = step.endsMember
            if step.endsMember {
                inflater.beginMember()
            }
            if step.produced > 0 { return step.produced }
            if isAtEnd && start == end && !step.endsMember { throw .truncatedGzip(name: name) }
        }
    }

    @unsafe
    private func step(
        of inflater: Inflater, into room: UnsafeMutableRawBufferPointer
    ) throws(ByteStreamError) -> Inflater.Step {
        do {
            // SAFETY: as above.
            return try unsafe inflater.inflate(block[start..<end], into: room)
        } catch {
            throw .corruptGzip(name: name, reason: error.reason)
        }
    }

    /// Reads the file's next block.
    private func fill() throws(ByteStreamError) {
        // SAFETY: the file writes no further than the block, which outlives the call.
        let count = try unsafe block.withUnsafeMutableBufferPointer { room throws(ByteStreamError) in
            try unsafe file.read(into: UnsafeMutableRawBufferPointer(room))
        }
        start = 0
        end = count
        bytesRead += count
        isAtEnd = count == 0
    }
}
