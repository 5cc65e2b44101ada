import ArgumentParser
import HTTPAPI
import Logging
import Metrics
import Observability
import ServiceLifecycle
import Serving
import UnixSignals

/// `linden serve`: the service.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves recommendations over HTTP until SIGTERM or Ctrl-C.")

    @Option(parsing: .unconditional, help: "Port to listen on; 0 takes a free one.")
    var port: Int?

    @Option(help: "Address to listen on.")
    var host: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Measure plans again when the catalogue has grown or shrunk by this share; 0 for never. (default: 0.2)",
            valueName: "share"))
    var recalibrateGrowth: String?

    @OptionGroup var serving: ServingOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try common.settings(
            port: port, host: host, serving: serving, recalibrateGrowth: recalibrateGrowth)
        try await Interruption.run { interruption in
            try await Installation.with(settings, answersAtOnce: true) { installation in
                let service = try await installation.service(exposures: HTTPServing.waitingExposures)
                interruption.leaveToServices()
                try await HTTPServing.run(service, installation)
            }
        }
    }
}

/// The service with all that runs beside it.
enum HTTPServing {
    /// Exposures that wait at most while the database is away: some minutes of a busy node, 10 to 20 MB.
    static let waitingExposures = 20_000

    /// Serves until SIGTERM or SIGINT; requests under way finish.
    static func run(_ service: RecommendationService, _ installation: Installation) async throws {
        let logger = installation.logger()
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        var configuration = HTTPConfiguration()
        configuration.host = installation.settings.host
        configuration.port = installation.settings.port
        let measuresItself = installation.settings.recalibrateGrowth > 0 && service.canMeasure
        for warning in [service.whyNotReady(), measuresItself ? nil : service.whyMeasureAgain()].compactMap(\.self) {
            logger.warning("\(warning)")
        }
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        let application = HTTPApplication(
            service: service, configuration: configuration, registry: registry, logger: logger,
            onListening: { port in Terminal.printError("Listening on http://\(host):\(port)") })
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: CatalogueFollower(service: service, bell: installation.bulkStore, logger: logger)),
            .init(
                service: TierFollower(
                    service: service, bell: installation.bulkStore, file: installation.tierFile, logger: logger)),
            .init(
                service: ExposureWriter(
                    service: service, store: installation.bulkStore,
                    retention: .seconds(86_400 * installation.settings.exposureRetentionDays), now: { .now },
                    logger: logger)),
            .init(
                service: GuardrailKeeper(
                    service: service, turn: installation.bulkStore, logger: logger)),
            .init(service: SnapshotKeeper(service: service, logger: logger)),
            .init(service: ShadowComparer(service: service)),
            .init(service: installation.frontierKeeper(of: service, logger: logger)),
            .init(service: application),
        ]
        if let server = installation.server {
            services.append(.init(service: EmbeddedServerKeeper(server: server, logger: logger)))
        }
        var stopping = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // A client that sends half a request would hold the stop until its connection has idled out.
        stopping.maximumGracefulShutdownDuration = .seconds(10)
        let group = ServiceGroup(configuration: stopping)
        try await group.run()
    }
}
