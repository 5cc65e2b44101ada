import ByteStreams
package import Domain
package import SnapshotFiles
import VectorKernels

extension IndexSnapshot {
    /// Writes the index as sections.
    package func write(to writer: inout SnapshotFileWriter) throws(SnapshotFileError) {
        try writer.add("index.shape", [Int64(planes.count), Int64(planes.layout.dimensions)])
        try writer.begin("index.planes", byteCount: planes.pageBytes)
        try planes.forEachPage { pages, range throws(SnapshotFileError) in try writer.append(pages, range) }
        try catalogue.write(to: &writer)
    }

    /// Restores the index of a generation.
    ///
    /// - Parameters:
    ///   - file: The file that it was written to.
    ///   - ladder: The generation's prefix lengths.
    /// - Throws: ``SnapshotFiles/SnapshotFileError/malformed(path:section:reason:)`` when the sections do not fit.
    package init(from file: SnapshotFile, ladder: PrefixLadder) throws(SnapshotFileError) {
        let shape = try file.column("index.shape", of: Int64.self, count: 2).elements(0..<2)
        let layout = PlaneLayout(steps: ladder.steps)
        guard shape[1] == layout.dimensions,
            let planes = PlaneTable(layout: layout, count: Int(shape[0]), copying: try file.pages("index.planes"))
        else { throw file.malformed("index.planes", "it does not hold planes of the shape \(shape)") }
        self.init(
            ladder: ladder, planes: planes, catalogue: try CatalogueBitmaps(from: file, rowCount: planes.count))
    }
}
