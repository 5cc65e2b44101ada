import ExperimentStatistics
import TestSupport
import Testing

@Suite("A sample ratio mismatch")
struct SampleRatioMismatchTests {
    private func halves(_ control: Int, _ treatment: Int) -> SampleRatioMismatch {
        SampleRatioMismatch([
            .init(key: "control", exposed: control, planned: 500_000),
            .init(key: "treatment", exposed: treatment, planned: 500_000),
        ])
    }

    /// 1,000 runs at the level of 0.001 alarm once on average; more than five have a chance of 6 in 10,000.
    @Test("alarms in at most 5 of 1,000 runs of alike arms")
    func alikeArms() {
        var generator = SeededGenerator(seed: 11)
        let alarms = (0..<1_000).count { _ in
            let treatment = generator.successes(of: 100_000, chance: 0.5)
            return halves(100_000 - treatment, treatment).isAlarm
        }
        #expect(alarms <= 5)
    }

    @Test("alarms at 50.5 to 49.5 of a million, not of ten thousand")
    func halfAPercent() {
        #expect(halves(505_000, 495_000).isAlarm)
        #expect(halves(505_000, 495_000).statistic == 100)
        #expect(!halves(5_050, 4_950).isAlarm)
    }

    @Test("holds unequal shares against their plan")
    func unequalShares() {
        let mismatch = SampleRatioMismatch([
            .init(key: "control", exposed: 9_000, planned: 900_000), .init(key: "a", exposed: 520, planned: 50_000),
            .init(key: "b", exposed: 480, planned: 50_000),
        ])
        #expect(abs(mismatch.statistic - 1.6) < 1e-9)
        #expect(abs(mismatch.pValue - 0.449_328_964) < 1e-8)  // exp(−0.8)
    }

    @Test("alarms when an arm without a share has units, and is silent without units")
    func edges() {
        let strays = SampleRatioMismatch([
            .init(key: "control", exposed: 10, planned: 1), .init(key: "closed", exposed: 1, planned: 0),
        ])
        #expect(strays.isAlarm)
        let closed = SampleRatioMismatch([
            .init(key: "control", exposed: 10, planned: 1), .init(key: "closed", exposed: 0, planned: 0),
        ])
        #expect(closed.pValue == 1)
        #expect(halves(0, 0).pValue == 1)
    }
}
