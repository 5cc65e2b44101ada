/// What a request may spend.
public struct CostBudget: Hashable, Sendable {
    /// Ceiling in cost units.
    public let limit: CostUnits

    public init(limit: CostUnits) {
        self.limit = limit
    }
}

/// A part of a request that costs something; the receipt has a line for each that did.
public enum Stage: Int, CaseIterable, Sendable {
    /// Everything that every request pays: parsing, planning, encoding.
    case request
    /// Fetching the user's rows and running the user tower.
    case query
    /// Testing rows against the filter.
    case filter
    /// Scoring lists, to choose which to probe.
    case lists
    /// Scanning short prefixes for candidates.
    case scan
    /// Getting the shortlist's full vectors, where they are not in memory.
    case fetch
    /// Scoring the shortlist again with full vectors.
    case rerank

    /// The name that a receipt gives the stage.
    public var name: String {
        switch self {
        case .request: "request"
        case .query: "query"
        case .filter: "filter"
        case .lists: "lists"
        case .scan: "scan"
        case .fetch: "fetch"
        case .rerank: "rerank"
        }
    }
}

/// Pays for a request's work before it is done.
///
/// It cannot be copied, so a request has one, and a stage that takes it `inout` is a stage that costs something. What it
/// cannot pay for is not done; ``wasCut`` then says so.
public struct CostMeter: ~Copyable, Sendable {
    private let budget: CostBudget
    private var spent = CostUnits.zero
    private var reserved = CostUnits.zero
    private var lines: [StageSpending]
    private var counts = CostCounts()

    /// Opens a meter with nothing spent.
    public init(budget: CostBudget) {
        self.budget = budget
        lines = Stage.allCases.map { StageSpending(stage: $0) }
    }

    /// What is left to spend, besides what is reserved.
    public var remaining: CostUnits {
        CostUnits(microunits: budget.limit.microunits - spent.microunits - reserved.microunits)
    }

    /// Keeps an amount back, as far as it is left, in the place of what was kept before: nothing is bought with it until
    /// another is.
    public mutating func reserve(_ amount: CostUnits) {
        reserved = .zero
        reserved = min(amount, remaining)
    }

    /// Pieces of work that what is left pays for.
    public func affordable(_ each: CostUnits) -> Int {
        each.microunits == 0 ? .max : remaining.microunits / each.microunits
    }

    /// Whether a stage wanted more than the budget paid for.
    public var wasCut: Bool { lines.contains { $0.rows < $0.rowsWanted } }

    /// Buys up to `count` pieces of work, before they are done.
    ///
    /// - Parameters:
    ///   - count: Pieces wanted; 0 or more.
    ///   - each: Cost of one piece.
    ///   - stage: The receipt's line to book them on.
    ///   - dimensions: Dimensions that the stage reads of each row, for the receipt; 0 where it reads no vectors.
    /// - Returns: Pieces paid for, from 0 to `count`.
    public mutating func buy(_ count: Int, each: CostUnits, for stage: Stage, dimensions: Int = 0) -> Int {
        precondition(count >= 0, "A meter cannot buy \(count) pieces.")
        let bought = min(count, affordable(each))
        spent += bought * each
        lines[stage.rawValue].book(bought, of: count, cost: bought * each, dimensions: dimensions)
        return bought
    }

    /// Buys up to `count` pieces of work, before they are done, and counts what they consist of.
    ///
    /// - Parameters:
    ///   - count: Pieces wanted; 0 or more.
    ///   - work: What a piece is.
    ///   - model: The prices.
    ///   - stage: The receipt's line to book them on.
    ///   - dimensions: Dimensions that the stage reads of each row, for the receipt; 0 where it reads no vectors.
    /// - Returns: Pieces paid for, from 0 to `count`.
    public mutating func buy(
        _ count: Int, of work: CostedWork, by model: CostModel, for stage: Stage, dimensions: Int = 0
    ) -> Int {
        let bought = buy(count, each: model.price(of: work), for: stage, dimensions: dimensions)
        counts.add(bought, of: work)
        return bought
    }

    /// Buys up to `count` pieces of work that go beside a stage's rows, before they are done.
    ///
    /// The receipt's line has their cost; they are no rows, and only those that could not be paid for show among its rows, as
    /// wanted.
    ///
    /// - Parameters: As of ``buy(_:of:by:for:dimensions:)``.
    /// - Returns: Pieces paid for, from 0 to `count`.
    public mutating func buy(
        _ count: Int, of work: CostedWork, by model: CostModel, besideRowsOf stage: Stage
    ) -> Int {
        precondition(count >= 0, "A meter cannot buy \(count) pieces.")
        let each = model.price(of: work)
        let bought = min(count, affordable(each))
        spent += bought * each
        lines[stage.rawValue].book(0, of: count - bought, cost: bought * each, dimensions: 0)
        counts.add(bought, of: work)
        return bought
    }

    /// Books work that a stage wanted and could not pay for, so that the receipt says what was cut.
    public mutating func miss(_ count: Int, for stage: Stage) {
        precondition(count >= 0, "A stage missed \(count) pieces.")
        lines[stage.rawValue].book(0, of: count, cost: .zero, dimensions: 0)
    }

    /// Ends the request and returns what each stage spent, in the order of ``Stage``.
    public consuming func finish() -> CostStatement {
        CostStatement(
            budget: budget.limit, spent: spent, lines: lines.filter { $0.rowsWanted > 0 || $0.cost > .zero },
            counts: counts)
    }
}

/// What one stage of a request spent.
public struct StageSpending: Hashable, Sendable {
    public let stage: Stage
    /// Dimensions read of each row; 0 where the stage reads no vectors.
    public private(set) var dimensions = 0
    /// Pieces of work paid for and done.
    public private(set) var rows = 0
    /// Pieces of work that the stage wanted to do.
    public private(set) var rowsWanted = 0
    public private(set) var cost = CostUnits.zero

    init(stage: Stage) {
        self.stage = stage
    }

    fileprivate mutating func book(_ bought: Int, of wanted: Int, cost: CostUnits, dimensions: Int) {
        rows += bought
        rowsWanted += wanted
        self.cost += cost
        self.dimensions = max(self.dimensions, dimensions)
    }
}

/// A closed meter: what a request spent, and on what.
public struct CostStatement: Hashable, Sendable {
    public let budget: CostUnits
    public let spent: CostUnits
    /// A line for each stage that wanted to work, in the order of ``Stage``.
    public let lines: [StageSpending]
    /// What was bought as ``CostedWork``, by kind.
    public let counts: CostCounts
}
