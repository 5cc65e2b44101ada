/// A kind of counted work that a ``CostModel`` has a weight for.
///
/// The names are stored and printed; a new kind gets a new name, and none is ever reused. Scoring the centres of lists is
/// the same work as scanning rows of their length, and keeping the best of them the same as keeping rows; both are counted so.
public enum CostKind: Int, CaseIterable, Sendable {
    case request
    case userFetch
    case towerRun
    case towerHistoryItem
    case maskedRow
    case excludedRow
    case filteredRow
    case probedList
    case scannedRow
    case scannedByte
    case keptRow
    case rerankedRow
    case rerankedDimension
    case fetchRoundTrip
    case fetchedRow
    case cachedRow

    /// The name under which its weight is stored and printed.
    public var name: String {
        switch self {
        case .request: "request"
        case .userFetch: "user_fetch"
        case .towerRun: "tower_run"
        case .towerHistoryItem: "tower_history_item"
        case .maskedRow: "masked_row"
        case .excludedRow: "excluded_row"
        case .filteredRow: "filtered_row"
        case .probedList: "probed_list"
        case .scannedRow: "scanned_row"
        case .scannedByte: "scanned_byte"
        case .keptRow: "kept_row"
        case .rerankedRow: "reranked_row"
        case .rerankedDimension: "reranked_dimension"
        case .fetchRoundTrip: "fetch_round_trip"
        case .fetchedRow: "fetched_row"
        case .cachedRow: "cached_row"
        }
    }

    /// The kind of a name; `nil` for none of them.
    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

/// How much of each kind of work was done.
public struct CostCounts: Hashable, Sendable {
    private var counts = [Int](repeating: 0, count: CostKind.allCases.count)

    /// No work.
    public init() {}

    /// Pieces of one kind, 0 or more.
    public subscript(kind: CostKind) -> Int {
        get { counts[kind.rawValue] }
        set {
            precondition(newValue >= 0, "\(newValue) pieces of \(kind.name).")
            counts[kind.rawValue] = newValue
        }
    }

    /// Adds `count` pieces of work.
    public mutating func add(_ count: Int, of work: CostedWork) {
        if let whole = work.whole { counts[whole.rawValue] += count }
        if let part = work.part { counts[part.rawValue] += count * work.parts }
    }
}

/// One piece of work as stages buy it: something of one kind, so many of another, or both.
public struct CostedWork: Hashable, Sendable {
    /// The kind that is done once.
    let whole: CostKind?
    /// The kind that is done ``parts`` times.
    let part: CostKind?
    let parts: Int

    private init(whole: CostKind?, part: CostKind? = nil, parts: Int = 0) {
        precondition(parts >= 0, "A piece of work of \(parts) parts.")
        self.whole = whole
        self.part = part
        self.parts = parts
    }

    /// One piece of a kind.
    public static func one(_ kind: CostKind) -> Self { Self(whole: kind) }

    /// Scanning one row's prefix of `dimensions` int8 values.
    public static func scan(dimensions: Int) -> Self {
        Self(whole: .scannedRow, part: .scannedByte, parts: dimensions)
    }

    /// Reranking one candidate by `dimensions` values of its full vector: all of them, or those that a funnel's step adds.
    public static func rerank(dimensions: Int) -> Self {
        Self(whole: .rerankedRow, part: .rerankedDimension, parts: dimensions)
    }
}
