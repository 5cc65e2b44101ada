import Domain
import Planning
import Serving
import TestSupport
import Testing

@Suite("A budget", .timeLimit(.minutes(10)))
struct EnforcementTests {
    private static func check(_ report: BudgetTrial.Report, cases: Int) {
        #expect(report.answered + report.refused == cases)
        #expect(report.overspent == 0 && report.invalid == 0 && report.wronglyRefused == 0, "\(report)")
        #expect(report.answered > cases / 2 && report.refused > cases / 10 && report.atFloor > cases / 20)
    }

    @Test(
        "is never overspent, and always buys a whole answer or is told the floor",
        arguments: 1...2 as ClosedRange<UInt64>)
    func planted(seed: UInt64) async throws {
        let planted = try await PlantedStore()
        // What goes keeps its place among the popular items.
        for item in 0..<3 { _ = try await planted.service.delete(item: try ItemID("drama-\(item)")) }
        try await planted.service.refresh()
        let users = try PlantedStore.groups.flatMap { group in try (0..<8).map { try UserID("\(group)-user-\($0)") } }
        let trial = try await BudgetTrial(planted.service, users: users, categories: PlantedStore.groups)
        var generator = SeededGenerator(seed: seed)
        Self.check(try await trial.run(cases: 2_500, using: &generator), cases: 2_500)
        #expect(planted.service.overspentCount == 0)
    }

    @Test("is kept where lists are probed, and full vectors are fetched", arguments: [false, true])
    func lists(isMeasured: Bool) async throws {
        let large = try await LargeCatalogue(isMeasured: isMeasured)
        let trial = try await BudgetTrial(
            large.service, users: [], categories: ["far"] + (0..<40).map { "c\($0)" }, mostItems: 60)
        var generator = SeededGenerator(seed: 3)
        Self.check(try await trial.run(cases: 2_000, using: &generator), cases: 2_000)
        #expect(large.service.overspentCount == 0)
    }

    @Test("is kept where full vectors are fetched a shortlist at a time")
    func fetched() async throws {
        let planted = try await PlantedStore()
        let service = planted.service(vectors: .cache(planted.store, byteCount: 1_000))
        try await service.refresh()
        let trial = try await BudgetTrial(
            service, users: [try UserID("drama-user-1"), try UserID("comedy-user-2")], categories: PlantedStore.groups)
        var generator = SeededGenerator(seed: 4)
        Self.check(try await trial.run(cases: 1_000, using: &generator), cases: 1_000)
        #expect(service.overspentCount == 0)
    }

    @Test(
        "that pays for no scan buys popular items of the filter, without what the user has seen where that is paid for")
    func floor() async throws {
        let planted = try await PlantedStore()
        let model = planted.service.planner.model
        var request = try PlantedStore.request(user: "drama-user-3", tier: "premium")
        request.filter = ItemFilter(categories: ["drama"])
        let popular = model.request + 60 * model.maskedRow + 30 * model.filteredRow
        request.maxCost = popular
        request.explains = true
        let blind = try await planted.service.recommend(request)
        #expect(blind.plan == "popular" && blind.items.count == 3 && blind.tier == "premium")
        #expect(blind.items.allSatisfy { $0.reasons == ["popular"] && $0.itemID.text.hasPrefix("drama") })
        #expect(Set(blind.degradation) == [.budgetFloor, .budgetCut] && blind.estimatedRecall == nil)
        #expect(blind.cost.stages.map(\.name) == ["request", "query", "filter"] && blind.cost.stages[1].rows == 0)
        #expect(blind.explanation?.reason == "popular items: no scan is paid for")
        #expect(blind.explanation?.plans.allSatisfy { !$0.isPaidFor } == true)

        request.maxCost = popular + model.userFetch
        let aware = try await planted.service.recommend(request)
        #expect(aware.plan == "popular" && aware.degradation == [.budgetFloor])
        let seen = Set(try #require(try await planted.service.history(of: UserID("drama-user-3"), limit: 100)))
        #expect(aware.items.count == 3 && seen.isDisjoint(with: aware.items.map(\.itemID)))

        request.maxCost = model.request
        await #expect(throws: RequestError.self) { try await planted.service.recommend(request) }
    }

    @Test("that pays for the scan and for no rerank buys the shortlist in prefix order", arguments: 0..<4)
    func prefixOrder(kind: Int) async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request()
        request.excludesSeen = false
        switch kind {
        case 0: request.userID = try UserID("drama-user-3")
        case 1: request.itemID = try ItemID("drama-1")
        case 2: request.sessionItemIDs = [try ItemID("drama-1"), try ItemID("comedy-2")]
        default: request.embedding = (0..<32).map { Float($0 % 5) - 1.5 }
        }
        request.tier = "economy"
        let scanned = try await planted.service.recommend(request)
        #expect(scanned.plan.hasPrefix("s") && !scanned.plan.contains("k"))
        request.tier = "premium"
        request.maxCost = scanned.cost.planned
        let cut = try await planted.service.recommend(request)
        #expect(cut.items.count == 3 && !cut.cost.stages.contains { $0.name == "rerank" })
        #expect(cut.items.map(\.score) == cut.items.map(\.score).sorted(by: >))
        #expect(cut.cost.spent <= cut.cost.budget)
    }
}
