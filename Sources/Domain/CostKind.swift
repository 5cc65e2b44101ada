/// A kind of counted work that a ``CostModel`` has a weight for.
///
/// The names are stored and printed; a new kind gets a new name, and none is ever reused. Scoring the centres of lists is
/// the same work as scanning rows of their length, and is counted so.
public enum CostKind: Int, CaseIterable, Sendable {
    case request
    case userFetch
    case towerHistoryItem
    case filteredRow
    case scannedRow
    case scannedByte
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
        case .towerHistoryItem: "tower_history_item"
        case .filteredRow: "filtered_row"
        case .scannedRow: "scanned_row"
        case .scannedByte: "scanned_byte"
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

    /// Reranking one candidate by its full vector of `dimensions` values.
    public static func rerank(dimensions: Int) -> Self {
        Self(whole: .rerankedRow, part: .rerankedDimension, parts: dimensions)
    }

    /// Reranking a candidate that was reranked before by `dimensions` more.
    public static func rerankFurther(dimensions: Int) -> Self {
        Self(whole: nil, part: .rerankedDimension, parts: dimensions)
    }
}
