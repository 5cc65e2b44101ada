import ExperimentStatistics
import TestSupport
import Testing

@Suite("A team draft")
struct TeamDraftTests {
    @Test("shows no item twice, keeps both orders, and gives the teams turns", arguments: 0..<50)
    func properties(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let control = Array((0..<Int.random(in: 0...20, using: &generator)).shuffled(using: &generator))
        let treatment = Array((5..<5 + Int.random(in: 0...20, using: &generator)).shuffled(using: &generator))
        let count = Int.random(in: 0...30, using: &generator)
        let draft = TeamDraft(control: control, treatment: treatment, count: count, using: &generator)
        let items = draft.positions.map(\.item)
        #expect(Set(items).count == items.count)
        #expect(items.count == min(count, Set(control + treatment).count))
        for (team, ranking) in [(TeamDraft<Int>.Team.control, control), (.treatment, treatment)] {
            // A team's pick is the best of its ranking that was not shown above.
            for (place, position) in draft.positions.enumerated() where position.team == team {
                #expect(ranking.first { !items[..<place].contains($0) } == position.item)
            }
        }
        // Of no team is what both would add next, or what the one has that is left.
        for (place, position) in draft.positions.enumerated() where position.team == nil {
            let next = [control, treatment].compactMap { ranking in ranking.first { !items[..<place].contains($0) } }
            #expect(next.allSatisfy { $0 == position.item })
        }
        let drafted = draft.positions.filter { $0.team != nil }
        for round in stride(from: 0, to: drafted.count - 1, by: 2) {
            #expect(drafted[round].team != drafted[round + 1].team)
        }
    }

    @Test("is the same list from the same generator, and tosses a fair coin")
    func coin() {
        func draft(_ seed: UInt64) -> TeamDraft<Int> {
            var generator = SeededGenerator(seed: seed)
            return TeamDraft(control: [1, 2, 3], treatment: [3, 2, 1], count: 2, using: &generator)
        }
        #expect(draft(1) == draft(1))
        let first = (0..<1_000).count { draft($0).positions[0].team == .control }
        #expect((440...560).contains(first))
    }

    @Test("of a ranking that repeats itself passes the repeats over")
    func repeats() {
        var generator = SeededGenerator(seed: 1)
        let draft = TeamDraft(control: [1, 1, 2], treatment: [1, 1, 1], count: 5, using: &generator)
        #expect(draft.positions.map(\.item) == [1, 2])
    }

    @Test("credits clicks to who chose the item, and those of no team to nobody")
    func credit() {
        let draft = TeamDraft<String>(positions: [
            .init(item: "a", team: .control), .init(item: "b", team: .treatment), .init(item: "c", team: .treatment),
            .init(item: "d", team: nil),
        ])
        let credit = draft.credit(clicked: ["b", "c", "d", "elsewhere"])
        #expect(credit.control == 0 && credit.treatment == 2)
    }
}
