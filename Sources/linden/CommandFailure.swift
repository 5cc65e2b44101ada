import ArgumentParser
import Datasets
import Domain
import Experiments
import JSON
import Migrations
import OfflineJobs
import Planning
import Postgres
import Serving
import Training
import VectorKernels

/// How a command ended badly: what is printed, and the exit code that scripts read.
struct CommandFailure {
    let exitCode: Int32
    private let code: String
    private let message: String
    /// Help or version: wanted text, not a failure.
    private let isWanted: Bool
    /// What the parser adds for people: the usage of the command.
    private var usage = ""

    init(_ error: any Error) {
        if let exit = error as? ExitCode {
            // The command has said all there is to say.
            (isWanted, code, message, exitCode) = (false, "", "", exit.rawValue)
            return
        }
        let parsed = LindenCommand.exitCode(for: error)
        isWanted = parsed == .success
        if isWanted || parsed == .validationFailure {
            message = LindenCommand.message(for: error)
            (code, exitCode) = isWanted ? ("ok", 0) : ("usage", 2)
            let whole = LindenCommand.fullMessage(for: error)
            // A refusal thrown by a running command has no usage of its own; the parser would give the root's.
            if !(error is ValidationError), let start = whole.firstRange(of: "\nUsage:") {
                usage = String(whole[start.lowerBound...])
            }
            return
        }
        (code, exitCode) = Self.codes(error)
        message =
            switch error {
            case is CancellationError: Interrupted().description
            case RequestError.invalid(_, let detail): detail
            default: "\(error)"
            }
    }

    private static func codes(_ error: any Error) -> (String, Int32) {
        switch error {
        case is Interrupted, is CancellationError, TrainingError.interruptedBeforeFirstEpoch: ("interrupted", 130)
        case is PrefixGateError, is GenerationGateError, is GateRefusal, CostModelFitError.explainsTooLittle:
            ("verification_refused", 5)
        case let error as MigrationError where error.isLockBusy: ("lock_busy", 4)
        case is BuildTurnTaken: ("lock_busy", 4)
        case MigrationError.assertionFailed: ("verification_refused", 5)
        case MigrationError.badTitle: ("usage", 2)
        case let MigrationError.database(error) where error.kind == .cancelled: ("interrupted", 130)
        case let error where isUsage(error): ("usage", 2)
        default: ("failed", 1)
        }
    }

    /// Whether the arguments or settings make no sense, whatever the database and the files hold.
    private static func isUsage(_ error: any Error) -> Bool {
        switch error {
        case is ConfigurationError, is TierDocumentError, is NoSuchTierRevision, is NoSuchExperiment,
            is SettingsError, is GenerationSettingError, is CommandNameError, is KernelChoiceError,
            is PrefixLadderError, is ColumnMappingError,
            is ExternalIDError, is MatryoshkaBenchmarkError, GenerationNameError.notAName, DatasetError.unknownMeaning,
            TrainingError.badSetting, is CapacityError,
            RequestError.invalid, RequestError.unknownTier, RequestError.tooManyItems, RequestError.budgetTooSmall:
            true
        case let error as PostgresError: error.kind == .usage
        default: false
        }
    }

    /// Prints the failure: JSON on standard output for scripts, a sentence on standard error for people.
    func report(asJSON: Bool) {
        if isWanted {
            print(message)
        } else if message.isEmpty {
            return
        } else if asJSON {
            print(JSONValue.object(["error": .object(["code": .string(code), "message": .string(message)])]))
        } else {
            Terminal.printError("Error: \(message)\(usage)")
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
