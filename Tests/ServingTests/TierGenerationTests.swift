import Domain
import Experiments
import JSON
import Serving
import TestSupport
import Testing

@Suite("A tier that names a generation")
struct TierGenerationTests {
    private static func request(_ tier: String?) throws -> RecommendationRequest {
        var request = RecommendationRequest()
        (request.userID, request.tier) = (try UserID("u1"), tier)
        return request
    }

    /// The shipped tiers, one of them answered from a generation of its own.
    private static func tiers(_ name: String, from generation: GenerationNumber) throws -> TiersInForce {
        let text = TierConfiguration.shipped.canonical.description
        let tier = "\"\(name)\":{"
        return TiersInForce(
            try TierConfiguration(
                parsing: Array(text.replacing(tier, with: tier + "\"generation\":\(generation.rawValue),").utf8)),
            revision: 7)
    }

    @Test("is answered from that one, the others from the active one")
    func named() async throws {
        let twins = try await TwinStore()
        let node = try await twins.node(tiers: try Self.tiers("premium", from: twins.generations[1]))
        #expect(node.whyNotReady() == nil && node.whyOtherGenerations().isEmpty)
        let other = try await node.recommend(Self.request("premium"))
        #expect(other.generation == twins.generations[1] && !other.degradation.contains(.otherGeneration))
        for tier in ["economy", nil] {
            #expect(try await node.recommend(Self.request(tier)).generation == twins.generations[0])
        }
        // It stays where it is when another is activated, and its node needs no more than the two.
        try await twins.store.activate(twins.generations[1])
        try await TwinStore.settle(node)
        #expect(node.heldGenerations.count == 2)
        for tier in ["premium", "economy"] {
            #expect(try await node.recommend(Self.request(tier)).generation == twins.generations[1])
        }
    }

    @Test("that is not there is said, and answered from the active one with a reason")
    func missing() async throws {
        let twins = try await TwinStore()
        let missing = GenerationNumber(9)
        let node = try await twins.node(tiers: try Self.tiers("economy", from: missing))
        #expect(node.whyNotReady()?.contains("'economy' is to be answered from g9") == true)
        let answer = try await node.recommend(Self.request("economy"))
        #expect(answer.generation == twins.generations[0] && answer.degradation.first == .otherGeneration)
        #expect(try await !node.recommend(Self.request("premium")).degradation.contains(.otherGeneration))
    }
}

@Suite("A policy of which generations are held")
struct HoldingPolicyTests {
    private static func standing(_ number: Int32, _ state: GenerationState) -> GenerationStanding {
        GenerationStanding(number: GenerationNumber(number), state: state)
    }

    private static func numbers(_ generations: [GenerationNumber]) -> [Int32] { generations.map(\.rawValue) }

    @Test("puts what requests need first, then what was served last", arguments: [0, 1, 2, 9])
    func order(retired: Int) {
        let policy = HoldingPolicy(retired: retired, named: [GenerationNumber(2), GenerationNumber(8)])
        let duties = policy.duties([
            Self.standing(4, .active), Self.standing(5, .retired), Self.standing(2, .retired),
            Self.standing(1, .retired),
            Self.standing(7, .building), Self.standing(6, .built),
        ])
        #expect(Self.numbers(duties.needed) == [4, 2])
        #expect(Self.numbers(duties.held) == [[4, 2], [4, 2, 5], [4, 2, 5], [4, 2, 5, 1]][min(retired, 3)])
        #expect(Self.numbers(duties.written) == [7, 6])
    }

    @Test("waits for a named generation until it is whole")
    func notWhole() {
        let policy = HoldingPolicy(retired: 1, named: [GenerationNumber(7)])
        let duties = policy.duties([Self.standing(4, .active), Self.standing(7, .building)])
        #expect(Self.numbers(duties.held) == [4] && Self.numbers(duties.written) == [7])
        #expect(policy.duties([]).held.isEmpty)
    }
}

@Suite("A schedule of loads")
struct LoadScheduleTests {
    @Test("loads one generation at a time, and a failed one later each time")
    func backsOff() {
        var schedule = LoadSchedule()
        let (first, second) = (GenerationNumber(1), GenerationNumber(2))
        var moment = Duration.zero
        for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(schedule.begin([first], at: moment) == first)
            #expect(schedule.begin([second], at: moment) == nil)
            schedule.end(failed: true, at: moment)
            moment += .seconds(pause) - .milliseconds(1)
            #expect(schedule.begin([first], at: moment) == nil)
            #expect(schedule.begin([first, second], at: moment) == second)
            schedule.end(failed: false, at: moment)
            moment += .milliseconds(1)
        }
        #expect(schedule.begin([first], at: moment) == first)
        schedule.end(failed: false, at: moment)
        #expect(schedule.begin([first], at: moment) == first)
    }
}
