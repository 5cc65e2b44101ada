import ExperimentStatistics
import TestSupport
import Testing

@Suite("An experiment's report")
struct ExperimentReportTests {
    private let plan = AnalysisPlan(plannedUnits: 20_000, minimumEffect: .relative(0.05))

    private func arm(
        _ key: String, units: Int, ones: Int, measures: [String: GuardrailMeasure] = [:]
    ) -> ExperimentReport.Arm {
        ExperimentReport.Arm(
            count: .init(key: key, exposed: units, planned: 500_000),
            primary: SimulatedArm.binary(units: units, ones: ones), measures: measures)
    }

    private func verdict(_ control: ExperimentReport.Arm, _ treatment: ExperimentReport.Arm) -> String {
        let report = ExperimentReport(control: control, treatments: [treatment], plan: plan)
        return report.comparisons[0].verdict.description
    }

    @Test("names the better and the worse arm with their interval")
    func winners() {
        let control = arm("control", units: 10_000, ones: 1_000)
        let better = verdict(control, arm("econ", units: 10_000, ones: 1_200))
        #expect(better.hasPrefix("econ is better than control by 0.02, [0.00"))
        #expect(better.hasSuffix("] at 95 % always-valid."))
        #expect(
            verdict(control, arm("econ", units: 10_000, ones: 800)).hasPrefix("econ is worse than control by -0.02, ["))
    }

    @Test("calls less better where the plan does")
    func lowerIsBetter() {
        let plan = AnalysisPlan(plannedUnits: 20_000, higherIsBetter: false)
        let report = ExperimentReport(
            control: arm("control", units: 10_000, ones: 1_000), treatments: [arm("econ", units: 10_000, ones: 800)],
            plan: plan)
        #expect(report.comparisons[0].verdict.description.hasPrefix("econ is better than control by -0.02"))
    }

    @Test("has no verdict where the data give none, and says how many units are missing")
    func undecided() throws {
        let report = ExperimentReport(
            control: arm("control", units: 10_000, ones: 1_000), treatments: [arm("econ", units: 10_000, ones: 1_020)],
            plan: plan)
        guard case .undecided(_, let difference, let missing?, _) = report.comparisons[0].verdict else {
            Issue.record("\(report.comparisons[0].verdict)")
            return
        }
        // 0.005 at a standard deviation of 0.3: (z + 0.84)² × 4 × 0.0908 / 0.005², where z is near 3.1.
        #expect((190_000..<240_000).contains(missing), "\(missing)")
        #expect(difference.alwaysValid.contains(0))
        #expect(report.comparisons[0].verdict.description.contains("\(missing) units more would show"))
    }

    @Test("says nothing of arms with too few units")
    func tooFew() {
        let few = verdict(arm("control", units: 60, ones: 1), arm("econ", units: 60, ones: 50))
        #expect(few == "No verdict on econ: an arm has 60 units, and below 100 the intervals do not hold. Wait.")
        let none = verdict(arm("control", units: 0, ones: 0), arm("econ", units: 0, ones: 0))
        #expect(none.hasPrefix("No verdict on econ: an arm has 0 units"))
    }

    @Test("calls arms alike once the least effect worth finding is ruled out")
    func alike() {
        let same = verdict(
            arm("control", units: 1_000_000, ones: 100_000), arm("econ", units: 1_000_000, ones: 100_100))
        #expect(same.hasPrefix("econ and control differ by less than 0.005, the least worth finding: 0.0001, ["))
    }

    @Test("says not to read on when the sample ratio is off, whatever the arms did")
    func mismatch() {
        let off = verdict(arm("control", units: 10_000, ones: 1_000), arm("econ", units: 11_000, ones: 2_200))
        #expect(off.hasPrefix("Do not read on:"))
    }

    @Test("stops an arm that breaks a guardrail, though it wins")
    func guardrail() {
        let report = ExperimentReport(
            control: arm(
                "control", units: 10_000, ones: 1_000,
                measures: ["degraded_rate": .share(events: 10, trials: 10_000)]),
            treatments: [
                arm(
                    "econ", units: 10_000, ones: 1_200,
                    measures: ["degraded_rate": .share(events: 300, trials: 10_000)])
            ],
            guardrails: [Guardrail(metric: "degraded_rate", limit: .max(0.01))], plan: plan)
        let sentence = report.comparisons[0].verdict.description
        #expect(sentence.hasPrefix("econ breaks degraded_rate at most 0.01: 0.03, always-valid interval ["))
        #expect(sentence.hasSuffix("Stop econ."))
    }

    @Test("shares its false positive rate among treatments")
    func severalTreatments() {
        let control = arm("control", units: 10_000, ones: 1_000)
        let treatment = arm("econ", units: 10_000, ones: 1_100)
        let one = ExperimentReport(control: control, treatments: [treatment], plan: plan)
        let three = ExperimentReport(control: control, treatments: [treatment, treatment, treatment], plan: plan)
        let widths = [one, three].compactMap { $0.comparisons[0].difference?.alwaysValid.width }
        #expect(widths.count == 2 && widths[0] < widths[1])
        #expect(three.comparisons[2].verdict.description.contains("at 98.33 % always-valid"))
    }
}
