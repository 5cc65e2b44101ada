import Domain
import Testing

@Suite("A prefix ladder")
struct PrefixLadderTests {
    @Test(
        "ascends from at least 1 to at most 4096", arguments: [[], [0, 16], [16, 16], [32, 16], [16, 4097], [-1]])
    func refuses(rungs: [Int]) {
        #expect(throws: PrefixLadderError.notALadder(rungs)) { try PrefixLadder(rungs) }
    }

    @Test("splits the full length into steps")
    func steps() throws {
        let ladder = try PrefixLadder([16, 32, 64])
        #expect(ladder.steps == [0..<16, 16..<32, 32..<64])
        #expect(ladder.fullLength == 64)
        #expect(ladder.description == "16,32,64")
    }

    @Test("refuses a prefix that was not trained")
    func untrained() throws {
        let ladder = try PrefixLadder([16, 32])
        #expect(try ladder.rung(of: 32) == 1)
        #expect(throws: PrefixLadderError.untrainedPrefix(requested: 24, trained: [16, 32])) {
            try ladder.rung(of: 24)
        }
    }

    @Test("finds the shortest rung that is long enough", arguments: [(1, 16), (16, 16), (17, 32), (64, 64), (65, 64)])
    func shortest(wanted: Int, rung: Int) throws {
        #expect(try PrefixLadder([16, 32, 64]).shortest(atLeast: wanted) == rung)
    }
}
