public import Domain
import Postgres

extension PostgresStore: EmbeddingSource {
    /// One statement, prepared, its answer binary; each row is found by the partition's key.
    public func embeddings(
        of items: [ItemNumber], generation: GenerationNumber, within limit: Duration?
    ) async throws -> HalfEmbeddings {
        let statement = try Statement(
            "SELECT item_no, embedding FROM linden.item_embeddings WHERE generation = $1 AND item_no = ANY ($2)",
            generation.rawValue, items.map(\.rawValue))
        let deadline = limit.map { Deadline.after($0) }
        let rows = try await withConnection(deadline: deadline) { connection in
            try await connection.run(statement, deadline: deadline)
        }
        var numbers: [Int64] = []
        numbers.reserveCapacity(rows.count)
        var bits: [UInt16] = []
        for row in rows {
            let (number, bytes) = try row.decode(Int64.self, [UInt8].self)
            if bits.isEmpty { bits.reserveCapacity(rows.count * bytes.count / 2) }
            numbers.append(number)
            bits += HalfBytes.bits(bytes)
        }
        let dimensions = numbers.isEmpty ? 1 : bits.count / numbers.count
        return HalfEmbeddings(dimensions: dimensions, numbers: numbers, bits: bits)
    }
}
