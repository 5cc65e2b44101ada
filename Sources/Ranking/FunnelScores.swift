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
            best.consider(row: index, score: dots[index] * norm * queryNorm)
        }
        var ranked = best.ranked()
        Self.sortTies(of: &ranked, by: rows)
        if length < query.count {
            for (place, scored) in ranked.enumerated() {
                (self.dots[place], self.squares[place]) = (dots[scored.row], squares[scored.row])
            }
        }
        candidates = ranked.map { Candidate(row: rows[$0.row], score: $0.score) }
    }

    /// Puts places of equal scores, which are rare, in the order of their rows.
    private static func sortTies(of ranked: inout [ScoredRow], by rows: [Int]) {
        var first = 0
        while first < ranked.count {
            let end = ranked[first...].firstIndex { $0.score != ranked[first].score } ?? ranked.count
            if end > first + 1 { ranked[first..<end].sort { rows[$0.row] < rows[$1.row] } }
            first = end
        }
    }

    private static func inverseNorm(of prefix: Span<Float>, kernel: KernelChoice) -> Float {
        do throws(VectorError) {
            return try VectorKernels.inverseNorm(of: prefix, kernel: kernel)
        } catch {
            return 0
        }
    }
}
