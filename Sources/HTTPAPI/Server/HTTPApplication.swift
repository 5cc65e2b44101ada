public import Domain
public import Hummingbird
public import HummingbirdCore
public import Logging
public import NIOCore
public import Observability
public import Serving
import FoundationEssentials

/// The service's HTTP face: a `Service` that listens until it is told to stop, and then lets requests under way finish.
public struct HTTPApplication: ApplicationProtocol {
    private let base: Application<APIResponder>
    private let settings: HTTPConfiguration

    /// Creates an application that does not listen yet.
    ///
    /// - Parameters:
    ///   - service: What answers.
    ///   - configuration: Address and limits.
    ///   - registry: What `GET /metrics` shows; also counts the requests.
    ///   - logger: Takes a line for each request.
    ///   - now: The time of events that name none.
    ///   - onListening: Called with the port once requests are accepted.
    public init(
        service: RecommendationService, configuration: HTTPConfiguration = HTTPConfiguration(),
        registry: PrometheusRegistry, logger: Logger, now: @escaping @Sendable () -> Timestamp = { .now },
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        let api = API(service: service, registry: registry, now: now)
        let responder = APIResponder(
            routes: RouteTable(routes: api.routes), metrics: HTTPMetrics(registry: registry), logger: logger,
            bodyLimit: configuration.bodyLimit)
        settings = configuration
        base = Application(
            responder: responder,
            server: .http1(configuration: HTTP1Channel.Configuration(configuration)),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: logger)),
            onServerRunning: { channel in
                await onListening(channel.localAddress?.port ?? configuration.port)
            },
            logger: logger)
    }

    public var responder: APIResponder { base.responder }

    public var server: HTTPServerBuilder { base.server }

    public var configuration: ApplicationConfiguration { base.configuration }

    public var logger: Logger { base.logger }

    public func onServerRunning(_ channel: any Channel) async { await base.onServerRunning(channel) }

    /// Listens, and answers until a graceful stop.
    ///
    /// - Throws: ``HTTPServerError`` when it cannot listen.
    public func run() async throws {
        do {
            try await base.run()
        } catch {
            throw HTTPServerError(error, configuration: settings) ?? error
        }
    }
}

extension HTTP1Channel.Configuration {
    init(_ limits: HTTPConfiguration) {
        self.init(
            idleTimeout: .nanoseconds(limits.idleTimeout.wholeMicroseconds * 1_000),
            httpDecoderConfiguration: DecoderConfiguration(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerCount))
    }
}

extension Timestamp {
    /// The time of the system's clock.
    public static var now: Timestamp {
        Timestamp(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
    }
}
