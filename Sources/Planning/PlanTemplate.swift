public import Domain

/// A plan before it meets a catalogue: wishes that a ladder turns into rungs, and a number of lists into probes.
public struct PlanTemplate: Hashable, Sendable {
    /// How an index that has lists is scanned.
    public struct Probing: Hashable, Sendable {
        /// Lists probed for each of the square root of their number: of n lists, the nearest power of two to this times √n.
        ///
        /// A power of two, so that some lists more or less do not make it another plan than the one that was measured.
        public let perRoot: Double
        /// As the template's; lists leave so few rows that a longer prefix costs little.
        public let scanAtLeast: Int

        public init(perRoot: Double, scanAtLeast: Int) {
            precondition(perRoot > 0, "A plan that probes \(perRoot) lists.")
            self.perRoot = perRoot
            self.scanAtLeast = scanAtLeast
        }
    }

    /// The scan reads the shortest rung of at least this many dimensions, as far as an index keeps it.
    public let scanAtLeast: Int
    /// Candidates reranked by the full vectors; 0 answers in prefix order.
    public let shortlist: Int
    /// What is done instead where there are lists; `nil` scans all rows there too.
    public let probing: Probing?

    public init(scanAtLeast: Int, shortlist: Int, probing: Probing? = nil) {
        self.scanAtLeast = scanAtLeast
        self.shortlist = shortlist
        self.probing = probing
    }

    /// The plans that ship with Linden, cheapest first; the last scans all rows of every catalogue.
    public static let shipped: [PlanTemplate] = [
        PlanTemplate(scanAtLeast: 16, shortlist: 0, probing: Probing(perRoot: 0.5, scanAtLeast: 32)),
        PlanTemplate(scanAtLeast: 32, shortlist: 0, probing: Probing(perRoot: 1, scanAtLeast: 64)),
        PlanTemplate(scanAtLeast: 32, shortlist: 50, probing: Probing(perRoot: 1, scanAtLeast: 64)),
        PlanTemplate(scanAtLeast: 64, shortlist: 200, probing: Probing(perRoot: 2, scanAtLeast: 64)),
        PlanTemplate(scanAtLeast: 64, shortlist: 1_000),
    ]

    /// The plan for one ladder and one number of items wanted: a shortlist, if there is one, is at least twice as long
    /// as the answer.
    ///
    /// - Parameters:
    ///   - ladder: The generation's ladder.
    ///   - count: Items wanted.
    ///   - lists: Lists of the index; 0 for one that has none.
    /// - Returns: The plan.
    public func plan(on ladder: PrefixLadder, count: Int, lists: Int = 0) -> ServingPlan {
        let longEnough = shortlist == 0 ? 0 : max(shortlist, 2 * count)
        let probes = probing.map { Self.powerOfTwo(near: $0.perRoot * Double(lists).squareRoot()) }
        guard let probing, let probes, probes < lists else {
            return ServingPlan(scanAtLeast: scanAtLeast, shortlist: longEnough, ladder: ladder)
        }
        return ServingPlan(
            probes: probes, scanAtLeast: probing.scanAtLeast, shortlist: longEnough, ladder: ladder)
    }

    /// The power of two whose ratio to a number is nearest to 1; 1 at least.
    package static func powerOfTwo(near number: Double) -> Int {
        var power = 1
        // The middle of two powers is where their ratios to it are the same.
        while Double(power) * 2.0.squareRoot() < number { power *= 2 }
        return power
    }
}
