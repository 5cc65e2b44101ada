public import Domain

/// The machines that a load needs, reckoned from constants that were measured.
public struct CapacityEstimate: Sendable {
    /// The plan that the load is reckoned with: the dearest of the tier.
    public let plan: ServingPlan
    /// In the order of ``CapacityFigure/Quantity``; money only with a price.
    public let figures: [CapacityFigure]

    /// Largest catalogues that the constants were measured on.
    private static let (measuredRows, measuredIndexRows) = (200_000, 4_000_000)
    private static let measuredDimensions = 256
    /// Share of a core's time that is planned to be used; an allowance, not a measurement.
    private static let utilisation = 0.6
    private static let secondsPerMonth = 365.25 / 12 * 86_400
    /// Rows that a probed list is read for in the mean: a list begins and ends anywhere in a group of 16 rows.
    private static let meanListRead = ListShape.rowsPerList + 15

    /// Reckons.
    ///
    /// - Parameters:
    ///   - need: The load.
    ///   - template: The dearest plan that the tier allows.
    ///   - model: The prices of work.
    ///   - ladder: Ends at the need's dimensions.
    ///   - minimumListRows: Rows from which an index has lists.
    ///   - listDimensions: Length of the lists' centres.
    ///   - price: What units are worth in money.
    public init(
        of need: CapacityNeed, by template: PlanTemplate, model: CostModel, ladder: PrefixLadder,
        minimumListRows: Int, listDimensions: Int, price: UnitPrice?
    ) {
        let lists = ListShape.expected(
            rows: need.items, minimumRows: minimumListRows, dimensions: listDimensions, longest: Self.meanListRead)
        let shape = RequestShape(
            rows: need.items, userFetches: 1, historyItems: 0, lists: lists)
        plan = template.plan(on: ladder, count: need.count, lists: lists?.count ?? 0)
        let units = model.cost(of: plan, for: shape, count: need.count)
        var book = FigureBook(need: need)
        let fixed = model.fixedCost(for: shape)
        let rerank = model.funnel(of: plan, need.items)
        let scan = CostUnits(microunits: units.microunits - fixed.microunits - rerank.microunits)
        book.add(
            .unitsPerRequest, units.units,
            "linden-cost/\(model.revision): \(fixed) whatever the plan, scan \(scan), rerank \(rerank)"
                + (lists.map {
                    "; \($0.count) lists of \(ListShape.rowsPerList) rows, probes grow with their root, scans within 15 % of "
                        + "those measured at \(Self.measuredRows) rows"
                } ?? "; every row is scanned"),
            from: lists == nil ? need.items : Self.measuredRows)
        let busy = need.requestsPerSecond * units.units / 1e6
        book.add(.busyCores, busy, "requests a second × units / 1,000,000: a unit is about a microsecond of a core")
        book.add(.cores, busy / Self.utilisation, "an allowance: cores 60 % busy; PostgreSQL's own are not counted")
        book.addMemory(scanDepth: ladder.scanDepth)
        book.addDatabase()
        if let price {
            let micros = price.micros(of: units) * need.requestsPerSecond * Self.secondsPerMonth
            book.add(
                .moneyPerMonth, micros / 1e6,
                "units × requests a second × 2,629,800 s × \(price.perMillionUnits) a million units")
        }
        figures = book.figures
    }

    /// Figures as they are reckoned.
    private struct FigureBook {
        let need: CapacityNeed
        private(set) var figures: [CapacityFigure] = []

        mutating func add(
            _ quantity: CapacityFigure.Quantity, _ value: Double, _ source: String, from rows: Int = .max,
            dependsOnLength: Bool = false
        ) {
            let isFar = need.items > rows || (dependsOnLength && need.dimensions != measuredDimensions)
            figures.append(
                CapacityFigure(quantity: quantity, value: value, source: source, isExtrapolated: isFar))
        }

        private func sum(_ quantities: [CapacityFigure.Quantity]) -> Double {
            figures.filter { quantities.contains($0.quantity) }.map(\.value).reduce(0, +)
        }

        /// Sections of the snapshot file of 200,000 items of 256 dimensions; the process beside them is its resident set less
        /// that file.
        mutating func addMemory(scanDepth: Int) {
            let (items, dimensions) = (Double(need.items), Double(need.dimensions))
            let file = "a node's snapshot of 200,000 × 256"
            add(
                .index, items * Double(scanDepth + 22),
                "\(scanDepth) + 22 bytes a row: planes, lists, slots in \(file); 95 a row at 1,000,000 and 4,000,000 "
                    + "(tools/benchmark --peers DIR --growth)", from: measuredIndexRows)
            add(
                .vectors, items * 2 * dimensions, "2 bytes a dimension: half precision (none with --vectors database)")
            add(
                .itemColumns, items * 130,
                "65 bytes a row in \(file), and 65 for id, title and genres as MovieLens 100K has them",
                from: measuredRows)
            add(
                .model, items * (4 * dimensions + 20), "4 bytes a dimension + 20: the model's item table in \(file)",
                from: measuredRows, dependsOnLength: true)
            add(
                .memory, sum([.index, .vectors, .itemColumns, .model]) + 80e6,
                "their sum and 80 MB, the process beside \(file); a node that takes over a new generation holds both for a "
                    + "moment", from: measuredRows)
        }

        /// Tables with their indexes, by `pg_total_relation_size`.
        mutating func addDatabase() {
            let (items, dimensions) = (Double(need.items), Double(need.dimensions))
            add(
                .databaseItems, items * 399,
                "399 bytes an item: items and item_stats of MovieLens 100K, titles and genres included", from: 1_682)
            add(
                .databaseGenerations, 2 * items * (6 * dimensions + 166),
                "2 generations × (2 bytes a dimension + 105 the embedding, 4 a dimension + 61 the model): measured at 200,000 × 256",
                from: measuredRows, dependsOnLength: true)
            add(
                .databasePeople,
                Double(need.events) * 128 + Double(need.users) * (191 + 2 * (2 * dimensions + 140)),
                "128 bytes an event, 191 a user and 2 × (2 a dimension + 140) its embeddings: MovieLens 100K",
                from: need.users + need.events > 0 ? 1_682 : .max)
            add(
                .database, sum([.databaseItems, .databaseGenerations, .databasePeople]),
                "their sum, without WAL and room to vacuum", from: measuredRows)
        }
    }
}
