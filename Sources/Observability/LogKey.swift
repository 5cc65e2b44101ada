/// Keys of Linden's log metadata; their values never hold a user's data.
public enum LogKey {
    /// The id that the answer's `X-Request-Id` has.
    public static let requestID = "request_id"
    public static let method = "method"
    /// The route's template, never the path: a path holds ids.
    public static let route = "route"
    public static let status = "status"
    /// Milliseconds, with three decimals.
    public static let milliseconds = "ms"
    /// Type of an unexpected error.
    public static let errorType = "error_type"
    /// An unexpected error in its own words; for logs only, never for answers.
    public static let error = "error"
    public static let generation = "generation"
    public static let address = "address"
}
