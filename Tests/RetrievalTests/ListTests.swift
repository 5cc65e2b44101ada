import Domain
import Retrieval
import TestSupport
import Testing
import VectorKernels

@Suite("Lists")
struct ListTests {
    private static let made = ClusteredVectors(items: 6_000, queries: 20, dimensions: 64, seed: 5)
    private static let policy = ListPolicy(depth: 32, coarseDimensions: 64, rowsPerList: 40, minimumRows: 100)

    /// Made once: many tests read it.
    private static let listed = Result { try index(workers: 1) }

    private static func index() throws -> IndexSnapshot { try listed.get() }

    private static func index(workers: Int) throws -> IndexSnapshot {
        var policy = policy
        policy.workers = workers
        return try IndexSnapshot(ladder: PrefixLadder([16, 32, 64]), embeddings: made.items, policy: policy)
    }

    @Test("find all that a scan of every row finds when all are probed, by every kernel")
    func everyList() throws {
        let index = try Self.index()
        #expect(index.listCount > 100 && index.count == 6_000 && index.liveCount == 6_000)
        for query in 0..<5 {
            let query = Self.made.queries.row(query)
            let all = try index.scan(query, dimensions: 32, count: 6_000)
            #expect(Set(all.map(\.row)).count == 6_000)
            for kernel in KernelChoice.supported {
                let probed = try index.probe(query, index.listCount, count: 50, kernel: kernel)
                #expect(probed == Array(all.prefix(50)))
                let most = try index.probe(query, index.listCount - 1, count: 6_000, kernel: kernel)
                #expect(most.count >= 5_000 && zip(most, most.dropFirst()).allSatisfy(Candidate.ranksBefore))
                #expect(most.allSatisfy { all.contains($0) })
            }
        }
    }

    @Test("hold neighbours together: a twentieth of them finds most of the best rows")
    func recall() throws {
        let index = try Self.index()
        var (found, more) = (0, 0)
        for query in 0..<20 {
            let query = Self.made.queries.row(query)
            let exact = Set(try index.scan(query, dimensions: 32, count: 10).map(\.row))
            found += try index.probe(query, index.listCount / 20, count: 10).count { exact.contains($0.row) }
            more += try index.probe(query, index.listCount / 3, count: 10).count { exact.contains($0.row) }
        }
        #expect(found >= 120 && more >= found && more >= 180, "\(found) and \(more) of 200")
    }

    @Test("are balanced: the longest is at most four times the mean")
    func balance() throws {
        let index = try Self.index()
        #expect(index.longestList * index.listCount <= 4 * index.count)
    }

    @Test("of equal rows are made, and found, too")
    func equalRows() throws {
        let rows = (0..<500).flatMap { _ in [Float](repeating: 1, count: 16) }
        let index = try IndexSnapshot(
            ladder: PrefixLadder([16]), embeddings: EmbeddingTable(dimensions: 16, elements: rows), policy: Self.policy)
        let found = try index.probe(Array(repeating: 1, count: 16), 1, dimensions: 16, count: 10)
        #expect(found.count == 10)
        #expect(try index.scan(Array(repeating: 1, count: 16), dimensions: 16, count: 500).count == 500)
    }

    @Test("are the same on any number of workers")
    func workers() throws {
        let (one, two) = (try Self.index(workers: 1), try Self.index(workers: 3))
        #expect(one.listCount == two.listCount)
        for query in 0..<20 {
            let query = Self.made.queries.row(query)
            #expect(try one.probe(query, 7, count: 20) == two.probe(query, 7, count: 20))
        }
    }

    @Test("cost no more than the budget, and less when fewer are probed", arguments: 0..<40 as Range<UInt64>)
    func budget(seed: UInt64) throws {
        let index = try Self.index()
        var generator = SeededGenerator(seed: seed)
        let query = Self.made.queries.row(Int.random(in: 0..<20, using: &generator))
        let probes = Int.random(in: 1...index.listCount, using: &generator)
        let limit = CostUnits(microunits: Int.random(in: 0...40_000_000, using: &generator))
        var meter = CostMeter(budget: CostBudget(limit: limit))
        let found = try index.candidates(
            for: query.span, probes: probes, dimensions: 32, count: 10, model: .shipped, paying: &meter)
        let wasCut = meter.wasCut
        let statement = meter.finish()
        #expect(statement.spent <= limit)
        if !wasCut {
            #expect(try found == index.probe(query, probes, count: 10))
        }
    }

    @Test("keep to a mask, and skip lists without a row of it", arguments: [0.01, 0.1, 0.5])
    func filters(share: Double) throws {
        var generator = SeededGenerator(seed: 3)
        let attributes = (0..<6_000).map { _ in
            Double.random(in: 0..<1, using: &generator) < share
                ? RowAttributes(attributes: ["kind": ["a"]]) : RowAttributes(attributes: ["kind": ["b"]])
        }
        let index = try IndexSnapshot(
            ladder: PrefixLadder([16, 32, 64]), embeddings: Self.made.items, attributes: attributes, policy: Self.policy
        )
        let mask = try index.mask(for: ItemFilter(attributes: ["kind": ["a"]]), excludedRows: [0, 1, 2, 5_999])
        let allowed = (0..<6_000).filter {
            attributes[$0].attributes == ["kind": ["a"]] && ![0, 1, 2, 5_999].contains($0)
        }
        #expect(index.byRow(mask).rows == allowed)
        #expect((0..<6_000).filter { index.allows($0, in: mask) } == allowed)
        let query = Self.made.queries.row(0)
        let all = try index.scan(query, dimensions: 32, count: 6_000, mask: mask)
        #expect(all.map(\.row).sorted() == allowed)
        let some = try index.probe(query, 5, count: 3, mask: mask)
        #expect(some.count == 3 && some.allSatisfy { allowed.contains($0.row) })
    }

    @Test("take in what came since, whatever its order, and lose what died")
    func merging() throws {
        let index = try Self.index()
        let late = ClusteredVectors(items: 300, queries: 0, dimensions: 64, seed: 6)
        var generator = SeededGenerator(seed: 8)
        let orders = [Array(0..<300), Array(0..<300).shuffled(using: &generator)]
        var answers: [[[Float]]] = []
        for order in orders {
            let grown = try index.applying(
                order.map { .upsert(embedding: late.items.row($0), attributes: .plain, replacing: nil) }
                    + (0..<50).map { .delete(row: $0 * 7) })
            #expect(grown.tailCount == 300 && grown.liveCount == 6_250)
            let merged = grown.merged()
            #expect(merged.tailCount == 0 && merged.count == 6_300 && merged.liveCount == 6_250)
            #expect(!merged.isLive(7) && merged.isLive(6_299))
            for query in 0..<5 {
                let query = Self.made.queries.row(query)
                #expect(
                    try merged.scan(query, dimensions: 32, count: 400) == grown.scan(query, dimensions: 32, count: 400))
            }
            answers.append(
                try (0..<20).map { try merged.probe(late.items.row($0), 4, count: 20).map(\.score) })
            let again = try merged.applying([.delete(row: 6_299), .setAttributes(.plain, row: 6_298)])
            #expect(!again.isLive(6_299) && again.merged().liveCount == 6_249)
        }
        #expect(answers[0] == answers[1])
    }

    @Test("are made of an index that has grown enough for them, and lose what died before")
    func growing() throws {
        var policy = Self.policy
        policy.minimumRows = 3_000
        let embeddings = EmbeddingTable(dimensions: 64, elements: Array(Self.made.items.elements[..<(2_000 * 64)]))
        let small = try IndexSnapshot(ladder: PrefixLadder([16, 32, 64]), embeddings: embeddings, policy: policy)
        #expect(small.listCount == 0 && !small.wantsLists && small.merged().listCount == 0)
        let grown = try small.applying(
            (2_000..<6_000).map { .upsert(embedding: Self.made.items.row($0), attributes: .plain, replacing: nil) }
                + (0..<50).map { .delete(row: $0 * 7) })
        #expect(grown.wantsLists)
        let listed = try grown.merged().applying([
            .upsert(embedding: Self.made.items.row(0), attributes: .plain, replacing: nil)
        ])
        #expect(listed.listCount > 60 && listed.count == 6_001 && listed.tailCount == 1 && listed.liveCount == 5_951)
        var found = 0
        for query in 0..<20 {
            let query = Self.made.queries.row(query)
            let exact = try listed.scan(query, dimensions: 32, count: 10)
            #expect(try listed.probe(query, listed.listCount, count: 10) == exact)
            let rows = Set(exact.map(\.row))
            found += try listed.probe(query, listed.listCount / 3, count: 10).count { rows.contains($0.row) }
            #expect(try !listed.scan(query, dimensions: 32, count: 6_000).contains { $0.row == 7 })
        }
        #expect(found >= 180, "\(found) of 200")
        #expect(listed.merged().tailCount == 0)
    }

    @Test("are not deeper than the index keeps")
    func depth() throws {
        let index = try Self.index()
        #expect(index.depth == 32)
        #expect(throws: RetrievalError.tooDeep(requested: 64, depth: 32)) {
            try index.probe(Self.made.queries.row(0), 3, dimensions: 64, count: 1)
        }
    }
}

extension IndexSnapshot {
    func probe(
        _ query: [Float], _ probes: Int, dimensions: Int = 32, count: Int, mask: RowMask? = nil,
        kernel: KernelChoice = .current
    ) throws -> [Candidate] {
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 60)))
        return try candidates(
            for: query.span, probes: probes, dimensions: dimensions, count: count, mask: mask, model: .shipped,
            paying: &meter, kernel: kernel)
    }
}
