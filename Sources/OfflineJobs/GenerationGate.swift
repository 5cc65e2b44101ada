public import Domain
import Evaluation
import Towers
import Training

/// Refuses a model that finds less than the generation that serves.
public struct GenerationGate: Sendable {
    /// Share of the active generation's recall that may be lost, 0 to 1.
    public let tolerance: Double
    /// Users below which no difference would be told from chance.
    public let fewestUsers: Int

    /// The gate that ships with Linden.
    public static let standard = GenerationGate(tolerance: 0.01)

    public init(tolerance: Double, fewestUsers: Int = 30) {
        precondition((0...1).contains(tolerance), "A share of \(tolerance) is not between 0 and 1.")
        precondition(fewestUsers > 0, "\(fewestUsers) users cannot be judged by.")
        self.tolerance = tolerance
        self.fewestUsers = fewestUsers
    }

    /// Lets a model pass or refuses it.
    ///
    /// It is refused when at any rung it is worse by more than the tolerance and that is no chance: when even the upper end of
    /// the interval lies below.
    ///
    /// - Throws: ``GenerationGateError/worse(_:rung:comparison:tolerance:)`` for the rung that lost most.
    public func check(
        _ comparison: GenerationComparison, of generation: GenerationNumber
    ) throws(GenerationGateError) {
        let lost = comparison.rungs.filter { $0.difference.upperBound < -tolerance * $0.active }
        guard let worst = lost.min(by: { ($0.new - $0.active) / $0.active < ($1.new - $1.active) / $1.active }) else {
            return
        }
        throw .worse(generation, rung: worst, comparison: comparison, tolerance: tolerance)
    }

    /// A model whose recall is asked for, with what is known of its training.
    struct Active: Sendable {
        let number: GenerationNumber
        let model: TwoTowerModel
        /// What it was trained on; `nil` when no run says.
        let cut: DataCut?
    }

    /// Judges two models by the same users.
    ///
    /// What came after the active generation's data is preferred, where enough users have any: there it cannot have been seen
    /// by either. Otherwise all that was held out counts; ``GateHoldOut`` says why it was held out from the active generation
    /// too, unless that knew later data or was made before runs were recorded.
    ///
    /// - Parameters:
    ///   - new: The new model.
    ///   - active: The one that serves.
    ///   - heldOut: What `new` was not trained on.
    ///   - cut: What `new` was trained on.
    ///   - items: The catalogue.
    ///   - k: Items of each ranking that count.
    ///   - threads: Share the users.
    ///   - seed: Of the bootstrap.
    /// - Returns: The rungs that both have; the two full lengths when they have none in common.
    /// - Throws: ``GenerationGateError/tooFewUsers(_:wanted:)``.
    func comparison(
        of new: TwoTowerModel, with active: Active, on heldOut: GateHoldOut, cut: DataCut, items: [ItemContent], k: Int,
        threads: Int, seed: UInt64
    ) throws(GenerationGateError) -> GenerationComparison {
        let fresh = active.cut?.latest.map(heldOut.judgedUsers(after:)) ?? []
        let isFresh = fresh.count >= fewestUsers
        let users = isFresh ? fresh : heldOut.judgedUsers(after: nil)
        guard users.count >= fewestUsers else { throw .tooFewUsers(users.count, wanted: fewestUsers) }
        let newRecalls = users.recalls(of: new, items: items, k: k, threads: threads)
        let activeRecalls = users.recalls(of: active.model, items: items, k: k, threads: threads)
        let rungs = new.ladder.rungs.enumerated().compactMap { row, dimensions in
            active.model.ladder.rungs.firstIndex(of: dimensions).map {
                Self.rung(dimensions, newRecalls[row], activeRecalls[$0], seed: seed)
            }
        }
        let full = zip(newRecalls.suffix(1), activeRecalls.suffix(1)).map {
            Self.rung(new.ladder.fullLength, $0, $1, seed: seed)
        }
        return GenerationComparison(
            active: active.number, users: users.count, cutoff: k, rungs: rungs.isEmpty ? full : rungs,
            mayFlatterActive: !isFresh && !Self.wasHeldOut(from: active.cut, until: cut))
    }

    private static func rung(
        _ dimensions: Int, _ new: [Double], _ active: [Double], seed: UInt64
    ) -> RungComparison {
        var generator = SeededGenerator(seed: seed)
        let interval = PairedBootstrap(candidate: new, baseline: active, using: &generator).interval
        let mean = { (recalls: [Double]) in recalls.reduce(0, +) / Double(recalls.count) }
        return RungComparison(
            dimensions: dimensions, active: mean(active), new: mean(new), difference: interval.lower...interval.upper)
    }

    /// Whether what is held out of the data of `cut` was held out of `earlier` as well, or came after it.
    private static func wasHeldOut(from earlier: DataCut?, until cut: DataCut) -> Bool {
        guard let earlier else { return false }
        return (earlier.latest ?? .epoch) <= (cut.latest ?? .epoch)
    }
}

/// Why a generation may not take the place of the one that serves, or why nobody can tell.
public enum GenerationGateError: Error, Equatable, CustomStringConvertible {
    case worse(GenerationNumber, rung: RungComparison, comparison: GenerationComparison, tolerance: Double)
    case tooFewUsers(Int, wanted: Int)

    /// The generation that was published all the same.
    public var generation: GenerationNumber? {
        if case .worse(let generation, _, _, _) = self { generation } else { nil }
    }

    public var description: String {
        switch self {
        case .worse(let generation, let rung, let comparison, let tolerance):
            """
            \(generation) was published but does not serve: recall@\(comparison.cutoff) at \(rung.dimensions) dimensions is \
            \(Self.rounded(rung.new)), \(comparison.active) has \(Self.rounded(rung.active)) on the same \
            \(comparison.users) users (95 % interval of the difference \(Self.rounded(rung.difference.lowerBound)) to \
            \(Self.rounded(rung.difference.upperBound)); \(Self.rounded(tolerance * 100)) % may be lost). \
            \(comparison.mayFlatterActive ? Self.flattery(comparison.active) : "")Train on more data or with other \
            settings; `linden models activate \(generation)` makes it serve all the same, `linden train --force` any.
            """
        case .tooFewUsers(let users, let wanted):
            "\(users) users have items held out; \(wanted) are needed to tell two generations apart."
        }
    }

    private static func flattery(_ active: GenerationNumber) -> String {
        "\(active) may have been trained on what was held out, which flatters it. "
    }

    private static func rounded(_ value: Double) -> String {
        String((value * 10_000).rounded() / 10_000)
    }
}
