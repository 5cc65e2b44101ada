import Domain
import Testing
import Training
import VectorKernels

@Suite("A bridge between generations")
struct GenerationBridgeTests {
    private static func ladder() throws -> PrefixLadder { try PrefixLadder([2, 4, 12]) }

    /// Rows of unit length, by nobody's order.
    private static func rows(_ count: Int, of dimensions: Int, _ generator: inout SeededGenerator) -> EmbeddingTable {
        var elements: [Float] = []
        for _ in 0..<count {
            var row = (0..<dimensions).map { _ in generator.normal() }
            var span = row.mutableSpan
            _ = FloatRows.scaleToUnitLength(&span)
            elements += row
        }
        return EmbeddingTable(dimensions: dimensions, elements: elements)
    }

    /// Turns two of the dimensions of one step by an angle, again and again: the plainest rotation that keeps prefixes.
    private static func turned(
        _ table: EmbeddingTable, _ ladder: PrefixLadder, _ generator: inout SeededGenerator
    ) -> EmbeddingTable {
        var result = table
        for step in ladder.steps {
            for _ in 0..<3 * step.count {
                let first = step.lowerBound + generator.index(below: step.count)
                let second = step.lowerBound + generator.index(below: step.count)
                guard first != second else { continue }
                // Cosine and sine of an angle, without a library: from the half-angle's tangent.
                let tangent = generator.normal()
                let (cosine, sine) = (
                    (1 - tangent * tangent) / (1 + tangent * tangent), 2 * tangent / (1 + tangent * tangent)
                )
                for row in 0..<table.count {
                    let (a, b) = (row * table.dimensions + first, row * table.dimensions + second)
                    (result.elements[a], result.elements[b]) = (
                        cosine * result.elements[a] - sine * result.elements[b],
                        sine * result.elements[a] + cosine * result.elements[b]
                    )
                }
            }
        }
        return result
    }

    private static func difference(_ left: EmbeddingTable, _ right: EmbeddingTable) -> Float {
        zip(left.elements, right.elements).map { abs($0 - $1) }.max() ?? 0
    }

    @Test(
        "recovers a rotation within each step of the ladder, for rows it has not seen",
        arguments: 0..<10 as Range<UInt64>)
    func recoversRotation(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let ladder = try Self.ladder()
        let old = Self.rows(100, of: 12, &generator)
        let new = Self.turned(old, ladder, &generator)
        let known = { (table: EmbeddingTable) in
            EmbeddingTable(dimensions: 12, elements: Array(table.elements.prefix(60 * 12)))
        }
        #expect(Self.difference(old, new) > 0.1)
        let bridge = try GenerationBridge(from: known(old), to: known(new), ladder: ladder)
        #expect(Self.difference(bridge.mapped(old), new) < 1e-4)
    }

    @Test("leaves embeddings as they are between equal models", arguments: 0..<5 as Range<UInt64>)
    func equalModels(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rows = Self.rows(40, of: 12, &generator)
        let bridge = try GenerationBridge(from: rows, to: rows, ladder: try Self.ladder())
        #expect(Self.difference(bridge.mapped(rows), rows) < 1e-5)
    }

    @Test(
        "keeps prefixes prefixes, and their lengths, between models of nothing in common",
        arguments: 0..<5 as Range<UInt64>)
    func keepsPrefixes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let ladder = try Self.ladder()
        let (old, new) = (Self.rows(50, of: 12, &generator), Self.rows(50, of: 12, &generator))
        let bridge = try GenerationBridge(from: old, to: new, ladder: ladder)
        let mapped = bridge.mapped(old)
        for rung in ladder.rungs {
            // What lies behind the prefix is another's; the prefix must not know.
            var other = Self.rows(50, of: 12, &generator)
            for row in 0..<50 {
                for index in row * 12..<row * 12 + rung { other.elements[index] = old.elements[index] }
            }
            let mappedOther = bridge.mapped(other)
            for row in 0..<50 {
                let prefix = row * 12..<row * 12 + rung
                #expect(
                    zip(mapped.elements[prefix], mappedOther.elements[prefix]).allSatisfy { abs($0 - $1) < 1e-6 })
                let squares = { (table: EmbeddingTable) in table.elements[prefix].reduce(0) { $0 + $1 * $1 } }
                #expect(abs(squares(mapped) - squares(old)) < 1e-4)
            }
        }
    }

    @Test("is not fitted on too few pairs, nor on zeros")
    func refusals() throws {
        var generator = SeededGenerator(seed: 1)
        let ladder = try Self.ladder()
        #expect(GenerationBridge.fewestPairs(for: ladder) == 16)
        let few = Self.rows(15, of: 12, &generator)
        #expect(throws: GenerationBridgeError.tooFewPairs(15, needed: 16)) {
            _ = try GenerationBridge(from: few, to: few, ladder: ladder)
        }
        let rows = Self.rows(16, of: 12, &generator)
        var zeros = rows
        for row in 0..<16 { for column in 2..<4 { zeros.elements[row * 12 + column] = 0 } }
        #expect(throws: GenerationBridgeError.nothingInCommon(rung: 4)) {
            _ = try GenerationBridge(from: rows, to: zeros, ladder: ladder)
        }
    }

    @Test("puts old scores where the new ones of the same items are", arguments: 0..<5 as Range<UInt64>)
    func alignsScores(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let old = (0..<100).map { _ in generator.unit() }
        let bridged = BridgedScores(old: old, new: old.map { 0.25 * $0 - 0.5 })
        for score in old { #expect(abs(bridged.aligned(score) - (0.25 * score - 0.5)) < 1e-5) }
        // No spread to go by: only the mean moves.
        #expect(abs(BridgedScores(old: [0.5, 0.5], new: [0.25, 0.75]).aligned(0.75) - 0.75) < 1e-6)
        #expect(BridgedScores(old: [], new: []).aligned(0.75) == 0.75)
    }
}
