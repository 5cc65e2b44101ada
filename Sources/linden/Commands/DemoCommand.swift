import ArgumentParser
import ByteStreams
import Datasets
import Domain
import Foundation
import JSON
import OfflineJobs
import Serving
import Training

/// `linden demo`: the main job end to end on a real data set.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Imports a data set, trains, publishes, and answers one user under three tiers.",
        discussion: "Then serves over HTTP until Ctrl-C, unless --once is given.")

    @Option(help: "A data set fetched by tools/datasets, or a directory with interactions.csv and items.csv (.gz too).")
    var dataset = "ml-100k"

    @Option(parsing: .unconditional, help: "Port to serve on afterwards.")
    var port: Int?

    @Option(help: "Whom to recommend to; a user with some history by default.")
    var user: String?

    @Flag(help: "Stop after the answers.")
    var once = false

    @OptionGroup var training: TrainingOptions
    @OptionGroup var serving: ServingOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        var settings = try common.settings(port: port, serving: serving)
        if settings.databaseURL == nil { settings = settings.keepingData(in: "demo") }
        let (files, configuration) = (try DatasetDirectory(directoryOrName: dataset), try training.configuration())
        let (user, once, json, chosen) = (try user.map { try UserID($0) }, once, common.json, settings)
        let weights = try training.interactionWeights()
        let demo = Demo(
            files: files, configuration: configuration, weights: weights, user: user, isQuiet: json)
        try await Interruption.run { interruption in
            try await Installation.with(chosen, migrates: true, answersAtOnce: true) { installation in
                let result = try await demo.run(installation, stop: interruption.stopsTraining)
                Terminal.printAnswer(json ? result.json.description : result.lines.joined(separator: "\n"))
                guard !once else { return }
                let service = try await installation.service()
                interruption.leaveToServices()
                try await HTTPServing.run(service, installation)
            }
        }
    }
}

extension DatasetDirectory {
    /// Finds a data set by its directory, or by its name where `tools/datasets` puts it.
    ///
    /// - Throws: ``DatasetDirectoryError``.
    init(directoryOrName: String) throws {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
        let fetched = "\(cache)/linden/datasets/\(directoryOrName)"
        let isName = !directoryOrName.contains("/") && !FileManager.default.fileExists(atPath: directoryOrName)
        try self.init(path: isName ? fetched : directoryOrName)
    }
}
