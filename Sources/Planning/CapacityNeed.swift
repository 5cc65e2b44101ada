/// A load to be served: what machines are counted for.
public struct CapacityNeed: Hashable, Sendable {
    public var items: Int
    public var requestsPerSecond: Double
    /// Full length of the vectors.
    public var dimensions = 256
    /// Items of an answer.
    public var count = 10
    public var users = 0
    /// Events kept.
    public var events = 0

    /// A load of requests of users whose embeddings are stored, without filters.
    ///
    /// - Parameters:
    ///   - items: More than 0.
    ///   - requestsPerSecond: More than 0.
    public init(items: Int, requestsPerSecond: Double) {
        precondition(items > 0 && requestsPerSecond > 0, "\(requestsPerSecond) requests a second for \(items) items.")
        self.items = items
        self.requestsPerSecond = requestsPerSecond
    }
}

/// A figure of an estimate, and where it comes from.
public struct CapacityFigure: Hashable, Sendable {
    /// What is counted.
    public enum Quantity: String, CaseIterable, Sendable {
        case unitsPerRequest = "units_per_request"
        case busyCores = "busy_cores"
        case cores
        case index = "index_bytes"
        case vectors = "vector_bytes"
        case itemColumns = "item_bytes"
        case model = "model_bytes"
        case memory = "memory_bytes"
        case databaseItems = "database_item_bytes"
        case databaseGenerations = "database_generation_bytes"
        case databasePeople = "database_user_and_event_bytes"
        case database = "database_bytes"
        case moneyPerMonth = "money_per_month"
    }

    public let quantity: Quantity
    public let value: Double
    /// The formula with its constants, and what they were measured on.
    public let source: String
    /// Whether it was measured on far fewer rows, or other lengths, than it is used for.
    public let isExtrapolated: Bool
}
