import ArgumentParser
import ByteStreams
import Domain
import JSON
import OfflineJobs

extension BenchmarkCommand {
    /// `linden benchmark retrieval`: what a stated recall costs on standard files.
    struct Retrieval: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measures retrieval on files of vectors, against exact search by all dimensions.",
            discussion: """
                Plans are chosen on every second query, and every figure comes from the others. Files are .npy, .fvecs and \
                .ivecs; all but the truth are embeddings of one length.
                """)

        @Option(help: "Rows to find: .fvecs or .npy.")
        var base: String

        @Option(help: "Queries, as long as the rows: .fvecs or .npy.")
        var queries: String

        @Option(help: "For each query the numbers of its nearest rows by cosine, best first: .ivecs or .npy.")
        var truth: String

        @Option(help: "Recalls to reach, such as 0.95,0.99.")
        var recall = "0.95,0.99"

        @Option(parsing: .unconditional, help: "Results of each query that count.")
        var k = 10

        @Option(
            parsing: .unconditional,
            help: "Threads that build, and that answer when throughput is measured; a lone query has one.")
        var threads = 1

        @Option(help: "Prefix lengths, ascending; the standard ones below the rows' length by default.")
        var ladder: String?

        @Option(
            parsing: .unconditional,
            help: "Longest prefix that the index keeps for scans, in dimensions; what serves the queries by default.")
        var depth: Int?

        @Flag(help: "Print one JSON value on standard output.")
        var json = false

        func validate() throws {
            guard (1...10_000).contains(k) else { throw ValidationError("--k is \(k). Give 1 to 10000.") }
            guard (1...1024).contains(threads) else {
                throw ValidationError("--threads is \(threads). Give 1 to 1024.")
            }
            try validateDepth(depth)
            _ = try targets()
        }

        func run() async throws {
            let benchmark = RetrievalBenchmark(
                base: ByteSource(argument: base), queries: ByteSource(argument: queries),
                truth: ByteSource(argument: truth), ladder: try ladder.map { try PrefixLadder(argument: $0) },
                depth: depth, targets: try targets(), k: k, threads: threads)
            let line = ProgressLine()
            defer { line.finish() }
            let report = try await Interruption.run { _ in try benchmark.run { line.show($0) } }
            line.finish()
            print(json ? report.json.description : report.lines.joined(separator: "\n"))
        }

        private func targets() throws -> [Double] {
            let targets = recall.split(separator: ",").map { Double($0.filter { $0 != " " }) }
            guard !targets.isEmpty, targets.allSatisfy({ $0.map { $0 > 0 && $0 <= 1 } ?? false }) else {
                throw ValidationError("--recall is '\(recall)'. Give numbers above 0 up to 1, such as 0.95,0.99.")
            }
            return targets.compactMap(\.self)
        }
    }

    /// `linden benchmark worker`: answers a program that measures several libraries in turns.
    struct Worker: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answers tools/benchmark, a JSON value a line.", shouldDisplay: false)

        @Argument(help: "Directory with base, queries and gt100, as .npy or .fvecs and .ivecs.")
        var directory: String

        @Option(
            parsing: .unconditional,
            help: "Longest prefix that the index keeps for scans, in dimensions; what serves the queries by default.")
        var depth: Int?

        func validate() throws { try validateDepth(depth) }

        func run() throws {
            var worker = try BenchmarkWorker(directory: directory, depth: depth)
            Terminal.printAnswer(worker.greeting.description)
            while let line = readLine() {
                guard let answer = try worker.answer(line) else { break }
                Terminal.printAnswer(answer.description)
            }
        }
    }
}

/// Refuses a depth that no index has.
private func validateDepth(_ depth: Int?) throws {
    guard let depth, !(1...PrefixLadder.maximumDimensions).contains(depth) else { return }
    throw ValidationError("--depth is \(depth). Give 1 to \(PrefixLadder.maximumDimensions).")
}
