import Testing
import Training

@Suite("The choice of an epoch")
struct EpochJudgementTests {
    private static func chosen(_ recalls: [[Double]], ndcg: Double = 0.1) -> [Bool] {
        var judgement = EpochJudgement()
        return recalls.map { rungs in
            judgement.takes(rungs.map { RungRecall(dimensions: 16, recall: $0, ndcg: ndcg) })
        }
    }

    @Test("takes what is better at all rungs together")
    func better() {
        #expect(Self.chosen([[0.1, 0.2], [0.3, 0.1], [0.1, 0.2]]) == [true, true, false])
    }

    @Test("takes the later of epochs that differ by less than a hundredth, counted from the best")
    func tolerance() {
        #expect(Self.chosen([[0.400], [0.396], [0.392]], ndcg: 0) == [true, true, false])
    }

    @Test("takes the last where nothing was held out")
    func none() {
        #expect(Self.chosen([[], [], []]) == [true, true, true])
    }

    @Test("goes by nDCG where lists are as long as the catalogue")
    func saturated() {
        var judgement = EpochJudgement()
        let taken = [0.5, 0.7, 0.6].map { judgement.takes([RungRecall(dimensions: 16, recall: 1, ndcg: $0)]) }
        #expect(taken == [true, true, false])
    }
}
