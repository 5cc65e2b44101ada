import ArgumentParser
import Foundation
import JSON
import Retrieval

/// `linden benchmark`: figures of this machine.
struct BenchmarkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmark", abstract: "Measures this machine.",
        subcommands: [
            Retrieval.self, Matryoshka.self, Allocator.self, Budgets.self, Assignment.self, Scan.self, Worker.self,
        ])

    /// `linden benchmark scan`.
    struct Scan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Times the int8 scan of one query on one thread against reading the same bytes.")

        @Option(parsing: .unconditional, help: "Rows scanned.")
        var rows = 1_000_000

        @Option(parsing: .unconditional, help: "Dimensions of the prefix.")
        var dims = 64

        @Flag(help: "Print one JSON value on standard output.")
        var json = false

        func validate() throws {
            guard (1...100_000_000).contains(rows) else { throw ValidationError("--rows is \(rows). Give 1 to 10^8.") }
            guard (1...4096).contains(dims) else { throw ValidationError("--dims is \(dims). Give 1 to 4096.") }
        }

        func run() async throws {
            let report = try ScanBenchmark.run(rows: rows, dimensions: dims)
            guard !json else {
                print(report.json)
                return
            }
            print(
                String(
                    format: "%d rows × %d int8, %@: scan p50 %.3f ms, reading the bytes %.3f ms, ratio %.2f, %.1f GB/s",
                    report.rows, report.dimensions, report.kernel, report.scanMilliseconds, report.readMilliseconds,
                    report.ratio, report.gigabytesPerSecond))
        }
    }
}

extension ScanBenchmark.Report {
    fileprivate var json: JSONValue {
        .object([
            "rows": .integer(rows), "dims": .integer(dimensions), "kernel": .string(kernel), "bytes": .integer(bytes),
            "build_seconds": .number(buildSeconds), "p50_ms": .number(scanMilliseconds),
            "read_p50_ms": .number(readMilliseconds), "ratio": .number(ratio),
            "gb_per_s": .number(gigabytesPerSecond),
        ])
    }
}
