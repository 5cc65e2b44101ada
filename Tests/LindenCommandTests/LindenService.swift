import Foundation

/// A `linden serve` that runs.
struct LindenService {
    private let process: Process
    private let lines: AsyncStream<String>
    private let ends: AsyncStream<Void>

    /// Starts `process`, and reads what it says on standard error.
    init(_ process: Process) throws {
        let pipe = Pipe()
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                line.finish()
                return
            }
            for text in String(decoding: data, as: UTF8.self).split(separator: "\n") { line.yield(String(text)) }
        }
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.standardError = pipe
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        (self.process, self.lines, self.ends) = (process, lines, ends)
    }

    /// Where it listens; `nil` when it ended before.
    func address() async -> URL? {
        for await line in lines {
            if let words = line.firstRange(of: "Listening on ") {
                return URL(string: String(line[words.upperBound...]))
            }
        }
        return nil
    }

    /// Sends SIGTERM.
    ///
    /// - Returns: The exit code.
    func terminate() async -> Int32 {
        process.terminate()
        for await _ in ends {}
        return process.terminationStatus
    }
}
