import Domain
package import Ranking
package import Retrieval
import Training
import VectorKernels

/// Items that requests are timed on: an index whose rows have a value to filter by, and their full vectors.
package struct MeasuredCatalogue: Sendable {
    /// Shares of the rows that filters let through.
    static let shares = [0.01, 0.1, 0.5]
    private static let key = "linden_share"

    /// Told with each figure: `n1682`.
    let name: String
    let index: IndexSnapshot
    let vectors: FullVectors

    /// - Parameters:
    ///   - index: The rows.
    ///   - vectors: As many.
    /// - Throws: When the task is cancelled.
    package init(index: IndexSnapshot, vectors: FullVectors) throws {
        var generator = SeededGenerator(seed: 1)
        var changes: [IndexChange] = []
        let values = Self.shares.map { RowAttributes(attributes: [Self.key: ["\($0)"]]) }
        for row in 0..<index.count {
            if row % 65_536 == 0 { try Task.checkCancellation() }
            // The values divide the numbers from 0 to 1 among them, so that a row has one at most.
            var draw = Double.random(in: 0..<1, using: &generator)
            for (share, value) in zip(Self.shares, values) {
                if draw >= 0 && draw < share { changes.append(.setAttributes(value, row: row)) }
                draw -= share
            }
        }
        self.index = try index.applying(changes)
        self.vectors = vectors
        name = "n\(index.count)"
    }

    /// Which rows a timed request may answer with.
    enum Restriction: Hashable {
        /// The mask of a request without a filter.
        case seenOnly
        /// The mask of a filter that lets this share through.
        case share(Double)

        /// All, from wide to narrow.
        static var all: [Restriction] { [.seenOnly] + MeasuredCatalogue.shares.reversed().map(Self.share) }

        /// Conditions that each row is held against.
        var conditions: Int { self == .seenOnly ? 1 : 2 }

        /// How figures name it; nothing for the mask that every request has.
        var name: String {
            switch self {
            case .seenOnly: ""
            case .share(let share): " f\(share)"
            }
        }
    }

    /// The mask of a restriction, made as each request makes it.
    func mask(_ restriction: Restriction, excluding rows: [Int]) throws(RetrievalError) -> RowMask {
        switch restriction {
        case .seenOnly: return try index.mask(excludedRows: rows)
        case .share(let share):
            let filter = ItemFilter(attributes: [Self.key: ["\(share)"]])
            // A few rows may have none of the value.
            guard index.attributeKeys.contains(Self.key) else { return try index.mask(excludedRows: rows) }
            return try index.mask(for: filter, excludedRows: rows)
        }
    }

    /// The plans that are timed: every rung of the scan, with and without probes, shortlists from none to a thousand, and
    /// funnels.
    func plans() throws(PrefixLadderError) -> [ServingPlan] {
        let ladder = index.ladder
        var plans: [ServingPlan] = []
        let probes: [Int?] = [4, 32, 256].filter { $0 < index.listCount } + [nil]
        for scan in ladder.rungs where scan <= index.depth {
            for probes in probes {
                for shortlist in [0, 20, 50, 200, 500, 1_000] where shortlist == 0 || shortlist < index.count {
                    plans.append(
                        try ServingPlan(probes: probes, scanDimensions: scan, shortlist: shortlist, ladder: ladder))
                    let middles = ladder.rungs.filter { $0 > scan && $0 < ladder.fullLength }
                    guard shortlist >= 200, let middle = middles.dropFirst().first ?? middles.first else { continue }
                    plans.append(
                        try ServingPlan(
                            probes: probes, scanDimensions: scan, shortlist: shortlist,
                            middle: [FunnelStep(dimensions: middle, keep: shortlist / 5)], ladder: ladder))
                }
            }
        }
        return plans
    }
}
