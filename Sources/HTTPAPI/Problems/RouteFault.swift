/// Why a request did not reach a route, or a route could not do what it is for.
enum RouteFault: Error, Equatable {
    /// No route has this path.
    case notFound
    /// The path has routes, of these methods.
    case methodNotAllowed([String])
    /// The path's escapes are broken, or it has bytes that must be escaped.
    case badPath
    case pathTooLong(limit: Int)
    case unsupportedMediaType
    /// The header `If-Match` with the revision that the author saw is missing.
    case preconditionRequired
    case bodyTooLarge(limit: Int)
    /// The route is there; the thing that it names is not.
    case noSuchThing(String)
    /// The service is there; what it serves from is not.
    case notReady(String)
}
