import Domain
import Planning
import Retrieval

/// What the active generation's frontier says of budgets, without an index or a vector loaded.
struct FrontierInUse {
    let generation: Generation
    let plans: FrontierPlans
    let planner: Planner

    /// Reads the active generation's frontier.
    ///
    /// - Throws: ``FrontierAway``, and what the store throws.
    init(from store: some GenerationStore, planner: Planner) async throws {
        guard let number = try await store.activeGeneration() else { throw FrontierAway.noGeneration }
        let head = try await store.head(of: number)
        guard let frontier = head.frontier else { throw FrontierAway.notMeasured(number) }
        guard frontier.costModel == planner.model.revision else {
            throw FrontierAway.otherPrices(number, measured: frontier.costModel, now: planner.model.revision)
        }
        generation = head.generation
        plans = FrontierPlans(frontier)
        self.planner = planner
    }

    /// A request of a user whose embedding is stored, over the catalogue that was measured.
    func shape(vectors: VectorPlace) -> RequestShape {
        let (rows, policy) = (plans.frontier.rows, ListPolicy())
        return RequestShape(
            rows: rows, userFetches: 1, historyItems: 0, vectors: vectors,
            // A list begins and ends anywhere in a group of 16 rows; one far longer than the mean has been split.
            lists: ListShape.expected(
                rows: rows, minimumRows: policy.minimumRows, dimensions: policy.coarseDimensions,
                longest: 3 * ListShape.rowsPerList + 32))
    }
}

/// Why it cannot be said what budgets buy.
enum FrontierAway: Error, CustomStringConvertible {
    case noGeneration
    case notMeasured(GenerationNumber)
    case otherPrices(GenerationNumber, measured: Int, now: Int)

    var description: String {
        switch self {
        case .noGeneration:
            "No generation serves, so nothing is known of what budgets buy. Make one with `linden train`, or activate one "
                + "with `linden models activate`."
        case .notMeasured(let number):
            "Of \(number) it was not measured what plans find and cost. Measure it with `linden calibrate`, or train anew with "
                + "`linden train`."
        case .otherPrices(let number, let measured, let now):
            "The frontier of \(number) counts by linden-cost/\(measured), requests by linden-cost/\(now). Measure it anew with "
                + "`linden calibrate` or `linden train`."
        }
    }
}
