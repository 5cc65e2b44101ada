import Domain
import Experiments
import OfflineJobs
import Serving
import TestSupport
import Testing

@Suite("A budget", .timeLimit(.minutes(5)))
struct EnforcementTests {
    /// Asks at random, and holds each answer to its budget.
    private static func ask(
        _ service: RecommendationService, times: Int, seed: UInt64,
        request make: (inout SeededGenerator) throws -> RecommendationRequest
    ) async throws -> (answered: Int, refused: Int) {
        var generator = SeededGenerator(seed: seed)
        var (answered, refused) = (0, 0)
        for _ in 0..<times {
            var request = try make(&generator)
            request.count = Int.random(in: 1...20, using: &generator)
            request.tier = (TierCatalogue.shipped.tiers.map(\.name) + [nil]).randomElement(using: &generator) ?? nil
            // As many small budgets as large ones.
            request.maxCost = CostUnits(units: Double.random(in: 0...14, using: &generator).power)
            do {
                let answer = try await service.recommend(request)
                answered += 1
                #expect(answer.cost.spent <= answer.cost.budget && answer.cost.budget.units <= request.limit)
                #expect(answer.cost.planned <= answer.cost.budget)
                let lines = answer.cost.stages.reduce(CostUnits.zero) { $0 + $1.cost }
                #expect(lines == answer.cost.spent)
                #expect(answer.items.count == request.count || answer.degradation.contains(.notEnoughItems))
            } catch RequestError.budgetTooSmall(let budget, let floor, _) {
                refused += 1
                #expect(budget.units == request.limit && floor > budget)
            }
        }
        #expect(service.overspentCount == 0)
        return (answered, refused)
    }

    @Test("is never overspent by users, sessions and items, filtered or not")
    func planted() async throws {
        let planted = try await PlantedStore()
        let counts = try await Self.ask(planted.service, times: 5_000, seed: 1) { generator in
            let group = PlantedStore.groups.randomElement(using: &generator) ?? ""
            var request = RecommendationRequest()
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: request.userID = try UserID("\(group)-user-\(Int.random(in: 0..<25, using: &generator))")
            case 1: request.itemID = try ItemID("\(group)-1")
            case 2: request.sessionItemIDs = [try ItemID("\(group)-2"), try ItemID("\(group)-3")]
            default: break
            }
            if Bool.random(using: &generator) { request.filter = ItemFilter(categories: [group]) }
            return request
        }
        #expect(counts.answered > 1_000 && counts.refused > 1_000)
    }

    @Test("is never overspent where lists are probed", arguments: [false, true])
    func lists(isMeasured: Bool) async throws {
        let large = try await LargeCatalogue(isMeasured: isMeasured)
        let counts = try await Self.ask(large.service, times: 2_500, seed: 2) { generator in
            large.request(Int.random(in: 0..<60, using: &generator))
        }
        #expect(counts.answered > 500 && counts.refused > 500)
    }
}

extension Double {
    /// Two to this power.
    fileprivate var power: Double {
        (0..<Int(self)).reduce(1 + truncatingRemainder(dividingBy: 1)) { power, _ in 2 * power }
    }
}

extension RecommendationRequest {
    fileprivate var limit: Double { maxCost?.units ?? .infinity }
}
