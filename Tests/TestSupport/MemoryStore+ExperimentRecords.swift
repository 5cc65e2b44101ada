public import Domain
import Foundation

extension MemoryStore: ExperimentRecords, GuardrailTurn {
    public func takingGuardrailTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
        try await body()
    }

    public func records(_ question: ExperimentQuestion) async throws -> [ArmRecord] {
        let (answered, events) = try answered(question)
        let counted = answered.filter { !$0.exposure.isFallback && !$0.exposure.isOverride && $0.teams.isEmpty }
        return Dictionary(grouping: counted) { $0.exposure.arm }.sorted { $0.key < $1.key }.map { arm, answers in
            var rows: [String: [SIMD3<Double>]] = [:]
            for (unit, own) in Dictionary(grouping: answers, by: { $0.exposure.unit }) {
                func sum(_ value: (Answered) -> Double) -> Double { own.reduce(0) { $0 + value($1) } }
                let first = own.map(\.exposure.at.microseconds).min() ?? 0
                let start = first - Int64(question.covariatePeriod / .microseconds(1))
                let before = events.count {
                    $0.user.text == unit && (start..<first).contains($0.timestamp.microseconds)
                }
                let (clicks, spent) = (sum { Double($0.places.count) }, sum { $0.exposure.spent.units })
                let count = Double(own.count)
                for (metric, outcome, denominator) in [
                    ("ctr", clicks, sum { Double($0.exposure.items.count) }), ("clicks_per_request", clicks, count),
                    ("conversion", clicks > 0 ? 1 : 0, 1),
                    ("reciprocal_rank", sum { $0.places.min().map { 1 / Double($0) } ?? 0 }, count),
                    ("value_per_request", sum(\.value), count), ("cost_per_request", spent, count),
                    ("quality_per_unit", clicks, spent),
                    ("degraded_rate", sum { $0.exposure.degraded.isEmpty ? 0 : 1 }, count),
                ] {
                    rows[metric, default: []].append([outcome, denominator, Double(before)])
                }
            }
            return ArmRecord(
                arm: arm, units: rows["ctr"]?.count ?? 0, answers: answers.count,
                degraded: answers.count { !$0.exposure.degraded.isEmpty },
                latencies: Dictionary(
                    answers.map { (Self.bucket(Float($0.exposure.took / .milliseconds(1))), 1) }, uniquingKeysWith: +),
                metrics: rows.mapValues(UnitMoments.init(of:)))
        }
    }

    public func votes(_ question: ExperimentQuestion) async throws -> InterleavedVotes {
        var (first, second, ties) = (0, 0, 0)
        for answer in try answered(question).answers
        where !answer.teams.isEmpty && !answer.exposure.isFallback && !answer.exposure.isOverride {
            let clicked = answer.places.map { answer.teams[$0 - 1] }
            let (one, other) = (clicked.count { $0 == 0 }, clicked.count { $0 == 1 })
            if one > other { first += 1 } else if other > one { second += 1 } else { ties += 1 }
        }
        return InterleavedVotes(first: first, second: second, ties: ties)
    }

    public func exposures(_ question: ExperimentQuestion, limit: Int) async throws -> [LoggedExposure] {
        try answered(question).answers
            .filter { !$0.exposure.isFallback && !$0.exposure.isOverride && $0.teams.isEmpty }
            .sorted {
                ($0.exposure.at.microseconds, $0.exposure.recommendation) < (
                    $1.exposure.at.microseconds, $1.exposure.recommendation
                )
            }
            .prefix(limit).map { answer in
                let exposure = answer.exposure
                return LoggedExposure(
                    unit: exposure.unit, arm: exposure.arm, tier: exposure.tier, plan: exposure.plan,
                    scene: exposure.scene, items: exposure.items.count, propensity: Double(Float(exposure.propensity)),
                    spent: exposure.spent.units, clicks: answer.places.count)
            }
    }

    private struct Answered {
        let exposure: Exposure
        /// Ranks of the items that were clicked, from 1.
        let places: [Int]
        let value: Double
        let teams: [Int]
    }

    private func answered(_ question: ExperimentQuestion) throws -> (answers: [Answered], events: Set<Interaction>) {
        try withState { state in
            let since = question.since?.microseconds ?? 0
            let answers = state.exposures.values.filter {
                $0.experiment == question.experiment && $0.at.microseconds >= since
            }.map { exposure in
                let end = exposure.at.microseconds + Int64(question.attributionWindow / .microseconds(1))
                let clicks = state.events.filter {
                    $0.recommendation == exposure.recommendation && question.kinds.contains($0.kind)
                        && $0.timestamp.microseconds >= since
                        && (exposure.at.microseconds - 5_000_000..<end).contains($0.timestamp.microseconds)
                }
                let shown = exposure.items.map(\.item)
                let hits = clicks.filter { shown.contains($0.item) }
                return Answered(
                    exposure: exposure,
                    places: Set(hits.map(\.item)).compactMap { item in shown.firstIndex(of: item).map { $0 + 1 } },
                    value: hits.reduce(0) { $0 + Double($1.value ?? 0) }, teams: exposure.items.compactMap(\.team))
            }
            return (answers, state.events)
        }
    }

    private static func bucket(_ milliseconds: Float) -> Int {
        Int((log(max(Double(milliseconds), 1e-12)) / log(1.01)).rounded(.down))
    }
}

extension UnitMoments {
    /// Moments of rows of outcome, denominator and covariate.
    fileprivate init(of rows: [SIMD3<Double>]) {
        let mean = rows.reduce(.zero, +) / Double(rows.count)
        let away = rows.map { $0 - mean }
        self.init(
            units: rows.count, means: mean, squares: away.reduce(.zero) { $0 + $1 * $1 },
            products: away.reduce(.zero) { $0 + SIMD3($1.x * $1.y, $1.y * $1.z, $1.z * $1.x) })
    }
}
