import Domain
import HTTPTypes
import Hummingbird
import JSON
import Observability
import Serving

/// The routes over one service.
struct API: Sendable {
    let service: RecommendationService
    let registry: PrometheusRegistry
    let metrics: ServingMetrics
    /// The time of events that name none.
    let now: @Sendable () -> Timestamp

    init(service: RecommendationService, registry: PrometheusRegistry, now: @escaping @Sendable () -> Timestamp) {
        self.service = service
        self.registry = registry
        self.now = now
        metrics = ServingMetrics(registry: registry)
    }

    /// All routes; ``OpenAPI`` is made of them.
    var routes: [Route] {
        let routes =
            recommendationRoutes + eventRoutes + itemRoutes + userRoutes + modelRoutes + tierRoutes
            + experimentRoutes + operatorRoutes
        let document = OpenAPI.document(of: routes).bytes
        return routes + [
            Route(.get, "/openapi.json", OpenAPI.operation) { call in
                try call.refuseQuery()
                return .json(bytes: document)
            }
        ]
    }
}

extension Response {
    /// An answer of JSON.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        json(bytes: value.bytes, status: status)
    }

    static func json(bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// An answer that says all by its status.
    static var noContent: Response { Response(status: .noContent) }
}
