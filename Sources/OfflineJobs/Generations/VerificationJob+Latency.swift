import ByteStreams
import Domain
import Planning
import Ranking
import Retrieval

extension VerificationJob {
    /// How long a core of this machine works for one request after another by the dearest plan that is shipped, its user
    /// known: the highest of 99 in a hundred, in milliseconds.
    ///
    /// Time that others have the core is not counted: a busy machine refuses no model.
    func latencyMeasure(
        _ vectors: GenerationVectors, _ ladder: PrefixLadder, _ asked: EmbeddingTable
    ) throws -> [GateMeasure] {
        let queries = min(Self.timedQueries, asked.count)
        guard queries > 0, !vectors.items.isEmpty, let dearest = PlanTemplate.shipped.last else { return [] }
        var index = IndexBuilder(ladder: ladder)
        var full = FullVectorsBuilder(dimensions: vectors.dimensions, expectedRows: vectors.items.count)
        for row in vectors.items.indices {
            let bits = vectors.bits.span.extracting(row * vectors.dimensions..<(row + 1) * vectors.dimensions)
            try index.append(halves: bits)
            try full.append(halves: bits)
        }
        let rows = SearchedRows(index: index.finish(), vectors: full.finish())
        let k = 10
        let plan = dearest.plan(on: ladder, count: k, lists: rows.index.listCount)
        var milliseconds: [Double] = []
        for query in 0..<queries {
            try Task.checkCancellation()
            let vector = asked.elements.span.extracting(asked.range(of: query))
            let start = ThreadProcessorTime.nanoseconds
            _ = try rows.rows(for: vector, plan: plan, k: k)
            milliseconds.append(Double(ThreadProcessorTime.nanoseconds - start) / 1e6)
        }
        let slowest = milliseconds.sorted()[min(queries - 1, queries * 99 / 100)]
        return [
            GateMeasure(
                "p99_ms", slowest, .atMost, options.latency / .milliseconds(1),
                "\(queries) users asked one after another by \(plan), a core of this machine")
        ]
    }

    /// Users that are asked for.
    private static let timedQueries = 500
}
