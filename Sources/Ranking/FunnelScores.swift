import Domain
import VectorKernels

/// Candidates on their way through a funnel, best first, with the sums that the next step goes on from.
struct FunnelScores {
    private(set) var candidates: [Candidate]
    /// Dimensions that were added up until now.
    private(set) var dimensions = 0
    private var dots: [Float]
    private var squares: [Float]

    init(_ candidates: [Candidate]) {
        self.candidates = candidates
        dots = [Float](repeating: 0, count: candidates.count)
        squares = dots
    }

    var count: Int { candidates.count }

    var isEmpty: Bool { candidates.isEmpty }

    /// Leaves out all but the first `count`.
    ///
    /// - Returns: Those left out, in their order.
    mutating func cut(to count: Int) -> [Candidate] {
        guard count < candidates.count else { return [] }
        let rest = Array(candidates[count...])
        candidates.removeLast(rest.count)
        dots.removeLast(rest.count)
        squares.removeLast(rest.count)
        return rest
    }

    /// Scores by a longer prefix, and puts the best first.
    ///
    /// - Parameters:
    ///   - length: Dimensions of the prefix.
    ///   - table: What candidates are rows of.
    ///   - query: As long as the table's rows.
    ///   - kernel: The kind of CPU to use.
    mutating func extend(to length: Int, in table: VectorTable, for query: Span<Float>, kernel: KernelChoice) {
        let rows = candidates.map(\.row)
        var (dots, squares) = (dots, squares)
        var dotSpan = dots.mutableSpan
        var squareSpan = squares.mutableSpan
        table.add(
            dimensions..<length, of: rows.span, with: query, to: &dotSpan, squares: &squareSpan, kernel: kernel)
        dimensions = length
        let queryNorm = Self.inverseNorm(of: query.extracting(first: length), kernel: kernel)
        var best = TopK(capacity: rows.count)
        for index in rows.indices {
            // A prefix of zeros has the cosine 0.
            let norm = squares[index] > 0 ? 1 / squares[index].squareRoot() : 0
            best.consider(row: rows[index], score: dots[index] * norm * queryNorm)
        }
        let ranked = best.ranked()
        if length < query.count {
            let sums = Dictionary(uniqueKeysWithValues: zip(rows, zip(dots, squares)))
            for (index, scored) in ranked.enumerated() {
                guard let sum = sums[scored.row] else { continue }
                (self.dots[index], self.squares[index]) = sum
            }
        }
        candidates = ranked.map { Candidate(row: $0.row, score: $0.score) }
    }

    private static func inverseNorm(of prefix: Span<Float>, kernel: KernelChoice) -> Float {
        do throws(VectorError) {
            return try VectorKernels.inverseNorm(of: prefix, kernel: kernel)
        } catch {
            return 0
        }
    }
}
