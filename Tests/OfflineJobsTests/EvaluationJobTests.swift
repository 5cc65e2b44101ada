import ByteStreams
import Datasets
import Domain
import Evaluation
import JSON
import OfflineJobs
import TestSupport
import Testing
import Training

@Suite("An evaluation")
struct EvaluationJobTests {
    private typealias Row = (user: String, item: String, time: Int)

    /// Forty users in two groups; each meets eight of the group's ten items, with times 100 apart.
    private static func rows() -> [Row] {
        var rows: [Row] = []
        for user in 0..<40 {
            for place in 0..<8 {
                rows.append(("u\(user)", "i\(user % 2)-\((user / 2 + place) % 10)", 1_000 + 100 * place + user))
            }
        }
        return rows
    }

    private static func file(_ rows: [Row]) throws -> TemporaryFile {
        try TemporaryFile("user_id,item_id,timestamp\n" + rows.map { "\($0),\($1),\($2)\n" }.joined())
    }

    private static func report(
        _ train: TemporaryFile, _ rule: EvaluationProtocol, orderColumn: String? = nil
    ) async throws -> EvaluationReport {
        var configuration = TrainingConfiguration()
        configuration.ladder = try PrefixLadder([4, 8])
        configuration.epochs = 20
        configuration.readerWidth = 16
        configuration.batchSize = 8
        return try await EvaluationJob(
            train: train.source, rule: rule, options: ReadOptions(orderColumn: orderColumn),
            configuration: configuration, k: 5
        ).run { _ in }
    }

    @Test("by leave-last-out tests one item a user, against all but what the user met, validation too")
    func leaveLastOut() async throws {
        let file = try Self.file(Self.rows())
        let report = try await Self.report(file, .leaveLastOut)
        #expect(report.report.users == 40 && report.report.items == 20)
        #expect(report.test.given == 40 && report.validation?.given == 40)
        #expect(report.report.validation.map(\.dimensions) == [4, 8])
        #expect(report.notes.isEmpty, "\(report.notes)")
        for rung in report.report.rungs { #expect(rung.quality.recall == rung.quality.hitRate) }
        // Seven of a group's ten items are known at test time: the test item is among the first five but for the other group.
        #expect(report.report.rungs.allSatisfy { $0.quality.recall > 0.5 })
    }

    @Test("by an order column is that by times, and leaves out the rows without a place")
    func orderColumn() async throws {
        let timed = try Self.file(Self.rows())
        let ordered = try TemporaryFile(
            "user_id,item_id,place\nu0,i1-0,\n"
                + Self.rows().map { "\($0.user),\($0.item),\(($0.time - 1_000) / 100)\n" }.joined())
        let (byTime, byOrder) = (
            try await Self.report(timed, .leaveLastOut),
            try await Self.report(ordered, .leaveLastOut, orderColumn: "place")
        )
        #expect(byTime.report.rungs == byOrder.report.rungs)
        #expect(byOrder.withoutTime == 1 && byTime.withoutTime == 0)
        #expect(byOrder.notes == ["Left out of --train for want of a place in time: 1."])
    }

    @Test("by a global split tests what came after, without what training cannot know")
    func globalSplit() async throws {
        let late: [Row] = [("u0", "i1-3", 9_000), ("new", "i0-1", 9_000), ("u0", "new", 9_000), ("u0", "i0-0", 9_000)]
        let file = try Self.file(Self.rows() + late)
        let report = try await Self.report(file, .globalSplit(.after(Timestamp(seconds: 5_000))))
        #expect(report.test.given == 4)
        #expect(report.test.unknownUsers == 1 && report.test.unknownItems == 1 && report.test.alreadyKnown == 1)
        #expect(report.test.unknownExamples == ["item new", "user new"])
        #expect(report.report.users == 1 && report.report.validation.isEmpty && report.validation == nil)
        #expect(report.notes.count == 1)
        #expect(report.notes.allSatisfy { $0.hasSuffix("(such as item new, user new).") }, "\(report.notes)")
    }

    @Test("of given files hides validation items from the test, and counts repeated rows once")
    func files() async throws {
        let train = try Self.file(Self.rows() + Self.rows().prefix(1))
        let validation = try Self.file([("u0", "i0-8", 1), ("u0", "i0-8", 1)])
        let test = try Self.file([("u0", "i0-9", 1), ("u0", "i0-9", 2), ("u0", "i0-8", 1)])
        let report = try await Self.report(
            train, .fullRanking(test: test.source, validation: validation.source))
        #expect(report.validation?.repeated == 1)
        #expect(report.test.repeated == 1 && report.test.alreadyKnown == 1)
        // Nine of the ten items of the group are known: the one that is left comes before the other group's.
        #expect(report.report.rungs.map(\.quality.recall) == [1, 1])
    }

    @Test("is one JSON value with its fixed names, and a table with a row a rung")
    func output() async throws {
        let train = try Self.file(Self.rows())
        let report = try await Self.report(train, .leaveLastOut)
        let json = report.json
        for key in ["protocol", "k", "users", "items", "seed", "train_seconds", "epochs", "left_out", "validation"] {
            #expect(json[key] != nil, "\(key)")
        }
        #expect(json["protocol"]?.text == "leave-last-out")
        let rung = try #require(json["rungs"]?.elements?.first)
        let keys = ["dims", "recall", "ndcg", "mrr", "hit_rate", "coverage", "popularity", "exposure_gini"]
        for key in keys { #expect(rung[key] != nil, "\(key)") }
        #expect(rung["intervals"]?["recall"]?.elements?.count == 2)
        let parsed = try JSONValue(parsing: Array(json.description.utf8))
        #expect(parsed["rungs"]?.elements?.count == 2)
        // A head, two tables of a title and two rungs with a line between, and what the brackets are.
        #expect(report.lines.count == 9)
        #expect(Set(report.lines[1...3].map(\.count)).count == 1)
    }

    @Test("says what is wrong with its files")
    func refusals() async throws {
        let train = try Self.file(Self.rows())
        let strangers = try Self.file([("stranger", "i0-0", 1), ("u0", "nothing", 1)])
        let untimed = try TemporaryFile("user_id,item_id\nu1,i1\nu1,i2\nu1,i3\n")
        let single = try Self.file((0..<9).map { ("u\($0)", "i\($0)", 1 + $0) })
        await #expect(throws: EvaluationError.self) {
            try await Self.report(train, .fullRanking(test: strangers.source, validation: nil))
        }
        await #expect(throws: EvaluationError.self) {
            try await Self.report(train, .fullRanking(test: train.source, validation: nil))
        }
        await #expect(throws: EvaluationError.self) {
            try await Self.report(train, .fullRanking(test: train.source, validation: strangers.source))
        }
        await #expect(throws: InteractionSplitError.noTimes) { try await Self.report(untimed, .leaveLastOut) }
        await #expect(throws: InteractionSplitError.noUserWithThreeItems(users: 9)) {
            try await Self.report(single, .leaveLastOut)
        }
        await #expect(throws: DatasetError.self) {
            try await Self.report(train, .leaveLastOut, orderColumn: "place")
        }
    }
}
