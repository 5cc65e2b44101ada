import Domain
import Planning
import TestSupport
import Testing

@Suite("A fitted cost model")
struct CostModelFitTests {
    /// A model unlike the shipped one.
    private static let planted = CostModel(revision: 9) { kind in
        CostUnits(microunits: CostModel.shipped[kind].microunits * (2 + kind.rawValue) / 3)
    }

    /// Requests of all sizes, with the times that `planted` gives them but for a share of noise.
    private static func samples(
        _ count: Int, seed: UInt64, noise: Double, kinds: [CostKind] = CostKind.allCases,
        _ change: (inout CostCounts) -> Void = { _ in }
    ) -> [CostSample] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { sample in
            var counts = CostCounts()
            for kind in kinds {
                let most =
                    switch kind {
                    case .request: 1
                    case .userFetch, .fetchRoundTrip: 1
                    case .scannedByte: 64 * 4096
                    case .scannedRow, .filteredRow: 100_000
                    case .rerankedDimension: 256 * 1_000
                    default: 1_000
                    }
                counts[kind] = kind == .request ? 1 : Int.random(in: 0...most, using: &generator)
            }
            change(&counts)
            let factor = 1 + noise * Double(generator.gaussian())
            return CostSample(
                label: "s\(sample % 4)", counts: counts,
                microseconds: planted.cost(of: counts).units * max(0.05, factor))
        }
    }

    @Test("recovers planted weights", arguments: 0..<5 as Range<UInt64>)
    func planted(seed: UInt64) throws {
        let fit = try CostModelFit(
            to: Self.samples(400, seed: seed, noise: 0), judgedBy: Self.samples(100, seed: seed + 100, noise: 0),
            revision: 2)
        #expect(fit.model.revision == 2)
        for kind in CostKind.allCases {
            let (found, wanted) = (Double(fit.model[kind].microunits), Double(Self.planted[kind].microunits))
            #expect(fit.origin(of: kind) == .fitted && abs(found / wanted - 1) < 0.02, "\(kind)")
        }
        #expect(fit.accuracy.explained > 0.999 && fit.accuracy.rankCorrelation > 0.999)
        #expect(fit.accuracy.medianError < 1e-3 && fit.accuracy.residuals.map(\.label) == ["s0", "s1", "s2", "s3"])
    }

    @Test("is as far off as the noise is", arguments: 0..<3 as Range<UInt64>)
    func noisy(seed: UInt64) throws {
        let fit = try CostModelFit(
            to: Self.samples(600, seed: seed, noise: 0.05),
            judgedBy: Self.samples(300, seed: seed + 100, noise: 0.05), revision: 2)
        // The median of a normal error without its sign is .67 of its standard deviation.
        #expect(fit.accuracy.medianError > 0.02 && fit.accuracy.medianError < 0.05)
        for kind in CostKind.allCases { #expect(fit.model[kind].microunits >= 0) }
    }

    @Test("keeps the weight of what was not measured, and says so")
    func notMeasured() throws {
        let kinds = CostKind.allCases.filter { $0 != .cachedRow && $0 != .userFetch }
        let fit = try CostModelFit(
            to: Self.samples(200, seed: 1, noise: 0, kinds: kinds),
            judgedBy: Self.samples(50, seed: 2, noise: 0, kinds: kinds), revision: 3)
        for kind in [CostKind.cachedRow, .userFetch] {
            #expect(fit.origin(of: kind) == .notMeasured && fit.model[kind] == CostModel.shipped[kind])
        }
        #expect(fit.origin(of: .request) == .fitted)
    }

    @Test("keeps the weight of what goes hand in hand with another kind, and fits that one beside it")
    func notToldApart() throws {
        func oneDepth(_ counts: inout CostCounts) { counts[.scannedByte] = 64 * counts[.scannedRow] }
        let fit = try CostModelFit(
            to: Self.samples(200, seed: 1, noise: 0, oneDepth), judgedBy: Self.samples(50, seed: 2, noise: 0, oneDepth),
            revision: 3)
        #expect(fit.origin(of: .scannedByte) == .notToldApart)
        #expect(fit.model.scannedByte == CostModel.shipped.scannedByte && fit.accuracy.medianError < 0.01)
        let wanted = Double(Self.planted.scan(dimensions: 64).microunits)
        #expect(abs(Double(fit.model.scan(dimensions: 64).microunits) / wanted - 1) < 0.02)
    }

    @Test("is refused when it explains too little, or there is too little to explain")
    func refusals() throws {
        var generator = SeededGenerator(seed: 3)
        let noise = Self.samples(100, seed: 1, noise: 0).map {
            CostSample(
                label: "noise", counts: $0.counts, microseconds: Double.random(in: 1...1_000, using: &generator))
        }
        let error = #expect(throws: CostModelFitError.self) {
            try CostModelFit(to: noise, judgedBy: noise, revision: 2).check()
        }
        #expect(error?.description.contains("must explain 90 %. The plan noise is the farthest off.") == true)
        let few = Self.samples(29, seed: 1, noise: 0)
        #expect(throws: CostModelFitError.tooFewSamples(29, needed: 30)) {
            try CostModelFit(to: noise, judgedBy: few, revision: 2)
        }
    }

    @Test("is judged by ranks that equal values share")
    func ranks() {
        func sample(_ rows: Int, _ time: Double) -> CostSample {
            var counts = CostCounts()
            counts[.fetchedRow] = rows
            return CostSample(label: "x", counts: counts, microseconds: time)
        }
        // Ranks 1.5, 1.5, 3, 4 against 2, 1, 4, 3: a correlation of 3.5 / √(4.5 × 5).
        let accuracy = CostModelAccuracy(
            of: .shipped, on: [sample(1, 7), sample(1, 6), sample(2, 40), sample(3, 20)])
        #expect(abs(accuracy.rankCorrelation - 3.5 / 22.5.squareRoot()) < 1e-12)
    }
}
