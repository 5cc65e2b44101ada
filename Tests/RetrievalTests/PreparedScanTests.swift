import Domain
import Retrieval
import TestSupport
import Testing
import VectorKernels

@Suite("Scans of several requests in one pass")
struct PreparedScanTests {
    private static let made = ClusteredVectors(items: 6_000, queries: 40, dimensions: 64, seed: 5)
    private static let late = ClusteredVectors(items: 300, queries: 0, dimensions: 64, seed: 6)

    @Test("give each what it gets alone, at the same price", arguments: 0..<20 as Range<UInt64>, [100, 100_000])
    func together(seed: UInt64, minimumRows: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let index = try Self.index(minimumRows: minimumRows)
        var scans: [PreparedScan] = []
        var alone: [[Candidate]] = []
        for _ in 0..<Int.random(in: 1...19, using: &generator) {
            let query = Self.made.queries.row(Int.random(in: 0..<40, using: &generator))
            let probes = Bool.random(using: &generator) ? nil : Int.random(in: 1...30, using: &generator)
            let dimensions = Bool.random(using: &generator) ? 16 : 32
            let count = Int.random(in: 0...300, using: &generator)
            let mask =
                Bool.random(using: &generator)
                ? nil
                : try index.mask(excludedRows: (0..<500).map { _ in Int.random(in: 0..<6_300, using: &generator) })
            let limit = CostUnits(
                microunits: Bool.random(using: &generator) ? 1 << 50 : Int.random(in: 0...20_000_000, using: &generator)
            )
            var lone = CostMeter(budget: CostBudget(limit: limit))
            var shared = CostMeter(budget: CostBudget(limit: limit))
            alone.append(
                try index.candidates(
                    for: query.span, probes: probes, dimensions: dimensions, count: count, mask: mask, model: .shipped,
                    paying: &lone))
            scans.append(
                try index.prepare(
                    for: query.span, probes: probes, dimensions: dimensions, count: count, mask: mask, model: .shipped,
                    paying: &shared))
            let (bill, sharedBill) = (lone.finish(), shared.finish())
            #expect(bill == sharedBill)
        }
        for kernel in KernelChoice.supported {
            #expect(try index.candidates(of: scans, kernel: kernel) == alone)
        }
    }

    @Test("stop together when told to")
    func stops() throws {
        let index = try Self.index(minimumRows: 100)
        let scans = try (0..<3).map { query in
            var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 50)))
            return try index.prepare(
                for: Self.made.queries.row(query).span, probes: query == 0 ? nil : 5, dimensions: 32, count: 10,
                model: .shipped, paying: &meter)
        }
        #expect(try index.candidates(of: scans) { true } == [[], [], []])
        #expect(try index.candidates(of: []) == [])
    }

    /// Made once: many tests read them.
    private static let (listed, whole) = (
        Result { try make(minimumRows: 100) }, Result { try make(minimumRows: 100_000) }
    )

    private static func index(minimumRows: Int) throws -> IndexSnapshot {
        try (minimumRows == 100 ? listed : whole).get()
    }

    /// Lists, late rows and dead ones; or no lists, with more rows wanted for them.
    private static func make(minimumRows: Int) throws -> IndexSnapshot {
        let policy = ListPolicy(depth: 32, coarseDimensions: 64, rowsPerList: 40, minimumRows: minimumRows)
        return try IndexSnapshot(ladder: PrefixLadder([16, 32, 64]), embeddings: made.items, policy: policy)
            .applying(
                (0..<300).map { .upsert(embedding: late.items.row($0), attributes: .plain, replacing: nil) }
                    + (0..<50).map { .delete(row: $0 * 7) })
    }
}
