import ArgumentParser
import ByteStreams
import Datasets
import Domain
import Foundation
import JSON
import OfflineJobs

/// `linden import`: files into the database.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Imports CSV files, or vectors made elsewhere (gzip too), all of a file or nothing.",
        subcommands: [Interactions.self, Items.self, Users.self, Embeddings.self])

    /// What the three kinds of import share.
    struct Files: ParsableArguments {
        @Argument(help: "CSV files with a header row, .gz too; - is standard input.")
        var files: [String]

        @Option(help: "Names of the file's columns, where they are not ours: user_id=uid,item_id=iid.")
        var columns: String?

        @Option(parsing: .unconditional, help: "Rows that may be bad; with more, nothing of the file is imported.")
        var maxBadRows = 0

        func validate() throws {
            guard maxBadRows >= 0 else { throw ValidationError("--max-bad-rows is negative. Give 0 or more.") }
        }

        /// How the files are read; timestamps after tomorrow are bad.
        func options() throws -> ReadOptions {
            let tomorrow = Timestamp(seconds: Int64(Date().timeIntervalSince1970) + 86_400)
            return ReadOptions(
                columns: try columns.map { try ColumnMapping($0) } ?? .none, latest: tomorrow,
                allowedBadRows: maxBadRows)
        }
    }

    /// Imports each file in turn and prints what came in.
    static func run(
        _ kind: ImportJob.Kind, _ files: Files, _ common: CommonOptions
    ) async throws {
        let settings = try common.settings()
        let options = try files.options()
        // A file that is not there is said before a server is started for it; what is there is opened once, for it may be a pipe.
        for source in files.files.filter({ $0 != "-" }).map(ByteSource.init(argument:)) where !source.exists {
            _ = try ByteReader(source)
        }
        let reports = try await Interruption.run { _ in
            try await Installation.with(settings) { installation in
                var reports: [ImportJob.Report] = []
                for file in files.files {
                    let line = ProgressLine()
                    let job = ImportJob(importer: installation.bulkStore, options: options)
                    let report = try await job.run(kind, source: ByteSource(argument: file)) { progress in
                        line.show(Self.text(progress, file))
                    }
                    line.finish()
                    // Each file is stored by itself, so it is said before the next may be refused.
                    if !common.json { print(report) }
                    reports.append(report)
                }
                return reports
            }
        }
        if common.json { Swift.print(JSONValue.object(["files": .array(reports.map(\.json))])) }
    }

    private static func text(_ progress: ReadProgress, _ file: String) -> String {
        let share = progress.totalBytes.map { Double(progress.bytesRead) / Double(max(1, $0)) }
        let bar = share.map { ProgressLine.bar($0) + " \(Int($0 * 100)) % " } ?? ""
        return "\(file) \(bar)\(progress.rows) rows"
    }

    private static func print(_ report: ImportJob.Report) {
        Terminal.printAnswer(([report.sentence] + report.badRows.report.map { "  \($0)" }).joined(separator: "\n"))
    }

    /// `linden import interactions`.
    struct Interactions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Imports interactions: user_id, item_id, and perhaps rating or value, timestamp, kind, event_id.")
        @OptionGroup var files: Files
        @OptionGroup var common: CommonOptions
        func run() async throws { try await ImportCommand.run(.interactions, files, common) }
    }

    /// `linden import items`.
    struct Items: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Imports items: item_id, and perhaps title, categories or genres, available; the rest are attributes.")
        @OptionGroup var files: Files
        @OptionGroup var common: CommonOptions
        func run() async throws { try await ImportCommand.run(.items, files, common) }
    }

    /// `linden import users`.
    struct Users: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Imports users: user_id; the rest are attributes.")
        @OptionGroup var files: Files
        @OptionGroup var common: CommonOptions
        func run() async throws { try await ImportCommand.run(.users, files, common) }
    }
}
