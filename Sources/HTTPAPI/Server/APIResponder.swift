public import Hummingbird
import HTTPTypes
import Logging
import Observability

/// Answers every request: finds the route, turns errors into problems, counts and logs.
///
/// The routes are a table of our own, not Hummingbird's router: a wrong method is then a 405 that names the right ones, ids
/// are decoded as bytes, and the OpenAPI document and the metrics' labels come from the same table.
public struct APIResponder: HTTPResponder {
    let routes: RouteTable
    let metrics: HTTPMetrics
    let logger: Logger
    let bodyLimit: Int

    /// Longest path with its query, in bytes.
    static let pathLimit = 8_192

    /// Never throws for a fault of the request or of ours; throws when the connection is lost.
    public func respond(to request: Request, context: APIContext) async throws -> Response {
        let start = ContinuousClock.now
        let requestID = Self.requestID(request.headers[Self.requestIDHeader])
        metrics.begin()
        var report = Report(method: Self.label(request.method), requestID: requestID)
        do throws(BodyLost) {
            var response = try await answer(request, &report)
            response.headers[Self.requestIDHeader] = requestID
            if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
            if request.method == .head { response = response.createHeadResponse() }
            end(report, status: response.status.code, since: start)
            return response
        } catch {
            end(report, status: 499, since: start)
            throw error.cause
        }
    }

    private func answer(_ request: Request, _ report: inout Report) async throws(BodyLost) -> Response {
        do {
            let target = request.head.path ?? "/"
            guard target.utf8.count <= Self.pathLimit else { throw RouteFault.pathTooLong(limit: Self.pathLimit) }
            let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            let match = try routes.match(request.method, parts[0])
            report.route = match.route.template
            let call = Call(
                request: request, parameters: match.parameters, query: parts.count > 1 ? String(parts[1]) : nil,
                bodyLimit: bodyLimit)
            return try await match.route.handle(call)
        } catch let lost as BodyLost {
            throw lost
        } catch {
            let problem = Problem(error)
            if problem.status == .internalServerError { log(error, report) }
            return problem.response(requestID: report.requestID)
        }
    }

    /// What the log and the metrics say of a request.
    private struct Report {
        let method: String
        let requestID: String
        var route = "unmatched"
    }

    private func end(_ report: Report, status: Int, since start: ContinuousClock.Instant) {
        let duration = ContinuousClock.now - start
        metrics.end(route: report.route, method: report.method, status: status, duration: duration)
        logger.info(
            "request",
            metadata: [
                LogKey.method: .string(report.method), LogKey.route: .string(report.route),
                LogKey.status: .stringConvertible(status),
                LogKey.milliseconds: .stringConvertible(Double(duration.wholeMicroseconds) / 1_000),
                LogKey.requestID: .string(report.requestID),
            ])
    }

    private func log(_ error: any Error, _ report: Report) {
        logger.error(
            "request failed",
            metadata: [
                LogKey.method: .string(report.method), LogKey.route: .string(report.route),
                LogKey.requestID: .string(report.requestID),
                LogKey.errorType: .string(String(reflecting: type(of: error))), LogKey.error: .string("\(error)"),
            ])
    }
}

// Labels and ids are a closed set, or short and plain: callers choose what they are made of.
extension APIResponder {
    /// The method, or `other`.
    private static func label(_ method: HTTPRequest.Method) -> String {
        switch method {
        case .get, .head, .post, .put, .delete, .patch, .options: method.rawValue
        default: "other"
        }
    }

    /// The caller's id of the request if it has 1 to 128 letters, digits and `-._`, otherwise a new one.
    static func requestID(_ given: String?) -> String {
        let isPlain = given.map { id in
            (1...128).contains(id.utf8.count)
                && id.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
                    default: false
                    }
                }
        }
        return if let given, isPlain == true { given } else { RequestID().description }
    }

    static let requestIDHeader: HTTPField.Name = {
        guard let name = HTTPField.Name("X-Request-Id") else { preconditionFailure("X-Request-Id is a header's name.") }
        return name
    }()
}

/// What Hummingbird makes for each request; the routes need nothing of it.
public struct APIContext: InitializableFromSource, Sendable {
    public init(source: ApplicationRequestContextSource) {}
}
