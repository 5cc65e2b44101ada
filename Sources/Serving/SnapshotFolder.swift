import ByteStreams
import Domain
public import Logging
import SnapshotFiles

/// The folder in which a node keeps its snapshots over a restart: a file for each generation that it holds, of two at least.
public struct SnapshotFolder: Sendable {
    let path: String
    private let logger: Logger

    /// Names a folder; it is created with the first file.
    public init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    /// The file of a generation.
    func file(of generation: GenerationNumber) -> String { "\(path)/\(generation)\(Self.suffix)" }

    /// The snapshot that is kept of a generation.
    ///
    /// - Returns: `nil` when there is none that may be served; why not, unless there is none at all, is logged.
    func snapshot(of head: GenerationHead, keepsVectors: Bool) -> ServingSnapshot? {
        let path = file(of: head.generation.number)
        do {
            return try ServingSnapshot(from: path, head: head, keepsVectors: keepsVectors)
        } catch let error as SnapshotFileError where error.isMissing {
            return nil
        } catch {
            logger.warning("The snapshot of \(head.generation.number) is not served: \(error)")
            return nil
        }
    }

    /// Keeps a snapshot, in the place of what is kept of its generation, and lets go of generations long gone.
    ///
    /// - Parameters:
    ///   - snapshot: The snapshot.
    ///   - head: Its generation, with the store that its position belongs to.
    ///   - held: The generations that are held, whose files stay.
    /// - Returns: The file's length in bytes.
    /// - Throws: ``SnapshotFiles/SnapshotFileError`` when the system refuses; what was kept before is kept then.
    @discardableResult
    func keep(
        _ snapshot: ServingSnapshot, head: GenerationHead, beside held: Set<GenerationNumber>
    ) throws(SnapshotFileError) -> Int {
        let generation = head.generation.number
        let bytes = try snapshot.write(to: file(of: generation), as: ServingSnapshot.identity(of: head))
        do throws(ByteStreamError) {
            let kept = try Folder.names(in: path).compactMap { name in
                name.hasSuffix(Self.suffix) ? GenerationNumber(name: String(name.dropLast(Self.suffix.count))) : nil
            }
            let staying = held.union([generation])
            let others = kept.filter { !staying.contains($0) }.sorted(by: >)
            for old in others.dropFirst(max(0, 2 - staying.count)) {
                try Folder.remove(file: file(of: old))
            }
        } catch {
            throw .stream(error)
        }
        return bytes
    }

    private static let suffix = ".snapshot"
}
