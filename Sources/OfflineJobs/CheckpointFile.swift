public import ByteStreams
import SnapshotFiles
public import Training

/// The file in which a training keeps its last checkpoint, so that one that was killed goes on where it was.
///
/// Whenever the program or the machine stops, the file is whole or not there. Trouble with it never ends a training: it is
/// reported, and the training starts anew or goes on without.
public struct CheckpointFile: TrainingCheckpointStore {
    /// What happened to the checkpoint.
    public enum Event: Equatable, Sendable, CustomStringConvertible {
        /// Training goes on after some epochs.
        case resumes(path: String, epoch: Int)
        /// The checkpoint is of other settings or other data.
        case isOfAnother(path: String)
        /// The file is not what was written.
        case isDamaged(path: String)
        case kept(byteCount: Int, time: Duration)
        case failed(ByteStreamError)

        public var description: String {
            switch self {
            case .resumes(let path, let epoch):
                "Going on after epoch \(epoch), from the checkpoint of a training that ended early (\(path))."
            case .isOfAnother(let path):
                "The checkpoint in \(path) is of other settings or other data; training starts anew, and replaces it."
            case .isDamaged(let path):
                "The checkpoint in \(path) is damaged, or of another version of Linden; training starts anew."
            case .kept(let byteCount, let time):
                "Kept a checkpoint of \(byteCount) bytes in \(time)."
            case .failed(let error):
                "No checkpoint: \(error) Training goes on; were it killed, it would start anew."
            }
        }
    }

    public let interval: Duration
    private let path: String
    private let report: @Sendable (Event) -> Void

    /// Names the file; it is created, with its folder, by the first checkpoint.
    ///
    /// - Parameters:
    ///   - path: One for each kind of job.
    ///   - interval: Least time of training between two checkpoints.
    ///   - report: Told what happens to it.
    public init(
        path: String, interval: Duration = .seconds(20), report: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.path = path
        self.interval = interval
        self.report = report
    }

    public func checkpoint(of training: TrainingFingerprint) -> TrainingCheckpoint? {
        do throws(SnapshotFileError) {
            let checkpoint = try read(training)
            report(.resumes(path: path, epoch: checkpoint.epoch))
            return checkpoint
        } catch {
            switch error {
            case .stream(.missing): break
            case .stream(let error): report(.failed(error))
            case .otherIdentity: report(.isOfAnother(path: path))
            default: report(.isDamaged(path: path))
            }
            return nil
        }
    }

    public func keep(_ checkpoint: TrainingCheckpoint) {
        do throws(SnapshotFileError) {
            let clock = ContinuousClock()
            let start = clock.now
            let byteCount = try write(checkpoint)
            report(.kept(byteCount: byteCount, time: clock.now - start))
        } catch {
            if case .stream(let error) = error { report(.failed(error)) }
        }
    }

    public func removeCheckpoint() {
        do throws(ByteStreamError) {
            try Folder.remove(file: path)
        } catch {
            report(.failed(error))
        }
    }

    private func read(_ training: TrainingFingerprint) throws(SnapshotFileError) -> TrainingCheckpoint {
        let file = try SnapshotFile(path: path, expecting: Self.identity(of: training))
        let words: [UInt64] = try Self.numbers("words", of: file)
        let shape: [UInt64] = try Self.numbers("shape", of: file)
        guard let epoch = shape.first, shape.count == 2 else { throw file.malformed("shape", "it is not two numbers") }
        var tables: [[Float]] = []
        for index in 0..<Int(clamping: shape[1]) { tables.append(try Self.numbers("table \(index)", of: file)) }
        return TrainingCheckpoint(training: training, epoch: Int(clamping: epoch), words: words, tables: tables)
    }

    private func write(_ checkpoint: TrainingCheckpoint) throws(SnapshotFileError) -> Int {
        var writer = try SnapshotFileWriter(path: path, identity: Self.identity(of: checkpoint.training))
        try writer.add("shape", [UInt64(checkpoint.epoch), UInt64(checkpoint.tables.count)])
        try writer.add("words", checkpoint.words)
        for (index, table) in checkpoint.tables.enumerated() { try writer.add("table \(index)", table) }
        return try writer.commit()
    }

    private static func numbers<Element: BitwiseCopyable & Numeric & Sendable>(
        _ section: String, of file: SnapshotFile
    ) throws(SnapshotFileError) -> [Element] {
        try file.column(section, of: Element.self).withSpan { span in
            var numbers: [Element] = []
            numbers.reserveCapacity(span.count)
            for index in span.indices { numbers.append(span[index]) }
            return numbers
        }
    }

    private static func identity(of training: TrainingFingerprint) -> SnapshotIdentity {
        SnapshotIdentity(kind: "training", version: 1, fingerprint: Array(training.description.utf8))
    }
}
