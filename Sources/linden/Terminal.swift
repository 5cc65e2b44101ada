import Foundation
import Synchronization

/// Where text goes: answers to standard output, progress and errors to standard error, bars only when somebody looks.
enum Terminal {
    /// Whether standard error is a terminal.
    static let isInteractive = isatty(STDERR_FILENO) == 1

    /// Prints an answer of a command that goes on: at once, where `print` may keep it while a pipe is filled.
    static func printAnswer(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func printError(_ message: String) {
        FileHandle.standardError.write(Data((message + "\n").utf8))
    }
}

/// A line on standard error that is written over until it is finished; silent when standard error is no terminal.
final class ProgressLine: Sendable {
    private let length = Mutex(0)

    /// Shows `text` in place of what was shown.
    func show(_ text: String) {
        guard Terminal.isInteractive else { return }
        length.withLock { length in
            let padding = String(repeating: " ", count: max(0, length - text.count))
            length = text.count
            FileHandle.standardError.write(Data(("\r" + text + padding).utf8))
        }
    }

    /// Ends the line.
    func finish() {
        guard Terminal.isInteractive else { return }
        length.withLock { length in
            if length > 0 { FileHandle.standardError.write(Data("\n".utf8)) }
            length = 0
        }
    }

    /// A bar of `width` characters, filled to `share` (0 to 1).
    static func bar(_ share: Double, width: Int = 24) -> String {
        let filled = Int((min(1, max(0, share)) * Double(width)).rounded())
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    }
}
