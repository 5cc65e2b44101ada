import Domain
import Foundation
import Retrieval

extension RetrievalBenchmarkReport {
    /// The report as people read it: a few tables.
    public var lines: [String] {
        head + depthLines + [""] + loneLines + [""] + togetherLines + [""] + filteredLines + [""] + scanLines
            + snapshotLines
    }

    private var head: [String] {
        [
            "\(rows) rows × \(dimensions) (\(ladder)), \(lists) lists, \(queries) queries, k = \(k), \(threads) thread(s)",
            String(
                format: "built in %.1f s (%.1f s of processor); reading the file twice took %.1f s", building.seconds,
                building.processorSeconds, building.readSeconds),
            String(
                format:
                    "in memory: index %.0f MB (by arithmetic %.0f), with full vectors %.0f MB; building left %.0f MB free",
                Double(building.indexBytes) / 1e6, Double(indexBytes) / 1e6, Double(building.allBytes) / 1e6,
                Double(building.leftoverBytes) / 1e6),
            String(format: "recall of exact search by full vectors: %.4f", exactRecall),
        ]
    }

    private var depthLines: [String] {
        ["the index keeps planes to \(depth) of \(dimensions) dimensions" + (trials.isEmpty ? "" : ", chosen of:")]
            + trials.map { trial in
                String(
                    format: "%9d: %.3f ms at recall %.4f, index %.0f MB, ", trial.depth, trial.found.p50,
                    trial.found.recall, Double(trial.indexBytes) / 1e6) + trial.found.plan.description
            }
    }

    private var snapshotLines: [String] {
        guard let snapshot else { return [] }
        return [
            String(
                format: "snapshot file of %.0f MB: written in %.2f s, loaded and checked in %.2f s",
                Double(snapshot.fileBytes) / 1e6, snapshot.writeSeconds, snapshot.loadSeconds)
        ]
    }

    private var loneLines: [String] {
        ["one query at a time    wanted   recall   p50 ms   p95 ms      qps   plan"]
            + lone.map { point in
                String(
                    format: "%29.3f %8.4f %8.3f %8.3f %8.0f   ", point.target, point.found.recall, point.found.p50,
                    point.found.p95, point.found.queriesPerSecond) + point.found.plan.description
            }
    }

    private var togetherLines: [String] {
        ["\(JudgedQueries.inFlight) in flight           wanted   recall                        qps   plan"]
            + together.map { point in
                String(format: "%29.3f %8.4f %26.0f   ", point.target, point.found.recall, point.found.queriesPerSecond)
                    + point.found.plan.description
            }
    }

    private var filteredLines: [String] {
        ["filtered  allowed rows wanted   recall   p50 ms   p95 ms   plan"]
            + filtered.map { point in
                String(
                    format: "%7.0f%% %13d %7.3f %8.4f %8.3f %8.3f   ", point.share * 100, point.allowed,
                    point.at.target, point.at.found.recall, point.at.found.p50, point.at.found.p95)
                    + point.at.found.plan.description
            }
    }

    private var scanLines: [String] {
        guard let fullScan else { return [] }
        let reading = Double(fullScan.bytes) / fullScan.readMilliseconds / 1e6
        return [
            String(
                format:
                    "scan of all rows, %d dims, %.1f MB: p50 %.3f ms, %.1f GB/s; reading the same bytes: %.1f GB/s (%.0f %%)",
                fullScan.dimensions, Double(fullScan.bytes) / 1e6, fullScan.scanMilliseconds,
                fullScan.gigabytesPerSecond, reading, 100 * fullScan.gigabytesPerSecond / reading)
        ]
    }
}
