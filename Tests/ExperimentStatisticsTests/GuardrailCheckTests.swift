import ExperimentStatistics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("A guardrail check")
struct GuardrailCheckTests {
    private let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 5_000)

    private func check(
        _ limit: Guardrail.Limit, _ measure: GuardrailMeasure, control: GuardrailMeasure? = nil
    ) -> GuardrailCheck {
        GuardrailCheck(
            Guardrail(metric: "figure", limit: limit), arm: "econ", measure: measure, control: control ?? measure,
            sequence: sequence)
    }

    /// A day of minutes, at a share that is exactly the limit: no false stop is harder to avoid.
    @Test("of a share stops at most 5 % of arms that keep it, looked at each minute of a day")
    func shareEachMinute() {
        var generator = SeededGenerator(seed: 41)
        var usual = 0
        let stopped = (0..<300).count { _ in
            var (events, trials, isStoppedAsUsual) = (0, 0, false)
            defer { usual += isStoppedAsUsual ? 1 : 0 }
            for _ in 0..<1_440 {
                events += generator.successes(of: 50, chance: 0.01)
                trials += 50
                let seen = Double(events) / Double(trials)
                let error = (seen * (1 - seen) / Double(trials)).squareRoot()
                isStoppedAsUsual = isStoppedAsUsual || seen - 1.96 * error > 0.01
                // The interval is wanted only where the evidence is above the limit.
                guard seen > 0.01, ShareSequence(events: events, of: trials).pValue(of: 0.01) < 0.05 else { continue }
                if check(.max(0.01), .share(events: events, trials: trials)).state == .broken { return true }
            }
            return false
        }
        print("Shares at their limit: \(stopped) of 300 stopped in 1,440 looks, \(usual) by usual intervals.")
        #expect(stopped <= 15)
        #expect(usual > 30)
    }

    @Test("of a share stops one that doubles, within an hour of minutes", arguments: 0..<10)
    func shareDoubled(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var events = 0
        let minute = (1...60).first { minute in
            events += generator.successes(of: 100, chance: 0.02)
            return check(.max(0.01), .share(events: events, trials: minute * 100)).state == .broken
        }
        #expect(minute != nil)
    }

    /// Costs are skewed: log-normal, with two arms alike and a limit of 1.
    @Test("of a ratio to control stops at most 5 % of alike arms over 200 looks")
    func ratioToControl() {
        var generator = SeededGenerator(seed: 42)
        let stopped = (0..<300).count { _ in
            var arms = (Moments(), Moments())
            for _ in 0..<200 {
                for _ in 0..<10 {
                    arms.0.add(outcome: exp(generator.normal()), denominator: 1)
                    arms.1.add(outcome: exp(generator.normal()), denominator: 1)
                }
                if check(.maxRatio(1), .ratio(arms.1), control: .ratio(arms.0)).state == .broken { return true }
            }
            return false
        }
        print("Costs of alike arms: \(stopped) of 300 stopped in 200 looks.")
        #expect(stopped <= 15)
    }

    @Test("of a 99th percentile stops at most 5 % of alike arms, and holds the true one")
    func quantile() {
        var generator = SeededGenerator(seed: 43)
        let truth = exp(2.326_347_874)
        var (stopped, missed) = (0, 0)
        for _ in 0..<100 {
            var arms = (ValueHistogram(), ValueHistogram())
            var (isStopped, isMissed) = (false, false)
            for _ in 0..<40 {
                for _ in 0..<100 {
                    arms.0.add(exp(generator.normal()))
                    arms.1.add(exp(generator.normal()))
                }
                let ratio = check(.maxRatio(1), .quantile(0.99, arms.1), control: .quantile(0.99, arms.0))
                isStopped = isStopped || ratio.state == .broken
                isMissed = isMissed || !arms.0.quantileInterval(0.99, falsePositiveRate: 0.05).contains(truth)
            }
            stopped += isStopped ? 1 : 0
            missed += isMissed ? 1 : 0
        }
        #expect(stopped <= 5)
        #expect(missed <= 5)
    }

    @Test("of a 99th percentile stops an arm that is half as slow again, and clears one that is alike")
    func slowArm() {
        var generator = SeededGenerator(seed: 44)
        var (control, slow, alike) = (ValueHistogram(), ValueHistogram(), ValueHistogram())
        for _ in 0..<60_000 {
            control.add(20 * exp(0.3 * generator.normal()))
            alike.add(20 * exp(0.3 * generator.normal()))
            slow.add(30 * exp(0.3 * generator.normal()))
        }
        let limit = Guardrail.Limit.maxRatio(1.1)
        #expect(check(limit, .quantile(0.99, slow), control: .quantile(0.99, control)).state == .broken)
        #expect(check(limit, .quantile(0.99, alike), control: .quantile(0.99, control)).state == .ok)
        #expect(check(.max(30), .quantile(0.99, control)).state == .broken)
        #expect(check(.max(50), .quantile(0.99, control)).state == .ok)
    }

    @Test("says so while it does not know")
    func notYetKnown() {
        let none = check(.max(0.5), .share(events: 0, trials: 0))
        #expect(none.state == .notYetKnown)
        #expect(none.description.contains("not yet known: no figure"))
        #expect(check(.max(120), .ratio(Moments())).state == .notYetKnown)
        #expect(check(.max(0.01), .share(events: 0, trials: 50)).state == .notYetKnown)
        #expect(check(.maxRatio(1.1), .quantile(0.99, ValueHistogram())).state == .notYetKnown)
        #expect(check(.min(0.01), .ratio(SimulatedArm.binary(units: 200, ones: 0))).state == .notYetKnown)
    }

    @Test("says what was broken, with its evidence")
    func sentence() {
        let broken = check(.max(0.01), .share(events: 200, trials: 5_000))
        #expect(broken.state == .broken)
        #expect(broken.description.hasPrefix("econ breaks figure at most 0.01: 0.04, always-valid interval [0.03"))
        #expect(check(.min(0.05), .share(events: 100, trials: 5_000)).state == .broken)
        #expect(check(.min(0.01), .share(events: 100, trials: 5_000)).state == .ok)
    }

    @Test("of a figure that never varies waits for the planned units")
    func constant() {
        func cost(units: Int) -> GuardrailMeasure {
            .ratio(Moments(units: units, means: [300, 1, 0], squares: .zero, products: .zero))
        }
        #expect(check(.max(120), cost(units: 4_999)).state == .notYetKnown)
        #expect(check(.max(120), cost(units: 5_000)).state == .broken)
    }
}
