import Domain
import Evaluation
import TestSupport
import Testing

@Suite("A split of interactions")
struct InteractionSplitTests {
    private static func interaction(_ user: Int, _ item: Int, at seconds: Int) throws -> Interaction {
        Interaction(
            user: try UserID("u\(user)"), item: try ItemID("i\(item)"), timestamp: Timestamp(seconds: Int64(seconds)))
    }

    /// Users with 1 to 12 interactions, some with the same item or at the same time.
    private static func made(seed: UInt64) throws -> [Interaction] {
        var generator = SeededGenerator(seed: seed)
        let made = try (0..<30).flatMap { user in
            try (0..<Int.random(in: 1...12, using: &generator)).map { _ in
                try interaction(
                    user, .random(in: 0..<20, using: &generator), at: .random(in: 1..<50, using: &generator))
            }
        }
        return made.shuffled(using: &generator)
    }

    @Test(
        "by leave-last-out keeps the last two items of each user, and nothing after them",
        arguments: 0..<20 as Range<UInt64>)
    func lastOut(seed: UInt64) throws {
        let interactions = try Self.made(seed: seed)
        let split = try InteractionSplit.leavingLastOut(interactions)
        for user in Set(interactions.map(\.user)) {
            // The plain way: walk from the end and take each item once.
            let ordered = interactions.filter { $0.user == user }.enumerated()
                .sorted { ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset) }.map(\.element)
            var history: [Interaction] = []
            for interaction in ordered.reversed() where !history.contains(where: { $0.item == interaction.item }) {
                history.insert(interaction, at: 0)
            }
            let tested = history.count >= 3
            #expect(split.test.filter { $0.user == user } == (tested ? [history[history.count - 1]] : []))
            #expect(split.validation.filter { $0.user == user } == (tested ? [history[history.count - 2]] : []))
            #expect(split.train.filter { $0.user == user } == (tested ? history.dropLast(2) : history))
        }
        #expect(
            split.repeats + split.train.count + split.validation.count + split.test.count == interactions.count)
    }

    @Test("by a moment has nothing of the future in training", arguments: 0..<10 as Range<UInt64>, [0.1, 0.5, 0.9])
    func cut(seed: UInt64, share: Double) throws {
        let interactions = try Self.made(seed: seed)
        let split = try InteractionSplit.cutting(interactions, at: .afterShare(share))
        let last = try #require(split.train.map(\.timestamp).max())
        #expect(split.test.allSatisfy { $0.timestamp > last })
        #expect(split.train.count + split.test.count == interactions.count && split.validation.isEmpty)
        // The share is reached, and would not be without the moment's own interactions.
        #expect(Double(split.train.count) >= share * Double(interactions.count))
        #expect(Double(split.train.count { $0.timestamp < last }) < share * Double(interactions.count))
        #expect(try InteractionSplit.cutting(interactions, at: .after(last)) == split)
    }

    @Test("is refused with a sentence where there is nothing to split")
    func refusals() throws {
        let single = try (1...5).map { try Self.interaction($0, $0, at: $0) }
        #expect(throws: InteractionSplitError.noUserWithThreeItems(users: 5)) {
            try InteractionSplit.leavingLastOut(single)
        }
        let oneItem = try (1...5).map { try Self.interaction(1, 1, at: $0) }
        #expect(throws: InteractionSplitError.noUserWithThreeItems(users: 1)) {
            try InteractionSplit.leavingLastOut(oneItem)
        }
        #expect(throws: InteractionSplitError.noTimes) { try InteractionSplit.leavingLastOut([]) }
        #expect(throws: InteractionSplitError.noTimes) { try InteractionSplit.cutting([], at: .afterShare(0.5)) }
        #expect(throws: InteractionSplitError.oneSide(kept: 5, test: 0)) {
            try InteractionSplit.cutting(single, at: .after(Timestamp(seconds: 5)))
        }
        #expect(throws: InteractionSplitError.oneSide(kept: 0, test: 5)) {
            try InteractionSplit.cutting(single, at: .after(.epoch))
        }
    }

    @Test(
        "is cut where its argument says",
        arguments: [
            ("0.8", TestCut.afterShare(0.8)), ("881250949", .after(Timestamp(seconds: 881_250_949))),
            ("1997-12-04T15:55:49Z", .after(Timestamp(seconds: 881_250_949))),
        ])
    func arguments(text: String, cut: TestCut) throws {
        #expect(try TestCut(argument: text) == cut)
    }

    @Test("refuses an argument that says nothing", arguments: ["", "-0.5", "nan", "yesterday", "1997-12-04"])
    func badArguments(text: String) {
        #expect(throws: InteractionSplitError.notACut(text)) { try TestCut(argument: text) }
    }
}
