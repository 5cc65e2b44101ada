import ArgumentParser
import ByteStreams
import Domain
import Foundation
import HTTPAPI
import JSON
import OfflineJobs
import Planning
import Serving
import VectorKernels

/// `linden calibrate`: what plans find and cost on the catalogue, and what work takes on this machine.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measures what plans find and cost on the catalogue, and what work takes on this machine.",
        discussion: """
            Asks stored users by every way to scan and rerank, holds the answers against the full vectors', and stores what \
            requests are planned by. With --costs it first times requests of all sizes on the active generation's own items and \
            users, on one thread, and fits a weight to each kind of work, so that a cost unit is a microsecond of one core; weights \
            that explain less than 90 % of what was measured are not stored. Nodes take over what plans find within seconds, and weights \
            at their next start. Ctrl-C \
            stops it with nothing half stored.
            """)

    @Flag(help: "Print what would be stored, and store nothing.")
    var dryRun = false

    @Flag(help: "Also fit the prices of work to this machine.")
    var costs = false

    @Option(parsing: .unconditional, help: "Users asked at most.")
    var queries = 500

    @Option(parsing: .unconditional, help: "Threads that share the users.")
    var threads = max(1, ProcessInfo.processInfo.activeProcessorCount)

    @Option(help: ArgumentHelp("Draw recall by cost into this file.", valueName: "file"))
    var svg: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (CostCalibrationJob.leastUsers...100_000).contains(queries) else {
            throw ValidationError(
                "--queries is \(queries). Give a number from \(CostCalibrationJob.leastUsers) to 100000.")
        }
        guard (1...1_024).contains(threads) else {
            throw ValidationError("--threads is \(threads). Give a number from 1 to 1024.")
        }
    }

    /// What came of both parts.
    private struct Outcome {
        /// `nil` when only plans were measured.
        var costs: CostCalibrationJob.Outcome?
        var stored: CostModel?
        var refusal: CostModelFitError?
        var plans: FrontierJob.Outcome
        var model: CostModel
    }

    func run() async throws {
        let (settings, command) = (try common.settings(), self)
        let picture = try svg.map { path in try ReplacementFile(replacing: path) }
        let outcome = try await Interruption.run { _ in
            try await Installation.with(settings) { try await command.calibrate($0) }
        }
        let report = FrontierReport(outcome.plans, model: outcome.model)
        if let picture {
            try picture.write(Array(report.plot.svg.utf8).span)
            try picture.commit()
        }
        guard !common.json else {
            print(
                JSONValue.object([
                    "costs": outcome.costs.map { CostCalibrationText.json(of: $0, stored: outcome.stored) },
                    "refused": outcome.refusal.map { .string($0.description) }, "plans": report.json,
                    "stored": .bool(!dryRun),
                ]))
            return
        }
        if let costs = outcome.costs {
            for line in CostCalibrationText.lines(of: costs, stored: outcome.stored) { print(line) }
            if let refusal = outcome.refusal { print("Not stored: \(refusal)") }
            print("")
        }
        for line in report.lines { print(line) }
        print(dryRun ? "Nothing was stored (--dry-run)." : "Stored: nodes plan by it within seconds.")
    }

    private func calibrate(_ installation: Installation) async throws -> Outcome {
        let line = ProgressLine()
        defer { line.finish() }
        var model = try await installation.bulkStore.currentCostModel()
        var (costs, stored, refusal): (CostCalibrationJob.Outcome?, CostModel?, CostModelFitError?)
        if self.costs {
            let job = CostCalibrationJob(
                store: installation.bulkStore, requests: installation.store, host: Self.host(),
                seenLimit: RecommendationRequest.excludedItemLimit, door: try RequestDoor().pass)
            let found = try await job.run { line.show(CostCalibrationText.progress($0)) }
            costs = found
            do throws(CostModelFitError) {
                try found.fit.check()
            } catch {
                refusal = error
            }
            if refusal == nil {
                if !dryRun { stored = try await job.store(found) }
                model = stored ?? found.fit.model
            }
        }
        let job = FrontierJob(
            store: installation.bulkStore, model: model, queries: queries, threads: threads, host: Self.host(),
            seenLimit: RecommendationRequest.excludedItemLimit)
        let plans = try await job.run { line.show(FrontierReport.progress($0)) }
        if !dryRun { try await job.store(plans) }
        return Outcome(costs: costs, stored: stored, refusal: refusal, plans: plans, model: model)
    }

    /// The machine's name, and which of its instructions scans use.
    static func host() -> String { "\(ProcessInfo.processInfo.hostName) \(KernelChoice.current.name)" }
}
