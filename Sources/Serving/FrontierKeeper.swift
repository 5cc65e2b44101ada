public import Domain
public import Logging
import Planning
import Retrieval
public import ServiceLifecycle
import Synchronization

/// Keeps what a service's plans are chosen by near what the catalogue is, for as long as the program runs.
///
/// Takes over what any node has measured, and measures again when the catalogue has outgrown it, or nothing was measured; one
/// node at a time does.
public struct FrontierKeeper: Service {
    private let service: RecommendationService
    private let turn: any MeasuringTurn
    private let growth: Double
    private let interval: Duration
    private let logger: Logger
    private let measure: @Sendable (MeasurableCatalogue) async throws -> Frontier?

    /// Creates a keeper.
    ///
    /// - Parameters:
    ///   - service: Whose frontier.
    ///   - turn: Lets one node at a time measure.
    ///   - growth: Share of the measured items by which the catalogue grows or shrinks before it is measured again; 0 only
    ///     takes over what others measured.
    ///   - interval: Time between two looks at what is stored.
    ///   - logger: Told of each measurement.
    ///   - measure: Measures, and stores what it returns; `nil` when there are too few users to ask. It ends soon when its
    ///     task is cancelled, and takes no core from requests.
    public init(
        service: RecommendationService, turn: any MeasuringTurn, growth: Double, interval: Duration = .seconds(10),
        logger: Logger, measure: @escaping @Sendable (MeasurableCatalogue) async throws -> Frontier?
    ) {
        self.service = service
        self.turn = turn
        self.growth = growth
        self.interval = interval
        self.logger = logger
        self.measure = measure
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            var schedule = RecalibrationSchedule(growth: growth)
            while !Task.isCancelled {
                do {
                    try await look(&schedule)
                } catch {
                    // The follower says when the store goes and comes back.
                    logger.debug("What plans are chosen by could not be looked up: \(error)")
                }
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
    }

    /// Takes over what is stored, and measures if that will not do.
    private func look(_ schedule: inout RecalibrationSchedule) async throws {
        guard try await isDue(schedule), let catalogue = service.measurable else { return }
        let outcome: Result<Bool, any Error>? = try await turn.takingTurn {
            // Another node may have measured before this one's turn came.
            guard try await isDue(schedule) else { return nil }
            return await measured(catalogue)
        }.flatMap(\.self)
        guard let outcome, !Task.isCancelled else { return }
        var isDone = false
        switch outcome {
        case .success(true):
            isDone = true
        case .success(false):
            logger.info("There are too few users to measure what plans find.")
        case .failure(let error):
            service.recalibrations.withLock { $0.failed += 1 }
            logger.error("What plans find could not be measured, and requests are planned as before: \(error)")
        }
        schedule.ended(successfully: isDone, of: catalogue.generation.number, at: service.now())
    }

    private func isDue(_ schedule: RecalibrationSchedule) async throws -> Bool {
        for other in service.held.withLock({ $0.all }).dropFirst() {
            let number = other.generation.number
            if let frontier = try await service.ports.generations.head(of: number).frontier {
                service.adopt(frontier, of: number)
            }
        }
        guard let snapshot = service.current else { return false }
        let number = snapshot.generation.number
        let frontier = try await service.ports.generations.head(of: number).frontier
        if let frontier, service.adopt(frontier, of: number) {
            logger.notice("Requests are planned by what was measured on \(frontier.rows) items (\(frontier.host)).")
        }
        return schedule.isDue(
            frontier, of: number, rows: snapshot.index.liveCount, costModel: service.planner.model.revision,
            at: service.now())
    }

    /// Measures, and plans requests by it at once.
    ///
    /// - Returns: Whether there were users enough.
    private func measured(_ catalogue: MeasurableCatalogue) async -> Result<Bool, any Error> {
        let start = service.now()
        let rows = catalogue.index.liveCount
        logger.notice("Measuring what plans find on \(rows) items, beside the requests.")
        service.recalibrations.withLock { $0.started += 1 }
        do {
            guard let frontier = try await measure(catalogue) else { return .success(false) }
            service.adopt(frontier, of: catalogue.generation.number)
            service.recalibrations.withLock { $0.finished += 1 }
            logger.notice(
                "What plans find was measured on \(rows) items, and requests are planned by it.",
                metadata: ["seconds": "\((service.now() - start) / .seconds(1))"])
            return .success(true)
        } catch {
            return .failure(error)
        }
    }
}
