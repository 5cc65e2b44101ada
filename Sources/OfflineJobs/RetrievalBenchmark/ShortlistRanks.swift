/// Where the true neighbours of some queries stand in a shortlist: tells the recall of every shorter shortlist too.
///
/// Candidates are kept best first, so a shortlist of 100 is the head of one of 1000; and a rerank by all dimensions puts
/// the true neighbours that it is given on top.
package struct ShortlistRanks: Sendable {
    /// Neighbours that count of each query.
    private let k: Int
    /// For each query, the places from 0 on of the neighbours that are in the shortlist, ascending.
    private let places: [[Int]]

    /// Keeps places.
    ///
    /// - Parameters:
    ///   - places: For each query, the places from 0 on of the neighbours that are in its shortlist; not empty.
    ///   - k: Neighbours that count of each query.
    package init(places: [[Int]], k: Int) {
        precondition(k > 0 && !places.isEmpty && places.allSatisfy { $0.count <= k }, "Places among \(k) neighbours.")
        self.k = k
        self.places = places.map { $0.sorted() }
    }

    /// The share of each query's neighbours that the first `length` candidates have.
    package func recalls(shortlist length: Int) -> [Double] {
        places.map { Double($0.prefix { $0 < length }.count) / Double(k) }
    }

    /// The first of ascending lengths whose recall reaches a target.
    ///
    /// - Parameters:
    ///   - lengths: Shortlists that may be chosen, ascending.
    ///   - target: Mean recall wanted.
    ///   - margin: Standard errors that it must lie above the target.
    /// - Returns: `nil` when the longest does not reach it.
    package func shortest(of lengths: [Int], reaching target: Double, margin: Double) -> Int? {
        lengths.first { SampleMean(recalls(shortlist: $0)).reaches(target, margin: margin) }
    }
}
