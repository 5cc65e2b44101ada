import Domain
import Planning
import Ranking
import Retrieval
import SnapshotFiles
import Towers

extension ServingSnapshot {
    /// The version of the sections below; a change of any of them needs another.
    private static let version: UInt32 = 1

    /// What a file must be for it to be served: this generation, in the history of this store.
    static func identity(of head: GenerationHead) -> SnapshotIdentity {
        SnapshotIdentity(
            kind: "serving of \(head.store)", version: version, fingerprint: head.generation.fingerprint)
    }

    /// Writes the snapshot into a file, in the place of the one that is there.
    ///
    /// - Returns: The file's length in bytes.
    @discardableResult
    func write(to path: String, as identity: SnapshotIdentity) throws(SnapshotFileError) -> Int {
        let items = items.compacted()
        var writer = try SnapshotFileWriter(path: path, identity: identity)
        try writer.add("position", Array(position.token.utf8))
        try writer.add("model", model.encoded())
        try items.loaded.write(to: &writer)
        try popular.write(to: &writer, items: items.loaded)
        try index.write(to: &writer)
        if keepsVectors { try vectors.write(to: &writer) }
        return try writer.commit()
    }

    /// Restores a snapshot from the file at `path`.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - head: What the store says of the generation now.
    ///   - keepsVectors: Whether full vectors are to be in memory; a file without them will not do then.
    /// - Throws: ``SnapshotFiles/SnapshotFileError`` for a file that is missing, damaged or another's;
    ///   ``Towers/ModelArtefactError`` for a model that cannot be read.
    init(from path: String, head: GenerationHead, keepsVectors: Bool) throws {
        let file = try SnapshotFile(path: path, expecting: Self.identity(of: head))
        let columns = try ItemColumns(from: file)
        let index = try IndexSnapshot(from: file, ladder: head.generation.ladder)
        let vectors =
            keepsVectors
            ? try FullVectors(from: file)
            : FullVectorsBuilder(dimensions: head.generation.ladder.fullLength, expectedRows: 0).finish()
        guard index.count == columns.count, !keepsVectors || vectors.count == columns.count else {
            throw file.malformed(
                "vectors.rows", "there are \(vectors.count) vectors and \(index.count) codes of \(columns.count) items")
        }
        guard vectors.dimensions == head.generation.ladder.fullLength else {
            throw file.malformed("vectors.rows", "vectors have \(vectors.dimensions) dimensions")
        }
        self.init(
            generation: head.generation, model: try TwoTowerModel(decoding: file.bytes("model")),
            keepsVectors: keepsVectors, index: index,
            vectors: vectors, items: ServedItems(columns), popular: try PopularItems(from: file, items: columns),
            frontier: head.frontier.map(FrontierPlans.init),
            position: FeedPosition(token: String(decoding: try file.bytes("position"), as: UTF8.self)), isRestored: true
        )
    }
}
