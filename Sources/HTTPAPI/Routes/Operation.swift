import JSON

/// What the OpenAPI document says of a route.
struct Operation: Sendable {
    let id: String
    let summary: String
    var tag: String
    /// Name of the body's schema among the document's components.
    var body: String?
    /// Names of parameters among the document's components.
    var parameters: [String] = []
    let status: Int
    let answer: Answer
    /// Statuses of problems that the route can give besides 400, 500 and what all routes give.
    var problems: [Int] = []

    /// What a good answer holds.
    enum Answer {
        /// JSON of a named schema.
        case json(String)
        case text(String)
        case nothing
    }
}
