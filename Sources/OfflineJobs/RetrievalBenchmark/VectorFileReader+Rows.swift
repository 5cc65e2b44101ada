import ByteStreams
import VectorFiles

extension VectorFileReader {
    /// Number of rows of a file of embeddings; one whose format does not tell is read through.
    static func rowCount(of source: ByteSource) throws -> Int {
        var reader = try VectorFileReader(source)
        if let count = reader.rowCount { return count }
        var block: [Float] = []
        while try reader.readEmbeddings(into: &block) > 0 { try Task.checkCancellation() }
        return reader.rowsRead
    }
}
