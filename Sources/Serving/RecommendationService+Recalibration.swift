public import Domain
import Planning
public import Ranking
public import Retrieval
import Synchronization

/// What a node serves, to measure plans on.
public struct MeasurableCatalogue: Sendable {
    public let generation: Generation
    public let index: IndexSnapshot
    /// Numbered as the rows of ``index``.
    public let vectors: FullVectors
    /// The row of an item that is served.
    public let row: @Sendable (ItemNumber) -> Int?
}

extension RecommendationService {
    /// What plans can be measured on now; `nil` where full vectors are not in memory, and while the index is about to change.
    var measurable: MeasurableCatalogue? {
        guard let snapshot = current, snapshot.keepsVectors, !isMerging, mergePolicy?.isDue(snapshot.index) != true
        else { return nil }
        let items = snapshot.items
        return MeasurableCatalogue(
            generation: snapshot.generation, index: snapshot.index, vectors: snapshot.vectors,
            row: { items.row(of: $0) })
    }

    /// Whether this node measures plans by itself when it is told to: not where full vectors are not in memory.
    public var canMeasure: Bool { fetcher == nil }

    /// What came of measuring plans again.
    public var recalibrationCounters: RecalibrationCounters { recalibrations.withLock { $0 } }

    /// Plans requests of a generation by a frontier from now on; those under way keep theirs.
    ///
    /// One of other prices than those in use is of no use: it would take the place of one that may be.
    ///
    /// - Returns: Whether it is another than before.
    @discardableResult
    package func adopt(_ frontier: Frontier, of generation: GenerationNumber) -> Bool {
        guard frontier.costModel == planner.model.revision else { return false }
        let plans = FrontierPlans(frontier)
        return held.withLock { held in
            held.change(generation) { snapshot in
                guard snapshot.frontier?.frontier != frontier else { return false }
                snapshot.frontier = plans
                return true
            }
        }
    }
}
