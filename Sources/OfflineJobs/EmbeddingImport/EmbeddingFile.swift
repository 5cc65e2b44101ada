public import ByteStreams
import Domain
import VectorFiles
import VectorKernels

/// A file of vectors with the ids of its rows.
public struct EmbeddingFile: Sendable {
    /// `.npy`, `.fvecs` or `.safetensors`, gzip or not.
    public let vectors: ByteSource
    /// Which tensor of a `.safetensors` file is meant; `nil` for the only one of two dimensions.
    public let tensor: String?
    /// One id a line; `nil` for the file beside the vectors: `items.ids` or `items.txt` beside `items.npy`.
    public let ids: ByteSource?
    /// The option that names a file of ids, for messages.
    public let idOption: String

    public init(vectors: ByteSource, tensor: String? = nil, ids: ByteSource? = nil, idOption: String) {
        self.vectors = vectors
        self.tensor = tensor
        self.ids = ids
        self.idOption = idOption
    }

    /// What a file holds.
    struct Contents<Subject>: Sendable {
        /// Scaled to unit length: half precision does not reach as far as some models' vectors.
        var embeddings: NamedEmbeddings<Subject>
        /// The shortest prefix in which each row has a direction.
        var shortestWhole: Int
    }

    /// Reads and checks the file; memory is half precision of all rows, and a block.
    ///
    /// - Parameters:
    ///   - subject: Whose vectors they are.
    ///   - items: The file that its rows must be as long as, and that length.
    /// - Returns: What it holds.
    /// - Throws: ``EmbeddingImportError``, ``VectorFiles/VectorFileError``, or `CancellationError`.
    func read<Subject>(
        of subject: Subject.Type, asLongAs items: (file: EmbeddingFile, dimensions: Int)? = nil
    ) throws -> Contents<Subject> {
        var reader = try VectorFileReader(vectors, tensor: tensor)
        if let items, items.dimensions != reader.dimensions {
            throw VectorFileError.otherDimensions(
                name: vectors.name, found: reader.dimensions, expected: items.dimensions,
                of: items.file.vectors.name)
        }
        guard reader.dimensions <= PrefixLadder.maximumDimensions else {
            throw EmbeddingImportError.tooLong(file: vectors.name, dimensions: reader.dimensions)
        }
        let idFile = try ids.map(IDFile.init(source:)) ?? IDFile.beside(vectors, option: idOption)
        let ids = try idFile.ids(of: subject)
        if let rows = reader.rowCount { try check(ids.count, of: idFile, rows: rows) }
        var bits: [UInt16] = []
        bits.reserveCapacity(ids.count * reader.dimensions)
        var shortestWhole = 1
        var block: [Float] = []
        while case let count = try reader.readEmbeddings(into: &block), count > 0 {
            try Task.checkCancellation()
            for row in 0..<count {
                var span = block.mutableSpan
                var values = span._mutatingExtracting(row * reader.dimensions..<(row + 1) * reader.dimensions)
                _ = FloatRows.scaleToUnitLength(&values)
            }
            let halves = HalfPrecision.bits(of: block.span)
            for row in 0..<count {
                let values = halves[row * reader.dimensions..<(row + 1) * reader.dimensions]
                let first = values.firstIndex { $0 & 0x7fff != 0 } ?? values.startIndex
                shortestWhole = max(shortestWhole, first - values.startIndex + 1)
            }
            bits += halves
        }
        try check(ids.count, of: idFile, rows: reader.rowsRead)
        return Contents(
            embeddings: NamedEmbeddings(ids: ids, dimensions: reader.dimensions, bits: bits),
            shortestWhole: shortestWhole)
    }

    private func check(_ count: Int, of ids: IDFile, rows: Int) throws(EmbeddingImportError) {
        guard count == rows else {
            throw .idCount(file: ids.source.name, ids: count, vectors: vectors.name, rows: rows)
        }
    }
}

extension NamedEmbeddings {
    /// These without the rows at some ascending positions.
    func leavingOut(_ positions: [Int]) -> NamedEmbeddings {
        guard !positions.isEmpty else { return self }
        let left = Set(positions)
        let kept = (0..<count).filter { !left.contains($0) }
        return NamedEmbeddings(
            ids: kept.map { ids[$0] }, dimensions: dimensions, bits: kept.flatMap { bits[range(of: $0)] })
    }

    /// The values of some rows.
    func table(of rows: [Int]) -> EmbeddingTable {
        EmbeddingTable(
            dimensions: dimensions,
            elements: rows.flatMap { HalfPrecision.values(of: bits.span.extracting(range(of: $0))) })
    }
}
