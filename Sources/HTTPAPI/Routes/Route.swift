import Hummingbird
import JSON

/// A method on a path, what it does, and how it is described.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// The path with its parameters in braces: `/v1/items/{id}/similar`.
    let template: String
    /// The route's part of the OpenAPI document.
    let operation: Operation
    let handle: @Sendable (Call) async throws -> Response

    private let segments: [[UInt8]?]

    init(
        _ method: HTTPRequest.Method, _ template: String, _ operation: Operation,
        handle: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.method = method
        self.template = template
        self.operation = operation
        self.handle = handle
        segments = Self.split(Array(template.utf8)).map { $0.first == UInt8(ascii: "{") ? nil : Array($0) }
    }

    /// The encoded parameters, if the path is of this template; an empty parameter is one.
    func match(_ path: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>]? {
        guard path.count == segments.count else { return nil }
        var parameters: [ArraySlice<UInt8>] = []
        for (wanted, found) in zip(segments, path) {
            guard let wanted else {
                parameters.append(found)
                continue
            }
            guard wanted.elementsEqual(found) else { return nil }
        }
        return parameters
    }

    /// A path between its slashes, the first left out.
    static func split(_ path: [UInt8]) -> [ArraySlice<UInt8>] {
        path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }
}

/// All routes, searched by method and path.
struct RouteTable: Sendable {
    let routes: [Route]

    /// A route with its parameters decoded.
    struct Match {
        let route: Route
        let parameters: [[UInt8]]
    }

    /// Finds the route of a request; `HEAD` is answered by `GET`.
    ///
    /// - Throws: ``RouteFault`` for a path that no route has, or none with this method.
    func match(_ method: HTTPRequest.Method, _ path: Substring) throws(RouteFault) -> Match {
        guard path.utf8.first == UInt8(ascii: "/") else { throw .notFound }
        guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .badPath }
        let segments = Route.split(Array(path.utf8))
        let sought = method == .head ? .get : method
        var methods: [String] = []
        for route in routes {
            guard let encoded = route.match(segments) else { continue }
            guard route.method == sought else {
                methods.append(route.method.rawValue)
                if route.method == .get { methods.append("HEAD") }
                continue
            }
            var parameters: [[UInt8]] = []
            for parameter in encoded {
                guard let decoded = PercentEncoding.decoded(parameter) else { throw .badPath }
                parameters.append(decoded)
            }
            return Match(route: route, parameters: parameters)
        }
        throw methods.isEmpty ? .notFound : .methodNotAllowed(methods)
    }
}
