import ArgumentParser
import ByteStreams
import Domain
import Foundation
import JSON
import OfflineJobs

extension ImportCommand {
    /// `linden import embeddings`.
    struct Embeddings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Imports vectors made elsewhere as a generation, and measures which of their prefixes may be served.",
            discussion: """
                Vectors are .npy, .fvecs or .safetensors (F32, F16, BF16), gzip too. Their ids stand one a line, in the order \
                of the rows, in a file beside them: items.ids or items.txt beside items.npy. Scores are cosines. A rung is \
                served when it, and each longer one, finds enough of the full vectors' answer with a shortlist; users \
                without a vector are the mean of the last items that they chose. Nothing is stored when anything is refused.
                """)

        @Option(help: "What the generation is to be called.")
        var generation: String

        @Option(help: "Vectors of the items.")
        var items: String

        @Option(help: "Ids of the items. (default: beside the vectors)")
        var itemIds: String?

        @Option(help: "Tensor of a .safetensors file, where it has several.")
        var itemsTensor: String?

        @Option(help: "Vectors of the users. (default: none; users are what they did)")
        var users: String?

        @Option(help: "Ids of the users. (default: beside the vectors)")
        var userIds: String?

        @Option(help: "Tensor of a .safetensors file, where it has several.")
        var usersTensor: String?

        @Option(help: "Prefix lengths to measure, ascending. (default: 16, 32, 64 … and the vectors' length)")
        var ladder: String?

        @Option(
            parsing: .unconditional,
            help: "Share of the full vectors' answer that a rung must find with a shortlist, 0 to 1.")
        var minimumRecall = EmbeddingImportJob.Options().minimumRecall

        @Flag(help: "Leave out ids that the catalogue does not have, instead of adding them.")
        var knownOnly = false

        @Flag(help: "Publish the generation, and let the one that serves go on.")
        var noActivate = false

        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (0...1).contains(minimumRecall) else {
                throw ValidationError("--minimum-recall is \(minimumRecall). Give a number from 0 to 1.")
            }
            guard users != nil || (userIds == nil && usersTensor == nil) else {
                throw ValidationError("There are no users' vectors. Give --users FILE too.")
            }
        }

        func run() async throws {
            try GenerationNameError.check(generation)
            var options = EmbeddingImportJob.Options()
            options.ladder = try ladder.map(PrefixLadder.init(argument:))
            options.minimumRecall = minimumRecall
            options.leavesOutUnknown = knownOnly
            options.activates = !noActivate
            options.threads = ProcessInfo.processInfo.activeProcessorCount
            let settings = try common.settings()
            let items = EmbeddingFile(
                vectors: ByteSource(argument: items), tensor: itemsTensor,
                ids: itemIds.map(ByteSource.init(argument:)), idOption: "--item-ids")
            let users = users.map {
                EmbeddingFile(
                    vectors: ByteSource(argument: $0), tensor: usersTensor,
                    ids: userIds.map(ByteSource.init(argument:)), idOption: "--user-ids")
            }
            // A file that is not there is said before a server is started for it; to open a pipe would empty it.
            for file in [items.vectors, items.ids, users?.vectors, users?.ids] {
                if let file, !file.exists { throw ByteStreamError.missing(name: file.name) }
            }
            let report = try await Interruption.run { [generation, options] _ in
                try await Installation.with(settings) { installation in
                    let line = ProgressLine()
                    let job = EmbeddingImportJob(store: installation.bulkStore, options: options)
                    let report = try await job.run(name: generation, items: items, users: users) { step in
                        line.show(Self.text(step))
                    }
                    line.finish()
                    return report
                }
            }
            print(common.json ? report.json.description : report.lines.joined(separator: "\n"))
        }

        private static func text(_ step: EmbeddingImportJob.Step) -> String {
            switch step {
            case .reading(let file): "Reading \(file) …"
            case .matching(let items, let users): "Looking up \(items) items and \(users) users …"
            case .measuring(let rungs): "Measuring \(rungs) rungs …"
            case .calibrating: "Measuring the plans …"
            case .publishing(let items, let users): "Publishing the vectors of \(items) items and \(users) users …"
            }
        }
    }
}
