import Domain
import Testing

@Suite("A price of units")
struct UnitPriceTests {
    @Test(
        "turns units into millionths of the currency",
        arguments: [(0.0, 0.0), (1, 240), (0.00001, 0.0024), (20, 4_800)])
    func micros(perMillion: Double, micros: Double) throws {
        let price = try #require(UnitPrice(perMillionUnits: perMillion))
        #expect(price.micros(of: CostUnits(microunits: 240_000_000)) == micros)
    }

    @Test("is a number from 0 up", arguments: [-1.0, -0.000001, .nan, .infinity, 1e13])
    func refuses(perMillion: Double) {
        #expect(UnitPrice(perMillionUnits: perMillion) == nil)
    }
}
