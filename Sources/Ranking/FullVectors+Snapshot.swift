import ByteStreams
package import SnapshotFiles
import VectorKernels

extension FullVectors {
    /// Writes the rows as sections.
    package func write(to writer: inout SnapshotFileWriter) throws(SnapshotFileError) {
        try writer.add("vectors.shape", [Int64(table.dimensions), Int64(table.count), Int64(table.precision.bytes)])
        try writer.begin("vectors.rows", byteCount: table.pageBytes)
        try table.forEachPage { pages, range throws(SnapshotFileError) in try writer.append(pages, range) }
    }

    /// Reads the rows in place.
    ///
    /// - Throws: ``SnapshotFiles/SnapshotFileError/malformed(path:section:reason:)`` when the sections do not fit.
    package init(from file: SnapshotFile) throws(SnapshotFileError) {
        let shape = try file.column("vectors.shape", of: Int64.self, count: 3).elements(0..<3)
        guard let precision = VectorPrecision(rawValue: Int(shape[2])),
            let table = VectorTable(
                dimensions: Int(shape[0]), count: Int(shape[1]), precision: precision,
                reading: try file.pages("vectors.rows"))
        else { throw file.malformed("vectors.rows", "it does not hold a table of the shape \(shape)") }
        self.init(table: table)
    }
}
