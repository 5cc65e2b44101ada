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
            let more = try file.read(into: &head, from: count)
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
        if let inflater { return try inflate(by: inflater, into: &output, from: offset) }
        if start < end { return takeFromBlock(into: &output, from: offset) }
        let count = try file.read(into: &output, from: offset)
        bytesRead += count
        return count
    }

    /// Copies what the look at the first bytes left in the block.
    private func takeFromBlock(into output: inout [UInt8], from offset: Int) -> Int {
        let count = min(output.count - offset, end - start)
        for index in 0..<count {
            output[offset + index] = block[start + index]
        }
        start += count
        return count
    }

    private func inflate(
        by inflater: Inflater, into output: inout [UInt8], from offset: Int
    ) throws(ByteStreamError) -> Int {
        while true {
            if start == end && !isAtEnd {
                try fill()
            }
            if start == end && isAtEnd && isBetweenMembers { return 0 }

            let step = try step(of: inflater, into: &output, from: offset)
            start += step.consumed
            isBetweenMembers = step.endsMember
            if step.endsMember {
                inflater.beginMember()
            }
            if step.produced > 0 { return step.produced }
            if isAtEnd && start == end && !step.endsMember { throw .truncatedGzip(name: name) }
        }
    }

    private func step(
        of inflater: Inflater, into output: inout [UInt8], from offset: Int
    ) throws(ByteStreamError) -> Inflater.Step {
        do {
            return try inflater.inflate(block[start..<end], into: &output, from: offset)
        } catch {
            throw .corruptGzip(name: name, reason: error.reason)
        }
    }

    /// Reads the file's next block.
    private func fill() throws(ByteStreamError) {
        let count = try file.read(into: &block, from: 0)
        start = 0
        end = count
        bytesRead += count
        isAtEnd = count == 0
    }
}
