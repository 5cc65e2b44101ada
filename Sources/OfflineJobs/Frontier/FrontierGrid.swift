import Domain
import Planning
import Retrieval

/// The ways to scan that a frontier is measured over, and the depths after each.
struct FrontierGrid {
    /// A way to scan.
    struct Scan: Hashable {
        /// `nil` scans all rows.
        let probes: Int?
        let dimensions: Int
    }

    let scans: [Scan]
    /// Depths of the rerank, ascending, from 0.
    let depths: [Int]

    /// Candidates that a scan keeps at most.
    static let mostCandidates = 1_000
    /// Lists probed for each of the square root of their number.
    private static let probesPerRoot = [0.5, 1, 2, 4, 8]
    /// The shortest prefix that lists are scanned by.
    private static let shortestProbed = 32

    init(_ index: IndexSnapshot, ladder: PrefixLadder) {
        let rungs = ladder.rungs.filter { $0 <= ladder.scanDepth }
        var scans = rungs.map { Scan(probes: nil, dimensions: $0) }
        let root = Double(index.listCount).squareRoot()
        for perRoot in Self.probesPerRoot {
            let probes = PlanTemplate.powerOfTwo(near: perRoot * root)
            guard probes < index.listCount else { continue }
            let long = rungs.filter { $0 >= Self.shortestProbed }
            scans += (long.isEmpty ? rungs.suffix(1) : long).map { Scan(probes: probes, dimensions: $0) }
        }
        self.scans = scans
        let most = min(Self.mostCandidates, index.liveCount)
        depths = [0, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1_000].filter { $0 <= most }
    }
}
