import ExperimentStatistics
import TestSupport
import Testing

@Suite("An off-policy estimate")
struct OffPolicyEstimateTests {
    /// A contextual bandit: three contexts, four actions, rewards of 0 or 1.
    private struct Bandit {
        let rewards: [[Double]]
        let logging: [[Double]]
        let target: [[Double]]

        init(using generator: inout some RandomNumberGenerator) {
            func policy() -> [[Double]] {
                (0..<3).map { _ in
                    let weights = (0..<4).map { _ in 0.1 + generator.uniform() }
                    return weights.map { $0 / weights.reduce(0, +) }
                }
            }
            rewards = (0..<3).map { _ in (0..<4).map { _ in 0.05 + 0.6 * generator.uniform() } }
            logging = policy()
            target = policy()
        }

        /// What the target policy earns, contexts being equally likely.
        var truth: Double { (0..<3).reduce(0) { $0 + value(of: rewards, in: $1) } / 3 }

        private func value(of rewards: [[Double]], in context: Int) -> Double {
            zip(target[context], rewards[context]).reduce(0) { $0 + $1.0 * $1.1 }
        }

        /// Rounds of one user, whose context stays and whose rewards hang together where `alike` says so.
        func rounds(
            _ count: Int, model: [[Double]], alike: Double = 0, using generator: inout some RandomNumberGenerator
        ) -> [LoggedDecision] {
            let context = Int.random(in: 0..<3, using: &generator)
            let mood = generator.uniform()
            return (0..<count).map { _ in
                var (draw, action) = (generator.uniform(), 0)
                while action < 3 && draw >= logging[context][action] {
                    draw -= logging[context][action]
                    action += 1
                }
                let luck = generator.uniform() < alike ? mood : generator.uniform()
                return LoggedDecision(
                    loggingPropensity: logging[context][action], targetPropensity: target[context][action],
                    reward: luck < rewards[context][action] ? 1 : 0, predictedReward: model[context][action],
                    predictedTargetValue: value(of: model, in: context), coveredMass: 1)
            }
        }
    }

    /// Coverage of 95 % intervals: 93 of 100 is asked for, of 400 worlds.
    @Test(
        "covers the truth in 93 of 100 worlds, with a good model and with a wrong one, for users who come once or often",
        arguments: [
            (users: 800, rounds: 1, alike: 0.0, modelError: 0.0), (users: 800, rounds: 1, alike: 0, modelError: 0.5),
            (users: 200, rounds: 4, alike: 0.8, modelError: 0.1),
        ])
    func coverage(users: Int, rounds: Int, alike: Double, modelError: Double) throws {
        var generator = SeededGenerator(seed: 71)
        var held = (inverse: 0, normalised: 0, robust: 0)
        var width = (inverse: 0.0, normalised: 0.0, robust: 0.0)
        for _ in 0..<400 {
            let bandit = Bandit(using: &generator)
            let model = bandit.rewards.map { $0.map { $0 + modelError * (2 * generator.uniform() - 1) } }
            let log = (0..<users).map { _ in bandit.rounds(rounds, model: model, alike: alike, using: &generator) }
            let estimate = try OffPolicyEstimate(units: log)
            held.inverse += estimate.inversePropensity.interval.contains(bandit.truth) ? 1 : 0
            held.normalised += estimate.selfNormalised.interval.contains(bandit.truth) ? 1 : 0
            held.robust += estimate.doublyRobust.interval.contains(bandit.truth) ? 1 : 0
            width.inverse += estimate.inversePropensity.interval.width
            width.normalised += estimate.selfNormalised.interval.width
            width.robust += estimate.doublyRobust.interval.width
        }
        print(
            "Off-policy, \(users) users × \(rounds), model off by \(modelError): of 400 IPS \(held.inverse), SNIPS "
                + "\(held.normalised), DR \(held.robust); mean widths \(width.inverse / 400), \(width.normalised / 400), "
                + "\(width.robust / 400).")
        #expect(min(held.inverse, held.normalised, held.robust) >= 372)
        #expect(width.normalised < width.inverse)
        if modelError < 0.2 { #expect(width.robust < width.normalised) }
    }

    @Test("of the policy that served is the mean reward, at full sample size")
    func onPolicy() throws {
        let decisions = (0..<200).map { index in
            LoggedDecision(
                loggingPropensity: 0.5, targetPropensity: 0.5, reward: Double(index % 4), coveredMass: 1)
        }
        let estimate = try OffPolicyEstimate(units: decisions.map { [$0] })
        #expect(abs(estimate.inversePropensity.estimate - 1.5) < 1e-12)
        #expect(abs(estimate.selfNormalised.estimate - 1.5) < 1e-12)
        #expect(abs(estimate.doublyRobust.estimate - 1.5) < 1e-12)
        #expect(abs(estimate.effectiveSampleSize - 200) < 1e-9)
        #expect(estimate.coverage == 1 && estimate.decisions == 200 && estimate.units == 200)
        #expect(
            estimate.description.contains("Effective sample size 200 of 200 decisions by 200 units; coverage 100 %."))
    }

    @Test("is refused without a propensity above zero", arguments: [nil, 0, -0.1, Double.nan])
    func missingPropensity(propensity: Double?) {
        var decisions = [LoggedDecision](
            repeating: LoggedDecision(loggingPropensity: 0.5, targetPropensity: 0.5, reward: 1, coveredMass: 1),
            count: 300)
        decisions[7] = LoggedDecision(loggingPropensity: propensity, targetPropensity: 0.5, reward: 1, coveredMass: 1)
        #expect(throws: OffPolicyError.missingPropensity(decision: 7)) {
            try OffPolicyEstimate(units: decisions.map { [$0] })
        }
    }

    @Test("is refused for what is no propensity, and for a reward that is no number")
    func notAPropensity() {
        let bad = [
            LoggedDecision(loggingPropensity: 1.5, targetPropensity: 0.5, reward: 1, coveredMass: 1),
            LoggedDecision(loggingPropensity: 0.5, targetPropensity: -0.5, reward: 1, coveredMass: 1),
            LoggedDecision(loggingPropensity: 0.5, targetPropensity: 0.5, reward: .nan, coveredMass: 1),
            LoggedDecision(loggingPropensity: 0.5, targetPropensity: 0.5, reward: 1, coveredMass: 2),
        ]
        for decision in bad {
            #expect(throws: OffPolicyError.notAPropensity(decision: 0)) {
                try OffPolicyEstimate(units: [[decision]])
            }
        }
    }

    /// 900 decisions of which nine weigh a hundred times as much as the others: (900 + 891)² ÷ (891 + 90,000).
    @Test("is refused below an effective sample size of 100, and for no decisions")
    func effectiveSampleSize() throws {
        let decisions = (0..<900).map { index in
            LoggedDecision(
                loggingPropensity: index < 9 ? 0.005 : 0.5, targetPropensity: 0.5, reward: 1, coveredMass: 1)
        }
        let error = try #require(throws: OffPolicyError.self) {
            try OffPolicyEstimate(units: decisions.map { [$0] })
        }
        guard case .effectiveSampleTooSmall(let size, 100, 900) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(abs(size - 1_791.0 * 1_791 / 90_891) < 1e-9)
        #expect(
            error.description.hasPrefix("The 900 decisions weigh as much as 35.29 served by the other policy; 100 are"))
        #expect(throws: OffPolicyError.noDecisions) { try OffPolicyEstimate(units: [[LoggedDecision]]()) }
    }
}
