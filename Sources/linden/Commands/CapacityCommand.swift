import ArgumentParser
import Domain
import Experiments
import JSON
import Planning
import Retrieval
import Serving

/// `linden capacity`: the machines that a load needs.
struct CapacityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity",
        abstract: "Reckons cores, memory, PostgreSQL size and money for a load, each with where it comes from.",
        discussion: """
            Asks no database: the constants were measured, and are printed. The plan is the dearest that the tier allows; \
            measured plans (`linden plan`) and requests that end early cost less. Numbers may be written 5M or 200k.
            """)

    @Option(help: ArgumentHelp("Items of the catalogue.", valueName: "number"))
    var items: Magnitude

    @Option(help: ArgumentHelp("Requests a second.", valueName: "number"))
    var rps: Magnitude

    @Option(help: "Serving tier: economy, standard or premium.")
    var tier = TierConfiguration.shipped.defaultTier

    @Option(parsing: .unconditional, help: "Full length of the vectors.")
    var dims = 256

    @Option(name: .customShort("n"), parsing: .unconditional, help: "Items of an answer, 1 to 1000.")
    var count = RecommendationRequest.usualCount

    @Option(help: ArgumentHelp("Users stored, for PostgreSQL's size. (default: none)", valueName: "number"))
    var users: Magnitude?

    @Option(help: ArgumentHelp("Events kept, for PostgreSQL's size. (default: none)", valueName: "number"))
    var events: Magnitude?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard items.whole > 0 else { throw ValidationError("--items is \(items.value). Give 1 at least.") }
        guard RecommendationRequest.counts.contains(count) else {
            throw ValidationError("\(count) items were asked for. Ask for 1 to 1000.")
        }
        guard (1...PrefixLadder.maximumDimensions).contains(dims) else {
            throw ValidationError("--dims is \(dims). Give 1 to \(PrefixLadder.maximumDimensions).")
        }
    }

    func run() async throws {
        let settings = try common.settings()
        let tiers = TierConfiguration.shipped
        guard let known = tiers.tier(named: tier) else {
            throw RequestError.unknownTier(tier, known: TiersInForce(tiers).fromCheapest.map(\.name))
        }
        var need = CapacityNeed(items: items.whole, requestsPerSecond: rps.value)
        need.dimensions = dims
        need.count = count
        need.users = users?.whole ?? 0
        need.events = events?.whole ?? 0
        let (planner, policy) = (Planner(), ListPolicy())
        let rungs = PrefixLadder.standard.rungs.filter { $0 < dims } + [dims]
        let estimate = CapacityEstimate(
            of: need, by: planner.templates[known.plans.upperBound], model: planner.model,
            ladder: try PrefixLadder(rungs), minimumListRows: policy.minimumRows,
            listDimensions: min(policy.coarseDimensions, dims), price: settings.price)
        let text = CapacityText(estimate: estimate, need: need, tier: tier)
        print(common.json ? text.json.description : text.lines.joined(separator: "\n"))
    }
}
