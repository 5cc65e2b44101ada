import Domain
import Logging
import OfflineJobs
import Planning
import Serving

extension Installation {
    /// Keeps what a service's plans are chosen by near its catalogue, measuring on what the service has in memory.
    func frontierKeeper(of service: RecommendationService, logger: Logger) -> FrontierKeeper {
        FrontierKeeper(service: service, turn: bulkStore, growth: settings.recalibrateGrowth, logger: logger) {
            served in
            let job = FrontierJob(
                store: bulkStore, model: service.planner.model, threads: 1, host: CalibrateCommand.host(),
                seenLimit: RecommendationRequest.excludedItemLimit)
            let catalogue = FrontierCatalogue(
                generation: served.generation, index: served.index, vectors: served.vectors, row: served.row)
            do {
                let outcome = try await job.run(on: catalogue, by: { work in try await BackgroundThread.run(work) })
                try await job.store(outcome)
                return outcome.frontier
            } catch CalibrationError.tooFewUsers {
                return nil
            }
        }
    }
}
