import ArgumentParser
import Foundation
import JSON
import Migrations
import OfflineJobs

/// How a command ended badly: what is printed, and the exit code that scripts read.
struct CommandFailure {
    let exitCode: Int32
    private let code: String
    private let message: String
    private let isHelp: Bool

    init(_ error: any Error) {
        let parsed = LindenCommand.exitCode(for: error)
        if parsed == .success || parsed == .validationFailure {
            // Help and version, or arguments that make no sense.
            isHelp = parsed == .success
            message = LindenCommand.fullMessage(for: error)
            (code, exitCode) = isHelp ? ("ok", 0) : ("usage", 2)
            return
        }
        isHelp = false
        (code, exitCode) =
            switch error {
            case is Interrupted, is CancellationError: ("interrupted", 130)
            case is SettingsError: ("usage", 2)
            case is PrefixGateError: ("verification_refused", 5)
            case let error as MigrationError where error.isLockBusy: ("lock_busy", 4)
            default: ("failed", 1)
            }
        message = error is CancellationError ? Interrupted().description : "\(error)"
    }

    /// Prints the failure: JSON on standard output for scripts, a sentence on standard error for people.
    func report(asJSON: Bool) {
        if isHelp {
            print(message)
        } else if asJSON {
            print(JSONValue.object(["error": .object(["code": .string(code), "message": .string(message)])]))
        } else {
            Terminal.printError(code == "usage" && message.contains("Usage:") ? message : "Error: \(message)")
        }
    }
}

extension MigrationError {
    /// Whether another migrator, or what holds a table, was in the way.
    fileprivate var isLockBusy: Bool {
        switch self {
        case .locked, .neverGotLock: true
        default: false
        }
    }
}

/// Thrown when the user asked to stop.
struct Interrupted: Error, CustomStringConvertible {
    var description: String { "Interrupted. Nothing that was promised is lost; run the command again to go on." }
}
