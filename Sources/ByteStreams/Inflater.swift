internal import CZlib

/// Turns gzip members back into bytes, a piece at a time.
@safe final class Inflater {
    /// What one step did.
    struct Step {
        let consumed: Int
        let produced: Int
        /// Whether the member's last byte and its checksum were read.
        let endsMember: Bool
    }

    /// Why a step could not be done, in zlib's words.
    struct Failure: Error {
        let reason: String
    }

    /// zlib keeps a pointer back to its stream, so the stream stays at one address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Creates an inflater that stands before its first member.
    ///
    /// - Throws: ``Failure`` when there is no memory for zlib's window (about 40 KiB).
    init() throws(Failure) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let gzipWindow = 16 + MAX_WBITS
        // SAFETY: the stream is initialised and lives until `deinit`; the version and the size are this build's own.
        let status = unsafe inflateInit2_(stream, gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw Failure(reason: "zlib could not start, status \(status)") }
    }

    deinit {
        // SAFETY: the stream was allocated and initialised once, in `init`, and nothing else holds it.
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Inflates what it can of `input` into the front of `room`.
    ///
    /// - Parameters:
    ///   - input: The next compressed bytes; may be empty when output of earlier ones is still due.
    ///   - room: Room for bytes; not empty.
    /// - Returns: How far it came; nothing consumed and nothing produced means that it needs more input.
    /// - Throws: ``Failure`` when the input is not gzip or its checksum does not fit.
    @unsafe
    func inflate(
        _ input: ArraySlice<UInt8>, into room: UnsafeMutableRawBufferPointer
    ) throws(Failure) -> Step {
        let status = unsafe input.withUnsafeBufferPointer { source in
            // SAFETY: both buffers outlive the call, and zlib stays inside the counts it is given. It never writes
            // through `next_in`, which its header could not yet call `const`.
            let output = unsafe room.assumingMemoryBound(to: UInt8.self)
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
            unsafe stream.pointee.next_out = output.baseAddress
            unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
            return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        }
        // SAFETY: the stream is ours; the counts are plain numbers that the call has just set.
        let consumed = unsafe min(input.count, Int(UInt32.max)) - Int(stream.pointee.avail_in)
        let produced = unsafe min(room.count, Int(UInt32.max)) - Int(stream.pointee.avail_out)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw Failure(reason: message(for: status))
        }
        return Step(consumed: consumed, produced: produced, endsMember: status == Z_STREAM_END)
    }

    /// Goes back to the state before a member.
    func beginMember() {
        // SAFETY: the stream is initialised; zlib keeps its window and forgets the rest.
        unsafe inflateReset(stream)
    }

    private func message(for status: Int32) -> String {
        // SAFETY: zlib's messages are zero-terminated constants.
        guard let text = unsafe stream.pointee.msg else { return "zlib status \(status)" }
        return unsafe String(cString: text)
    }
}
