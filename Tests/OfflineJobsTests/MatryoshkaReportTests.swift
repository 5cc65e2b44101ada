import Domain
import JSON
import OfflineJobs
import Testing
import Training

@Suite("A Matryoshka report")
struct MatryoshkaReportTests {
    /// Recalls that fall off the faster, the later the method.
    static func report(_ rungs: [Int], full: Double = 0.2) throws -> MatryoshkaReport {
        var configuration = TrainingConfiguration()
        configuration.ladder = try PrefixLadder(rungs)
        let series = zip(ShorteningMethod.allCases, 1...).map { method, steepness in
            MatryoshkaReport.Series(
                method: method,
                qualities: rungs.reversed().enumerated().map { step, dimensions in
                    let recall = full - full * Double(step * steepness) / 20
                    return RungQuality(dimensions: dimensions, recall: recall, ndcg: recall / 2)
                }.reversed())
        }
        return MatryoshkaReport(
            k: 20, users: 10, items: 30, configuration: configuration, models: [], series: series)
    }

    @Test(
        "takes the longest rung of at most a quarter, or the shortest",
        arguments: [([16, 32, 64, 128, 256], 64), ([16, 48, 256], 48), ([100, 128], 100), ([1, 2, 4], 1)])
    func quarter(rungs: [Int], expected: Int) throws {
        #expect(try Self.report(rungs).quarterLength == expected)
    }

    @Test("is a table for each measure and a sentence")
    func lines() throws {
        let lines = try Self.report([16, 64, 128, 256]).lines
        #expect(lines.count == 15)
        #expect(lines[2] == "recall@20               16      64     128     256")
        #expect(lines[3] == "Matryoshka, cut     0.1700  0.1800  0.1900  0.2000")
        #expect(lines[8] == "nDCG@20                 16      64     128     256")
        #expect(lines[12] == "ordinary, PCA, cut  0.0400  0.0600  0.0800  0.1000")
        #expect(
            lines[14] == """
                At 64 of 256 dimensions each keeps of its recall at 256: Matryoshka, cut 90.0 %; a model each 80.0 %; \
                ordinary, cut 70.0 %; ordinary, PCA, cut 60.0 %.
                """)
    }

    @Test("is an array for each series in JSON")
    func json() throws {
        let json = try Self.report([16, 64, 128, 256]).json
        #expect(json["dims"] == [16, 64, 128, 256])
        #expect(json["quarter_dims"] == 64)
        let series = try #require(json["series"]?.elements)
        #expect(series.map { $0["method"]?.text } == ["matryoshka", "separate", "cut", "principal_axes"])
        for (position, entry) in series.enumerated() {
            #expect(entry["recall"]?.elements?.count == 4 && entry["ndcg"]?.elements?.last == 0.1)
            let kept = try #require(entry["kept_at_quarter"]?.double)
            #expect(abs(kept - (0.9 - 0.1 * Double(position))) < 1e-12)
        }
    }

    @Test("says nothing of shares where nothing was found")
    func nothingFound() throws {
        let report = try Self.report([16, 64], full: 0)
        #expect(report.json["series"]?.elements?.first?["kept_at_quarter"] == .null)
        #expect(try #require(report.lines.last).contains("Matryoshka, cut nothing of nothing"))
        #expect(report.plot.svg.contains("</svg>"))
    }
}
