import Domain
import TestSupport
import Testing

@Suite("A cost meter")
struct CostMeterTests {
    @Test("sells only what its budget pays for", arguments: [0, 1, 399, 400, 401, 2_000], 0..<5 as Range<UInt64>)
    func staysInBudget(limit: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: limit)))
        var paid = 0
        for _ in 0..<50 {
            let each = Int.random(in: 1...90, using: &random)
            let stage = Stage.allCases.randomElement(using: &random) ?? .scan
            let bought = meter.buy(
                Int.random(in: 0...20, using: &random), each: CostUnits(microunits: each), for: stage)
            paid += bought * each
        }
        let statement = meter.finish()
        #expect(statement.spent == CostUnits(microunits: paid))
        #expect(statement.spent.microunits <= limit)
        #expect(statement.lines.map(\.cost).reduce(.zero, +) == statement.spent)
    }

    @Test("keeps back what is reserved, as far as it is there, until less is")
    func reserves() {
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 100)))
        meter.reserve(CostUnits(microunits: 30))
        let first = meter.buy(20, each: CostUnits(microunits: 10), for: .scan)
        meter.reserve(CostUnits(microunits: 1_000))
        let second = meter.buy(1, each: CostUnits(microunits: 10), for: .rerank)
        meter.reserve(CostUnits(microunits: 20))
        let third = meter.buy(9, each: CostUnits(microunits: 10), for: .rerank)
        meter.reserve(.zero)
        let last = meter.buy(9, each: CostUnits(microunits: 10), for: .filter)
        let statement = meter.finish()
        #expect([first, second, third, last] == [7, 0, 1, 2] && statement.spent.microunits == 100)
    }

    @Test("books rows, dimensions and cost on the stage that bought them")
    func books() {
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 100)))
        let scanned = meter.buy(10, each: CostUnits(microunits: 7), for: .scan, dimensions: 32)
        let reranked = meter.buy(10, each: CostUnits(microunits: 7), for: .rerank, dimensions: 256)
        let wasCut = meter.wasCut
        #expect(scanned == 10 && reranked == 4 && wasCut)
        let statement = meter.finish()
        #expect(statement.lines.map(\.stage) == [.scan, .rerank])
        #expect(statement.lines.map(\.rows) == [10, 4])
        #expect(statement.lines.map(\.rowsWanted) == [10, 10])
        #expect(statement.lines.map(\.dimensions) == [32, 256])
        #expect(statement.spent == CostUnits(microunits: 98))
    }
}

@Suite("Cost units")
struct CostUnitsTests {
    @Test(
        "are written as units with at most three decimals",
        arguments: [
            (0, "0"), (1_000_000, "1"), (17_910_250_000, "17910.25"), (1_499, "0.001"), (500, "0.001"), (499, "0"),
        ]
    )
    func description(microunits: Int, text: String) {
        #expect(CostUnits(microunits: microunits).description == text)
    }

    @Test("are rounded up to what pays for them", arguments: [(0, 0), (1, 1), (1_000_000, 1), (222_966_400, 223)])
    func wholeUnits(microunits: Int, whole: Int) {
        #expect(CostUnits(microunits: microunits).wholeUnits == whole)
    }

    @Test("refuse what is no amount", arguments: [-1, .nan, .infinity, 1e13])
    func refuses(units: Double) {
        #expect(CostUnits(units: units) == nil)
    }
}

@Suite("A cost model")
struct CostModelTests {
    @Test("is rebuilt from the names and weights of its kinds")
    func roundTrip() {
        #expect(Set(CostKind.allCases.map(\.name)).count == CostKind.allCases.count)
        for kind in CostKind.allCases { #expect(CostKind(name: kind.name) == kind) }
        #expect(CostKind(name: "sorcery") == nil)
        let rebuilt = CostModel(revision: 1) { CostModel.shipped[$0] }
        #expect(rebuilt == .shipped && rebuilt.with(revision: 4).name == "linden-cost/4")
    }

    @Test("prices what a meter counted at what the meter spent", arguments: [0, 900, 40_000, .max / 2])
    func counts(limit: Int) {
        let model = CostModel.shipped
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: limit)))
        let filtered = meter.buy(16, of: .one(.filteredRow), by: model, for: .filter)
        let scanned = meter.buy(16, of: .scan(dimensions: 32), by: model, for: .scan, dimensions: 32)
        let reranked = meter.buy(3, of: .rerank(dimensions: 64), by: model, for: .rerank, dimensions: 64)
        let further = meter.buy(2, of: .rerank(dimensions: 192), by: model, for: .rerank, dimensions: 256)
        let statement = meter.finish()
        #expect(model.cost(of: statement.counts) == statement.spent)
        #expect(statement.counts[.filteredRow] == filtered && statement.counts[.scannedRow] == scanned)
        #expect(statement.counts[.scannedByte] == 32 * scanned && statement.counts[.rerankedRow] == reranked + further)
        #expect(statement.counts[.rerankedDimension] == 64 * reranked + 192 * further)
        #expect(limit < .max / 2 || (filtered, scanned, reranked, further) == (16, 16, 3, 2))
    }
}
