import Domain
import Ranking
import VectorKernels

/// The full vectors that one request fetches, where they are not in memory.
struct RequestVectors: Sendable {
    let fetcher: VectorFetcher
    let snapshot: ServingSnapshot
    let model: CostModel
    let clock: RequestClock

    /// The embedding of one row; `nil` when it is not paid for, or not there.
    func embedding(ofRow row: Int, paying meter: inout CostMeter) async throws -> [Float]? {
        let item = snapshot.items[row].number
        let found = try await fetch([item], rerank: .zero, paying: &meter)
        guard let bits = snapshot.unstored[item.rawValue] ?? (found.count > 0 ? found.bits[found.range(of: 0)] : nil)
        else {
            return nil
        }
        return HalfPrecision.values(of: Array(bits).span)
    }

    /// The shortlist in the order of the full vectors: what is not paid for, or not there, keeps its order, below.
    ///
    /// - Throws: ``Domain/StoreAway`` when they cannot be fetched.
    func rerank(
        _ shortlist: [Candidate], for query: [Float], through funnel: [FunnelStep], stopwatch: inout StageStopwatch,
        paying meter: inout CostMeter
    ) async throws -> [Candidate] {
        let dimensions = snapshot.generation.ladder.fullLength
        let numbers = shortlist.map { snapshot.items[$0.row].number }
        let found = try await fetch(numbers, rerank: model.rerank(dimensions: dimensions), paying: &meter)
        stopwatch.finish(.fetch)
        let (vectors, rowsByNumber) = try table(of: found, dimensions: dimensions)
        var head: [Candidate] = []
        var heads: [Int] = []
        var tail: [Candidate] = []
        for (candidate, number) in zip(shortlist, numbers) {
            if let row = rowsByNumber[number.rawValue] {
                head.append(Candidate(row: row, score: candidate.score))
                heads.append(candidate.row)
            } else {
                tail.append(candidate)
            }
        }
        let rows = Dictionary(zip(head.map(\.row), heads)) { first, _ in first }
        let ranked = try Reranker(vectors: vectors, model: model).rerank(
            head, for: query.span, through: funnel, paying: &meter)
        return ranked.compactMap { candidate in
            rows[candidate.row].map { Candidate(row: $0, score: candidate.score) }
        } + tail
    }

    /// The rows of `among` most like a query by all dimensions; nothing is paid.
    func exactSearch(_ query: [Float], count: Int, among rows: [Int]) async throws -> [Candidate] {
        var best: [Candidate] = []
        for start in stride(from: 0, to: rows.count, by: 1_000) {
            let part = rows[start..<min(rows.count, start + 1_000)]
            let rowsOfNumbers = Dictionary(part.map { (snapshot.items[$0].number, $0) }) { first, _ in first }
            let found = try await fetcher.source.embeddings(
                of: Array(rowsOfNumbers.keys), generation: snapshot.generation.number, within: nil)
            let (vectors, rowsByNumber) = try table(
                of: found, dimensions: snapshot.generation.ladder.fullLength)
            let rowsOfTable = Dictionary(rowsByNumber.map { ($1, $0) }) { first, _ in first }
            best += try vectors.exactSearch(query.span, count: count).compactMap { candidate in
                rowsOfTable[candidate.row].flatMap { rowsOfNumbers[ItemNumber($0)] }
                    .map { Candidate(row: $0, score: candidate.score) }
            }
            best = Array(best.sorted(by: Candidate.ranksBefore).prefix(count))
        }
        return best
    }

    private func fetch(
        _ items: [ItemNumber], rerank: CostUnits, paying meter: inout CostMeter
    ) async throws -> HalfEmbeddings {
        try await fetcher.vectors(
            of: items, generation: snapshot.generation.number, rerank: rerank, model: model, within: clock.remaining,
            paying: &meter)
    }

    /// Fetched embeddings, or newer ones of their items, as a table, with the rows of their items in it.
    private func table(
        of found: HalfEmbeddings, dimensions: Int
    ) throws -> (vectors: FullVectors, rows: [Int64: Int]) {
        var builder = FullVectorsBuilder(dimensions: dimensions, expectedRows: found.count)
        var rows: [Int64: Int] = [:]
        rows.reserveCapacity(found.count)
        for (row, number) in found.numbers.enumerated() {
            if let newer = snapshot.unstored[number] {
                try builder.append(halves: Array(newer).span)
            } else {
                try builder.append(halves: found.bits.span.extracting(found.range(of: row)))
            }
            rows[number] = row
        }
        return (builder.finish(), rows)
    }
}
