import Domain
import OfflineJobs
import Synchronization
import TestSupport
import Testing
import Training

@Suite("A Matryoshka benchmark", .timeLimit(.minutes(10)))
struct MatryoshkaBenchmarkTests {
    @Test("finds what evaluations of the nested and the separate models find", arguments: [1, 2])
    func sameAsEvaluation(seed: UInt64) async throws {
        let files = try MatryoshkaFiles(seed: seed)
        let configuration = try MatryoshkaFiles.configuration()
        let report = try await files.benchmark(configuration).run { _ in }
        #expect(report.series.map(\.method) == ShorteningMethod.allCases)
        #expect(report.users == 90 && report.items == 72)
        for series in report.series { #expect(series.qualities.map(\.dimensions) == [2, 4, 16]) }

        #expect(try await report.series[0].qualities == files.evaluated(configuration))
        for (quality, rung) in zip(report.series[1].qualities, configuration.ladder.rungs) {
            #expect(try await [quality] == files.evaluated(MatryoshkaFiles.configuration([rung])))
        }
    }

    @Test("has one model of the full length in three series, where turning it changes nothing")
    func fullLength() async throws {
        let files = try MatryoshkaFiles(seed: 3)
        let report = try await files.benchmark(MatryoshkaFiles.configuration()).run { _ in }
        let full = try report.series.map { try #require($0.qualities.last) }
        #expect(full[1] == full[2])
        // Ties at the edge of a list may fall otherwise after rounding.
        #expect(abs(full[2].recall - full[3].recall) < 0.01 && abs(full[2].ndcg - full[3].ndcg) < 0.01)
        // Six groups do not fit into two dimensions that nobody trained for, and better into the two principal ones.
        #expect(report.series[3].qualities[0].recall > report.series[2].qualities[0].recall)
    }

    @Test("trains one model for all lengths and one for each, and says so")
    func steps() async throws {
        let said = Mutex<[String]>([])
        let files = try MatryoshkaFiles(seed: 4)
        let report = try await files.benchmark(MatryoshkaFiles.configuration()).run { step in
            switch step {
            case .beginning(let model, let count, let ladder):
                said.withLock { $0.append("\(model)/\(count) \(ladder)") }
            case .ranking(let method): said.withLock { $0.append(method.rawValue) }
            case .reading, .training: break
            }
        }
        #expect(
            said.withLock { $0 } == [
                "1/4 2,4,16", "matryoshka", "2/4 16", "cut", "principal_axes", "3/4 2", "separate", "4/4 4", "separate",
            ])
        #expect(report.models.map(\.ladder.rungs) == [[2, 4, 16], [16], [2], [4]])
    }

    @Test("ends without a report when it is cancelled")
    func cancelled() async throws {
        let files = try MatryoshkaFiles(seed: 5)
        var configuration = try MatryoshkaFiles.configuration()
        (configuration.epochs, configuration.patience) = (10_000, 10_000)
        let benchmark = try files.benchmark(configuration)
        let (epochs, ended) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: MatryoshkaReport.self) { group in
            group.addTask {
                try await benchmark.run { if case .training = $0 { ended.yield() } }
            }
            for await _ in epochs { break }
            group.cancelAll()
            let result = try #require(await group.nextResult())
            #expect(throws: CancellationError.self) { try result.get() }
        }
    }

    @Test("refuses a ladder of one length and a test file of strangers")
    func refused() async throws {
        let files = try MatryoshkaFiles(seed: 6)
        let alone = try MatryoshkaFiles.configuration([16])
        #expect(throws: MatryoshkaBenchmarkError.oneLength(alone.ladder)) { try files.benchmark(alone) }
        let strangers = try TemporaryFile("user_id,item_id\nnobody,0-1\n")
        let benchmark = try files.benchmark(MatryoshkaFiles.configuration(), test: strangers)
        await #expect(throws: TrainingError.noTestItems) { try await benchmark.run { _ in } }
        #expect(MatryoshkaBenchmarkError.oneLength(alone.ladder).description.contains("Give two at least"))
    }
}
