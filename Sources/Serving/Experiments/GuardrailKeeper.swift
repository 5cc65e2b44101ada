public import Domain
import Experiments
import ExperimentStatistics
public import Logging
public import ServiceLifecycle

/// Stops experiments whose guardrails are broken, for as long as the program runs: one node at a time looks.
///
/// What is stopped gets what it would get without the experiment, and the evidence stands in the history of tiers.
public struct GuardrailKeeper: Service {
    private let service: RecommendationService
    private let turn: any GuardrailTurn
    private let interval: Duration
    private let logger: Logger

    /// Creates a keeper.
    ///
    /// - Parameters:
    ///   - service: Whose tiers.
    ///   - turn: Lets one node at a time look.
    ///   - interval: Time between two looks.
    ///   - logger: Told of what is stopped.
    public init(
        service: RecommendationService, turn: any GuardrailTurn,
        interval: Duration = .seconds(15), logger: Logger
    ) {
        (self.service, self.turn) = (service, turn)
        (self.interval, self.logger) = (interval, logger)
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: interval) } catch { return }
                do {
                    try await look()
                } catch {
                    // The follower says when the store goes and comes back.
                    logger.debug("Guardrails could not be looked at: \(error)")
                }
            }
        }
    }

    /// Looks at every running experiment that has guardrails, and stops those that break one.
    package func look() async throws {
        let guarded = service.tiers.configuration.experiments.filter {
            $0.state == .running && !($0.metrics?.guardrails.isEmpty ?? true)
        }
        guard !guarded.isEmpty, !service.tiers.configuration.killSwitch else { return }
        _ = try await turn.takingGuardrailTurn {
            let reader = ExperimentReader(tiers: service.ports.tiers, records: service.ports.experiments)
            for experiment in guarded {
                guard let report = try await reader.reading(of: experiment.key).report,
                    let broken = report.comparisons.flatMap(\.guardrails).first(where: { $0.state == .broken })
                else { continue }
                let revision = try await service.tierPublisher.stop(
                    experiment: experiment.key, actor: "guardrail", reason: "\(broken)")
                logger.warning("Experiment \(experiment.key) is stopped by revision \(revision.number): \(broken)")
            }
        }
    }
}
