import Domain
import OfflineJobs
import Synchronization
import TestSupport
import Testing
import Training

@Suite("A backfill")
struct BackfillJobTests {
    /// A store with a registered model and nothing embedded.
    static func registered() async throws -> (MemoryStore, GenerationNumber) {
        let store = try await TrainJobTests.store()
        var options = TrainJob.Options()
        options.registersOnly = true
        let job = TrainJob(store: store, configuration: try TrainJobTests.configuration(), options: options)
        let generation = try await job.run(stop: TrainJobTests.never) { _ in }.generation
        #expect(generation.state == .registered && generation.items == 0 && generation.users == 0)
        return (store, generation.number)
    }

    static func job(_ store: MemoryStore) -> BackfillJob {
        var options = BackfillJob.Options()
        options.share = 1
        return BackfillJob(store: store, options: options)
    }

    /// Item embeddings by number.
    static func items(_ store: MemoryStore, _ number: GenerationNumber) throws -> [Int64: [UInt16]] {
        let all = try #require(try store.storedEmbeddings(of: number))
        let rows = all.numbers.indices.map { (all.numbers[$0], Array(all.bits[all.range(of: $0)])) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    @Test("makes what publishing in one go makes")
    func likePublishing() async throws {
        let published = try await TrainJobTests.store()
        let whole = try await TrainJob(store: published, configuration: try TrainJobTests.configuration())
            .run(stop: TrainJobTests.never) { _ in }.generation
        let (store, number) = try await Self.registered()
        let outcome = try await Self.job(store).run(number)
        #expect(outcome.generation.state == .built && outcome.generation.fingerprint == whole.fingerprint)
        #expect(outcome.generation.items == whole.items && outcome.generation.users == whole.users)
        #expect(try Self.items(store, number) == Self.items(published, whole.number))
        let users = try await store.userEmbeddings(of: number, after: 0, limit: 100)
        #expect(users.bits == (try await published.userEmbeddings(of: whole.number, after: 0, limit: 100)).bits)
    }

    @Test("that loses its store goes on behind the last batch", arguments: 0..<4)
    func resumes(batch: Int) async throws {
        let (whole, number) = try await Self.registered()
        _ = try await Self.job(whole).run(number)
        let (store, same) = try await Self.registered()
        let steps = Counter()
        await #expect(throws: StoreAway.self) {
            _ = try await Self.job(store).run(same) { _ in if steps.next() == batch { store.setAway(true) } }
        }
        store.setAway(false)
        _ = try await Self.job(store).run(same)
        #expect(try Self.items(store, same) == Self.items(whole, number))
    }

    @Test("takes up what changed meanwhile, and what came")
    func catchesUp() async throws {
        let (store, number) = try await Self.registered()
        let changed = Counter()
        let outcome = try await Self.job(store).run(number) { step in
            guard case .reading = step, changed.next() == 0 else { return }
            store.change("new")
        }
        #expect(outcome.caughtUp == 1)
        #expect(try Self.items(store, number).count == 17)
    }

    @Test("embeds few users at first, however many items a batch has come to")
    func firstUsers() async throws {
        let (store, number) = try await Self.registered()
        let firstDone = Mutex<Int?>(nil)
        _ = try await Self.job(store).run(number) { step in
            guard case .embedding(_, let users) = step, users.done > 0 else { return }
            firstDone.withLock { $0 = $0 ?? users.done }
        }
        #expect(firstDone.withLock { $0 } == 4)
    }

    @Test("begins only with a generation that is registered, and one at a time")
    func refusals() async throws {
        let (store, number) = try await Self.registered()
        _ = try await Self.job(store).run(number)
        await #expect(throws: GenerationError.cannotBecome(number, from: .built, to: .building)) {
            _ = try await Self.job(store).run(number)
        }
        let busy: Void? = try await store.takingBuildTurn {
            await #expect(throws: BuildTurnTaken.self) { _ = try await Self.job(store).run(number) }
        }
        #expect(busy != nil)
    }

    @Test("takes as long for a batch as is wanted, and rests for the share that is left", arguments: [0.1, 0.5, 1])
    func pace(share: Double) {
        var pace = BatchPace(target: .milliseconds(25), share: share)
        for _ in 0..<40 {
            let rows = pace.rows
            // 10 microseconds a row.
            let elapsed = Duration.microseconds(10 * rows)
            let rest = pace.rest(after: elapsed, rows: rows)
            #expect(abs(elapsed / (elapsed + rest) - share) < 1e-6)
        }
        #expect((2_400...2_500).contains(pace.rows))
        // One slow batch makes the next ones small.
        _ = pace.rest(after: .seconds(1), rows: pace.rows)
        #expect(pace.rows < 650)
    }
}

/// Counts calls.
final class Counter: Sendable {
    private let calls = Mutex(0)

    /// The number of this call, from 0.
    func next() -> Int {
        calls.withLock { calls in
            defer { calls += 1 }
            return calls
        }
    }
}
