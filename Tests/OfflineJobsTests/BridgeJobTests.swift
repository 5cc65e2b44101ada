import Domain
import OfflineJobs
import TestSupport
import Testing
import Training

@Suite("A measured bridge between generations")
struct BridgeJobTests {
    /// Two groups of thirty items; each user knows twelve of one.
    private static func store() async throws -> MemoryStore {
        let store = MemoryStore()
        for user in 0..<80 {
            let events = try (0..<12).map { item in
                Interaction(
                    user: try UserID("u\(user)"), item: try ItemID("i\(user % 2)-\((item * 7 + user / 2) % 30)"))
            }
            _ = try await store.append(events)
        }
        return store
    }

    /// A generation that serves, and one of another seed.
    private static func bridged() async throws -> (MemoryStore, first: GenerationNumber, second: GenerationNumber) {
        let store = try await store()
        var configuration = try TrainJobTests.configuration()
        let first = try await TrainJob(store: store, configuration: configuration)
            .run(stop: TrainJobTests.never) { _ in }.generation
        configuration.seed = 2
        var options = TrainJob.Options()
        options.registersOnly = true
        let second = try await TrainJob(store: store, configuration: configuration, options: options)
            .run(stop: TrainJobTests.never) { _ in }.generation
        return (store, first.number, second.number)
    }

    private static func job(_ store: MemoryStore, shares: [Double]) -> BridgeJob {
        var options = BridgeJob.Options()
        options.shares = shares
        return BridgeJob(store: store, options: options)
    }

    @Test("is nothing but the old generation at first, and nothing but the new one at last")
    func ends() async throws {
        let (store, first, second) = try await Self.bridged()
        _ = try await BackfillJobTests.job(store).run(second)
        let report = try await Self.job(store, shares: [0, 0.5, 1]).run(second)
        #expect(report.active == first && report.embedded == 60 && report.catalogue == 60 && report.items == 60)
        #expect(report.users > 5 && report.whole.contains { $0 > 0 }, "\(report.users) \(report.whole)")
        #expect(
            report.lines.map(\.way) == [
                .ownTower, .leftOut, .ownTower, .mapped, .leftOut, .ownTower, .mapped, .leftOut,
            ])
        for line in report.lines where line.share == 1 {
            #expect(line.recall == report.whole && line.overlap.allSatisfy { abs($0 - 1) < 1e-9 })
        }
        for line in report.lines where line.share == 0 && line.way == .leftOut {
            #expect(line.recall.allSatisfy { $0 == 0 } && line.overlap.allSatisfy { $0 == 0 })
        }
        let half = Dictionary(
            uniqueKeysWithValues: report.lines.filter { $0.share == 0.5 }.map { ($0.way, $0.recall.reduce(0, +)) })
        #expect(try #require(half[.ownTower]) > (try #require(half[.leftOut])))

        // The other way round, the old generation alone is the whole.
        try await store.move(second, to: .verified)
        try await store.activate(second)
        let back = try await Self.job(store, shares: [0.5]).run(first)
        let atFirst = try #require(report.lines.first { $0.share == 0 && $0.way == .ownTower })
        #expect(zip(back.whole, atFirst.recall).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(try await Self.job(store, shares: [0.5]).run(first).lines == back.lines)
    }

    @Test("goes by what a backfill has embedded so far")
    func underWay() async throws {
        let (store, _, second) = try await Self.bridged()
        await #expect(throws: BridgeRefusal.noVectors(second, .registered)) {
            _ = try await Self.job(store, shares: [1]).run(second)
        }
        _ = try await store.beginBackfill(second)
        await #expect(throws: BridgeRefusal.noVectors(second, .building)) {
            _ = try await Self.job(store, shares: [1]).run(second)
        }
        let whole = try await Self.bridged().0
        _ = try await BackfillJobTests.job(whole).run(second)
        let all = try #require(try whole.storedEmbeddings(of: second))
        for (count, isEnough) in [(10, false), (40, true)] {
            try await store.store(
                itemEmbeddings: HalfEmbeddings(
                    dimensions: all.dimensions, numbers: Array(all.numbers.prefix(count)),
                    bits: Array(all.bits.prefix(count * all.dimensions))), generation: second)
            guard isEnough else {
                await #expect(throws: GenerationBridgeError.tooFewPairs(10, needed: 16)) {
                    _ = try await Self.job(store, shares: [1]).run(second)
                }
                continue
            }
            let report = try await Self.job(store, shares: [1]).run(second)
            #expect(report.embedded == 40 && report.catalogue == 60 && report.items == 40)
        }
    }

    @Test("is refused where there is nothing to bridge")
    func refusals() async throws {
        let (store, first, _) = try await Self.bridged()
        await #expect(throws: BridgeRefusal.serves(first)) { _ = try await Self.job(store, shares: [1]).run(first) }
        var configuration = try TrainJobTests.configuration()
        configuration.ladder = try PrefixLadder([4, 16])
        var options = TrainJob.Options()
        options.registersOnly = true
        let other = try await TrainJob(store: store, configuration: configuration, options: options)
            .run(stop: TrainJobTests.never) { _ in }.generation
        _ = try await store.beginBackfill(other.number)
        let (ladder, old) = (configuration.ladder, try TrainJobTests.configuration().ladder)
        await #expect(throws: BridgeRefusal.otherLadder(other.number, ladder, first, old)) {
            _ = try await Self.job(store, shares: [1]).run(other.number)
        }
        let (alone, number) = try await BackfillJobTests.registered()
        await #expect(throws: NothingToCompareWith.self) { _ = try await Self.job(alone, shares: [1]).run(number) }
    }
}
