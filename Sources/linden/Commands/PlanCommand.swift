import ArgumentParser
import Domain
import Experiments
import JSON
import Planning
import Serving

/// `linden plan`: what each budget buys.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Prints what each budget buys: plan, recall, units, money, requests a second.",
        discussion: """
            Reads what was measured of the active generation; no vectors are loaded. Requests are taken to be of stored users \
            with as long a history as is read, without a filter.
            """)

    @Option(help: "Serving tier; without one, any plan that the budget pays for.")
    var tier: String?

    @Option(name: .customShort("n"), parsing: .unconditional, help: "Items wanted, 1 to 1000.")
    var count = RecommendationRequest.usualCount

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Ceilings in cost units, with commas between. (default: from the least that is answered on)",
            valueName: "units"))
    var budgets: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard RecommendationRequest.counts.contains(count) else {
            throw ValidationError("\(count) items were asked for. Ask for 1 to 1000.")
        }
        _ = try ceilings()
    }

    private func ceilings() throws -> [CostUnits]? {
        try budgets?.split(separator: ",", omittingEmptySubsequences: false).map { text in
            guard let number = Double(text), let units = CostUnits(units: number) else {
                throw ValidationError("--budgets has '\(text)'. Give numbers of units from 0 up, such as 200,400.")
            }
            return units
        }
    }

    private func range(_ tiers: TierConfiguration) throws -> ClosedRange<Int> {
        guard let tier else { return TierDefinition.levels }
        guard let known = tiers.tier(named: tier) else {
            throw RequestError.unknownTier(tier, known: TiersInForce(tiers).fromCheapest.map(\.name))
        }
        return known.plans
    }

    func run() async throws {
        let (settings, ceilings) = (try common.settings(), try ceilings())
        let (frontier, range) = try await Installation.with(settings) {
            installation -> (FrontierInUse, ClosedRange<Int>) in
            let tiers = try await installation.tierPublisher().active()?.configuration ?? .shipped
            let range = try self.range(tiers)
            return (try await FrontierInUse(from: installation.bulkStore, planner: installation.planner()), range)
        }
        let (planner, shape) = (frontier.planner, frontier.shape(vectors: settings.vectors.place))
        let ladder = frontier.generation.ladder
        let budgets =
            ceilings
            ?? planner.budgetsWorthwhile(
                by: frontier.plans, in: range, isTier: tier != nil, count: count, shape: shape, ladder: ladder)
        let text = OutlookText(
            lines: planner.outlook(
                on: budgets, by: frontier.plans, in: range, isTier: tier != nil, count: count, shape: shape,
                ladder: ladder),
            frontier: frontier, tier: tier, count: count, price: settings.price)
        print(common.json ? text.json.description : text.lines.joined(separator: "\n"))
    }
}
