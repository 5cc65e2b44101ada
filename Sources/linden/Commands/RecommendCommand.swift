import ArgumentParser
import Domain
import HTTPAPI
import Serving

/// `linden recommend`: one request from the shell.
struct RecommendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommend", abstract: "Answers one request and prints its receipt.")

    @Option(help: "Whom the items are for.")
    var user: String?

    @Option(help: "Items like this one instead.")
    var item: String?

    @Option(help: "Items of the session, oldest first, with commas between.")
    var session: String?

    @Option(name: .customShort("n"), parsing: .unconditional, help: "Items wanted, 1 to 1000.")
    var count = 10

    @Option(help: "Serving tier: economy, standard or premium.")
    var tier: String?

    @Option(parsing: .unconditional, help: "Ceiling in cost units.")
    var maxCost: Double?

    @Flag(help: "Print what each stage did, which plans were considered, and why this one.")
    var explain = false

    @OptionGroup var serving: ServingOptions
    @OptionGroup var common: CommonOptions

    func request() throws -> RecommendationRequest {
        var request = RecommendationRequest()
        request.userID = try user.map { try UserID($0) }
        request.itemID = try item.map { try ItemID($0) }
        request.sessionItemIDs = try session?.split(separator: ",").map { try ItemID($0) } ?? []
        request.count = count
        request.tier = tier
        request.explains = explain
        if let maxCost {
            guard let limit = CostUnits(units: maxCost) else {
                throw ValidationError("--max-cost is \(maxCost). Give a number of units from 0 up.")
            }
            request.maxCost = limit
        }
        return request
    }

    func run() async throws {
        let (request, settings) = (try request(), try common.settings(serving: serving))
        try request.validate()
        try await Interruption.run { _ in
            try await Installation.with(settings) { installation in
                let service = try await installation.service()
                let response = try await service.recommend(request)
                guard !common.json else {
                    print(response.json)
                    return
                }
                for line in RecommendationText.lines(response, titles: service, explains: explain) { print(line) }
            }
        }
    }
}
