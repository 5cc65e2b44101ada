import ByteStreams
import Domain
import JSON
import OfflineJobs
import Ranking
import TestSupport

/// Made vectors in files, with their exact neighbours.
struct BenchmarkFiles {
    let vectors: ClusteredVectors
    let neighbours: [[Int]]
    let base: TemporaryFile
    let queries: TemporaryFile
    let truth: TemporaryFile
    let k: Int

    init(rows: Int, queries queryCount: Int, dimensions: Int, k: Int) throws {
        vectors = ClusteredVectors(items: rows, queries: queryCount, dimensions: dimensions, seed: 1)
        self.k = k
        neighbours = try vectors.neighbours(k: k, among: Array(0..<rows))
        base = try TemporaryFile(VectorBytes.fvecs(vectors.items.rows), suffix: ".fvecs")
        queries = try TemporaryFile(VectorBytes.npy(vectors.queries.rows), suffix: ".npy")
        truth = try TemporaryFile(VectorBytes.ivecs(neighbours), suffix: ".ivecs")
    }

    func neighbours(among rows: [Int]) throws -> [[Int]] { try vectors.neighbours(k: k, among: rows) }

    func benchmark(
        queries: TemporaryFile? = nil, truth: TemporaryFile? = nil, ladder: PrefixLadder? = nil,
        depth: Int? = nil, targets: [Double] = [0.9], k: Int? = nil
    ) -> RetrievalBenchmark {
        RetrievalBenchmark(
            base: base.source, queries: (queries ?? self.queries).source, truth: (truth ?? self.truth).source,
            ladder: ladder, depth: depth, targets: targets, k: k ?? self.k, threads: 1)
    }
}

extension ClusteredVectors {
    /// The nearest of some rows to each query, by an exact search.
    fileprivate func neighbours(k: Int, among rows: [Int]) throws -> [[Int]] {
        let table = EmbeddingTable(dimensions: items.dimensions, elements: rows.flatMap { items.row($0) })
        let vectors = try FullVectors(table)
        return try queries.rows.map { query in try vectors.exactSearch(query.span, count: k).map { rows[$0.row] } }
    }
}

extension EmbeddingTable {
    var rows: [[Float]] { (0..<count).map { row($0) } }
}

extension JSONValue {
    var double: Double? {
        switch self {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        default: nil
        }
    }
}
