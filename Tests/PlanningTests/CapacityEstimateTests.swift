import Domain
import Planning
import Testing

@Suite("An estimate of capacity")
struct CapacityEstimateTests {
    private func estimate(
        items: Int, rps: Double = 1_000, users: Int = 0, template: Int = 3, price: Double? = nil
    ) -> CapacityEstimate {
        var need = CapacityNeed(items: items, requestsPerSecond: rps)
        need.users = users
        let planner = Planner()
        return CapacityEstimate(
            of: need, by: planner.templates[template], model: planner.model, ladder: .standard,
            minimumListRows: 20_000, listDimensions: 128, price: price.flatMap { UnitPrice(perMillionUnits: $0) })
    }

    private func value(_ quantity: CapacityFigure.Quantity, _ estimate: CapacityEstimate) throws -> Double {
        try #require(estimate.figures.first { $0.quantity == quantity }).value
    }

    @Test("gives each figure once, in order, with where it comes from")
    func sources() {
        let figures = estimate(items: 5_000_000, price: 0.00001).figures
        #expect(figures.map(\.quantity) == CapacityFigure.Quantity.allCases)
        #expect(figures.allSatisfy { $0.source.count > 10 })
        #expect(estimate(items: 5_000_000).figures.count == figures.count - 1)
    }

    @Test("needs cores and money by requests, memory and disk by items", arguments: [1_000, 100_000, 5_000_000])
    func proportions(items: Int) throws {
        let one = estimate(items: items, price: 0.00001)
        let (twice, large) = (estimate(items: items, rps: 2_000, price: 0.00001), estimate(items: 2 * items))
        for quantity in [CapacityFigure.Quantity.busyCores, .cores, .moneyPerMonth] {
            #expect(abs(try value(quantity, twice) / value(quantity, one) - 2) < 1e-9)
        }
        for quantity in [CapacityFigure.Quantity.memory, .database, .unitsPerRequest] {
            #expect(try value(quantity, twice) == value(quantity, one))
            #expect(try value(quantity, large) > value(quantity, one))
        }
        let parts = try [CapacityFigure.Quantity.index, .vectors, .itemColumns, .model].map { try value($0, one) }
        #expect(try value(.memory, one) == parts.reduce(80e6, +))
    }

    @Test("prices a plan as the planner does where every row is scanned")
    func prices() throws {
        let shape = RequestShape(rows: 10_000, userFetches: 1, historyItems: 0)
        let small = estimate(items: 10_000)
        #expect(small.plan == PlanTemplate.shipped[3].plan(on: .standard, count: 10))
        #expect(
            try value(.unitsPerRequest, small) == CostModel.shipped.cost(of: small.plan, for: shape, count: 10).units)
    }

    @Test(
        "comes near the scans that were measured at 200,000 rows",
        arguments: [(64, 50.9), (128, 83.2), (256, 128.2), (512, 217.5)])
    func measured(probes: Int, units: Double) throws {
        let lists = try #require(
            ListShape.expected(
                rows: 200_000, minimumRows: 20_000, dimensions: 128, longest: ListShape.rowsPerList + 15))
        let shape = RequestShape(rows: 200_000, userFetches: 0, historyItems: 0, lists: lists)
        let plan = try ServingPlan(probes: probes, scanDimensions: 64, shortlist: 0, ladder: .standard)
        let model = CostModel.shipped
        let fixed = model.request + 200_000 * model.maskedRow
        let scan = model.cost(of: plan, for: shape, count: 10).units - fixed.units
        #expect(abs(scan / units - 1) < 0.15, "\(scan)")
    }

    @Test("says what it extrapolates")
    func extrapolation() throws {
        func far(_ estimate: CapacityEstimate) -> Set<CapacityFigure.Quantity> {
            Set(estimate.figures.filter(\.isExtrapolated).map(\.quantity))
        }
        #expect(far(estimate(items: 1_000)).isEmpty)
        #expect(far(estimate(items: 1_000_000)).isSuperset(of: [.memory, .database, .unitsPerRequest]))
        #expect(!far(estimate(items: 1_000_000)).contains(.index) && far(estimate(items: 5_000_000)).contains(.index))
    }
}
