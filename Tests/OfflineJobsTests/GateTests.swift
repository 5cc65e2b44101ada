import Domain
import OfflineJobs
import TestSupport
import Testing

@Suite("The gates before a generation serves")
struct GateTests {
    static func built() async throws -> (MemoryStore, GenerationNumber) {
        let (store, number) = try await BackfillJobTests.registered()
        _ = try await BackfillJobTests.job(store).run(number)
        return (store, number)
    }

    static func verification(_ store: MemoryStore) -> VerificationJob {
        var options = VerificationJob.Options()
        options.prefixRecall = 0.5
        return VerificationJob(store: store, options: options)
    }

    @Test("let a whole model pass, from built to verified")
    func passes() async throws {
        let (store, number) = try await Self.built()
        let report = try await Self.verification(store).run(number)
        #expect(report.refusal == nil && report.measures.contains { $0.name == "prefix_recall_8" })
        #expect(try await store.generations().map(\.state) == [.verified])
        await #expect(throws: NothingToCompareWith.self) { _ = try await ShadowJob(store: store).run(number) }
        try await store.activate(number)
    }

    /// Zeroed, constant, not a number, shuffled, too long.
    @Test(
        "refuse what is spoilt by the name of the measure",
        arguments: ["zero_vectors", "spread", "non_finite", "agreement", "norms"])
    func refuses(measure: String) async throws {
        let (store, number) = try await Self.built()
        let whole = try #require(try store.storedEmbeddings(of: number))
        var spoilt = whole
        switch measure {
        case "zero_vectors": for index in whole.range(of: 3) { spoilt.bits[index] = 0 }
        case "non_finite": spoilt.bits[5] = 0x7E00
        case "norms": for index in whole.range(of: 3) { spoilt.bits[index] = 0x3C00 }
        case "spread":
            for row in 0..<whole.count { spoilt.bits.replaceSubrange(whole.range(of: row), with: whole.bits[0..<16]) }
        default: spoilt.numbers = [whole.numbers[whole.count - 1]] + whole.numbers.dropLast()
        }
        try await store.store(itemEmbeddings: spoilt, generation: number)
        let refusal = await #expect(throws: GateRefusal.self) { _ = try await Self.verification(store).run(number) }
        #expect(refusal?.measure.name == measure)
        #expect(refusal.map { "\($0)".hasPrefix("\(number) was refused by \(measure): ") } == true)
        #expect(try await store.generations().map(\.state) == [.built])
        try await store.store(itemEmbeddings: whole, generation: number)
        _ = try await Self.verification(store).run(number)
        // What was verified and is spoilt goes back.
        try await store.store(itemEmbeddings: spoilt, generation: number)
        await #expect(throws: GateRefusal.self) { _ = try await Self.verification(store).run(number) }
        #expect(try await store.generations().map(\.state) == [.built])
    }

    @Test("refuse what answers too slowly for the budget")
    func slow() async throws {
        let (store, number) = try await Self.built()
        var options = VerificationJob.Options()
        (options.prefixRecall, options.latency) = (0.5, .nanoseconds(1))
        let refusal = await #expect(throws: GateRefusal.self) {
            _ = try await VerificationJob(store: store, options: options).run(number)
        }
        #expect(refusal?.measure.name == "p99_ms")
        #expect(try await store.generations().map(\.state) == [.built])
    }

    @Test("say the price of a backfill before it is paid")
    func price() async throws {
        let (store, number) = try await BackfillJobTests.registered()
        let price = try await BackfillPrice(of: number, store: store, share: 0.5)
        #expect(price.items == 16 && price.users == 40 && price.sampledItems == 16 && price.sampledUsers == 40)
        #expect(price.bytes == 56 * 32 && price.cpuSeconds > 0 && price.busySeconds >= price.cpuSeconds)
        #expect(price.expected == .seconds(price.busySeconds * 2))
        #expect(try await store.generations().map(\.state) == [.registered])
    }
}
