import Domain
import Foundation
import Ranking
import Retrieval
import SnapshotFiles

/// How long an index and its full vectors take to a file and back, as a node that starts reads them.
struct SnapshotTiming: Hashable, Sendable {
    /// Seconds of writing, with the wait for the disk.
    let writeSeconds: Double
    /// Seconds of loading, each byte checked; the file is in the system's memory still.
    let loadSeconds: Double
    /// The file's length.
    let fileBytes: Int

    private static let identity = SnapshotIdentity(kind: "benchmark", version: 1, fingerprint: [])

    /// Writes and loads a file in the system's temporary folder, and removes it.
    init(of rows: SearchedRows) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "linden-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let timing = Result { try Self.time(rows, path: folder.appending(path: "snapshot").path) }
        try FileManager.default.removeItem(at: folder)
        self = try timing.get()
    }

    private init(writeSeconds: Double, loadSeconds: Double, fileBytes: Int) {
        self.writeSeconds = writeSeconds
        self.loadSeconds = loadSeconds
        self.fileBytes = fileBytes
    }

    private static func time(_ rows: SearchedRows, path: String) throws -> SnapshotTiming {
        let writing = ProcessStopwatch()
        var writer = try SnapshotFileWriter(path: path, identity: identity)
        try rows.index.write(to: &writer)
        try rows.vectors.write(to: &writer)
        let bytes = try writer.commit()
        let writeSeconds = writing.seconds

        let loading = ProcessStopwatch()
        let file = try SnapshotFile(path: path, expecting: identity)
        let index = try IndexSnapshot(from: file, ladder: rows.index.ladder, policy: rows.index.policy)
        let vectors = try FullVectors(from: file)
        let loadSeconds = loading.seconds
        guard index.count == rows.index.count, vectors.count == rows.vectors.count else {
            throw file.malformed("vectors.rows", "\(index.count) codes and \(vectors.count) vectors came back")
        }
        return SnapshotTiming(writeSeconds: writeSeconds, loadSeconds: loadSeconds, fileBytes: bytes)
    }
}
