public import Domain
public import VectorKernels

/// Measures a lone query's scan against the plain reading of the same bytes, on this machine and in one run.
///
/// The two take turns, so that a machine that slows down slows both. Rows are random: the time does not depend on them.
public enum ScanBenchmark {
    /// What was measured.
    public struct Report: Hashable, Sendable {
        public let rows: Int
        public let dimensions: Int
        public let kernel: String
        /// Bytes of the planes scanned; inverse norms and mask not counted.
        public let bytes: Int
        /// Seconds to build the index, of all steps up to `dimensions`.
        public let buildSeconds: Double
        /// Median milliseconds of a whole call for candidates: the query made ready, scan, selection, meter.
        public let scanMilliseconds: Double
        /// Median milliseconds to read the planes' bytes and add them up.
        public let readMilliseconds: Double

        /// Scan time over reading time; 1 is the limit of the machine.
        public var ratio: Double { scanMilliseconds / readMilliseconds }
        /// Plane bytes scanned in a second, in 10^9.
        public var gigabytesPerSecond: Double { Double(bytes) / scanMilliseconds / 1e6 }
    }

    /// Builds an index and scans it on the calling thread.
    ///
    /// - Parameters:
    ///   - rows: Rows of the index.
    ///   - dimensions: Prefix scanned; the ladder is the standard one up to there.
    ///   - count: Candidates wanted of each scan.
    ///   - repetitions: Scans and readings; the medians are reported.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: The medians.
    /// - Throws: ``RetrievalError/cancelled`` when the task is.
    public static func run(
        rows: Int = 1_000_000, dimensions: Int = 64, count: Int = 100, repetitions: Int = 101,
        kernel: KernelChoice = .current
    ) throws(RetrievalError) -> Report {
        precondition(
            rows > 0 && dimensions > 0 && repetitions > 0, "\(rows) rows of \(dimensions), \(repetitions) times.")
        var generator = BenchmarkGenerator()
        let clock = ContinuousClock()
        let start = clock.now
        let index = try index(rows: rows, dimensions: dimensions, using: &generator)
        let build = start.duration(to: clock.now)

        let queries = EmbeddingTable(
            dimensions: dimensions, elements: (0..<repetitions).flatMap { _ in generator.vector(dimensions) })
        return try measure(
            index, queries: queries, count: count, repetitions: repetitions, buildSeconds: build / .seconds(1),
            kernel: kernel)
    }

    /// Scans the longest prefix that an index keeps, on the calling thread.
    ///
    /// - Parameters:
    ///   - index: The index; the places that pad its lists are scanned and read like rows.
    ///   - queries: Asked one after another, over and over.
    ///   - count: Candidates wanted of each scan.
    ///   - repetitions: Scans and readings; the medians are reported.
    ///   - buildSeconds: What making the index took.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: The medians.
    /// - Throws: ``RetrievalError/cancelled`` when the task is.
    public static func measure(
        _ index: IndexSnapshot, queries: EmbeddingTable, count: Int, repetitions: Int, buildSeconds: Double = 0,
        kernel: KernelChoice = .current
    ) throws(RetrievalError) -> Report {
        let clock = ContinuousClock()
        let rung = index.planes.layout.steps.count - 1
        let bytes = index.planes.layout.scannedBytes(rung: rung) * index.planes.count
        let elements = queries.elements.span
        var scans: [Duration] = []
        var readings: [Duration] = []
        var checksum: UInt64 = 0
        for repetition in 0..<repetitions {
            let query = elements.extracting(queries.range(of: repetition % queries.count))
            var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 60)))
            let first = clock.now
            let found = try index.candidates(
                for: query, dimensions: index.depth, count: count, model: .shipped, paying: &meter, kernel: kernel)
            let second = clock.now
            checksum &+= index.planes.readPlanes(rung: rung, kernel: kernel) &+ UInt64(found.count)
            readings.append(second.duration(to: clock.now))
            scans.append(first.duration(to: second))
        }
        precondition(checksum > 0, "Nothing was read.")
        return Report(
            rows: index.count, dimensions: index.depth, kernel: kernel.name, bytes: bytes, buildSeconds: buildSeconds,
            scanMilliseconds: scans.median / .milliseconds(1), readMilliseconds: readings.median / .milliseconds(1))
    }

    private static func index(
        rows: Int, dimensions: Int, using generator: inout BenchmarkGenerator
    ) throws(RetrievalError) -> IndexSnapshot {
        let rungs = PrefixLadder.standard.rungs.filter { $0 < dimensions } + [dimensions]
        let ladder: PrefixLadder
        do throws(PrefixLadderError) {
            ladder = try PrefixLadder(rungs)
        } catch {
            throw .prefix(error)
        }
        var builder = IndexBuilder(ladder: ladder, policy: ListPolicy(depth: dimensions, minimumRows: .max))
        for _ in 0..<rows {
            try builder.append(generator.vector(dimensions).span)
        }
        return builder.finish()
    }
}

extension [Duration] {
    fileprivate var median: Duration { sorted()[count / 2] }
}

/// Random vectors, quickly: a linear congruential generator (Knuth, MMIX) is random enough for a clock.
private struct BenchmarkGenerator {
    private var state: UInt64 = 1

    mutating func vector(_ dimensions: Int) -> [Float] {
        (0..<dimensions).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 23) - 1
        }
    }
}
