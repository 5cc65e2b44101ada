import Experiments
import JSON
import TestSupport
import Testing

@Suite("Assignment")
struct AssignmentPropertyTests {
    @Test("spreads a million units evenly over a hundred bins", arguments: 0..<20)
    func uniform(salt: Int) {
        let salt = BucketSalt(layer: ExperimentLayer(key: "layer", salt: "s\(salt)", unit: .user))
        var bins = Array(repeating: 0, count: 100)
        for unit in ReassignmentCount.syntheticUnits(1_000_000) { bins[salt.bucket(of: unit) / 10_000] += 1 }
        // chi² with 99 degrees of freedom is within these bounds with p from 0.001 to 0.999.
        let chiSquare = chiSquare(bins, expected: 10_000)
        #expect(chiSquare > 61.14 && chiSquare < 148.23, "\(chiSquare)")
    }

    @Test("by two layers is independent, as it is by a layer and its arms", arguments: 0..<5)
    func independent(salt: Int) throws {
        let first = BucketSalt(layer: ExperimentLayer(key: "a", salt: "s\(salt)", unit: .user))
        let second = BucketSalt(layer: ExperimentLayer(key: "b", salt: "s\(salt)", unit: .user))
        let configuration = try SampleDocument.small(experiments: [
            SampleDocument.experiment("a", salt: "s\(salt)")
        ])
        let arms = BucketSalt(experiment: configuration.experiments[0])
        for other in [second, arms] {
            var cells = Array(repeating: 0, count: 100)
            for unit in ReassignmentCount.syntheticUnits(200_000) {
                cells[first.bucket(of: unit) / 100_000 * 10 + other.bucket(of: unit) / 100_000] += 1
            }
            let rows = (0..<10).map { row in (0..<10).reduce(0) { $0 + cells[row * 10 + $1] } }
            let columns = (0..<10).map { column in (0..<10).reduce(0) { $0 + cells[$1 * 10 + column] } }
            let chiSquare = cells.indices.reduce(0.0) { sum, cell in
                let expected = Double(rows[cell / 10]) * Double(columns[cell % 10]) / 200_000
                let difference = Double(cells[cell]) - expected
                return sum + difference * difference / expected
            }
            // 81 degrees of freedom, p = 0.001.
            #expect(chiSquare < 126.08)
        }
    }

    @Test("moves nobody between arms while an experiment is ramped up")
    func ramp() throws {
        let steps = [1, 5, 20, 50, 100].map { $0 * 10_000 }
        for arms in [true, false] {
            let configurations = try steps.map { ppm in
                try SampleDocument.small(experiments: [
                    arms
                        ? SampleDocument.experiment("e", arms: ppm / 2) : SampleDocument.experiment("e", to: ppm)
                ])
            }
            for (before, after) in zip(configurations, configurations.dropFirst()) {
                let count = ReassignmentCount.simulate(
                    from: before, to: after, units: ReassignmentCount.syntheticUnits(50_000))
                #expect(count.experiments.map(\.switched) == [0])
                #expect(count.experiments.map(\.left) == [0])
                #expect(count.experiments[0].entered > 1_000)
                #expect(count.changed == count.experiments[0].entered)
                #expect(after.problems(against: before).isEmpty)
            }
        }
    }

    @Test("counts those who change arm where a bound moves down")
    func moved() throws {
        let before = try SampleDocument.small(experiments: [SampleDocument.experiment("e")])
        let arms: JSONValue = [
            ["key": "control", "range_ppm": [0, 400_000], "tier": "a"],
            ["key": "treatment", "range_ppm": [400_000, 1_000_000], "tier": "b"],
        ]
        let after = try SampleDocument.small(experiments: [SampleDocument.experiment("e").setting("/arms", to: arms)])
        let count = ReassignmentCount.simulate(
            from: before, to: after, units: ReassignmentCount.syntheticUnits(100_000))
        #expect((9_500...10_500).contains(count.experiments[0].switched))
        #expect(count.layers[0].switched == count.experiments[0].switched)
        #expect(after.problems(against: before).map(\.pointer.description) == ["/experiments/0/arms/1/range_ppm"])
    }

    @Test("puts a unit in one experiment of a layer, and those held out in none", arguments: 0..<4 as Range<UInt64>)
    func exclusive(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bounds = (0..<8).map { _ in Int.random(in: 0...1_000_000, using: &random) }.sorted()
        bounds[7] = 1_000_000
        let experiments = (0..<7).map { index in
            SampleDocument.experiment("e\(index)", from: bounds[index], to: bounds[index + 1])
        }
        let configuration = try SampleDocument.small(
            holdouts: [
                ["key": "in-layer", "layer": "l", "range_ppm": [0, .integer(bounds[0])]],
                ["key": "everywhere", "salt": "h", "range_ppm": [0, 100_000]],
            ], experiments: .array(experiments))
        let (table, layer) = (AssignmentTable(configuration), BucketSalt(layer: configuration.layers[0]))
        let holdout = BucketSalt(holdout: "everywhere", salt: "h")
        for unit in ReassignmentCount.syntheticUnits(20_000) {
            let decision = table.decide(AssignmentUnits(user: unit))
            let bucket = layer.bucket(of: unit)
            let isHeldOut = bucket < bounds[0] || holdout.bucket(of: unit) < 100_000
            let owners = (0..<7).filter { bounds[$0] <= bucket && bucket < bounds[$0 + 1] }
            #expect(decision.experiment == (isHeldOut ? nil : owners.first.map { "e\($0)" }))
            #expect(decision.reason == (isHeldOut ? .holdout : .split))
            #expect(decision.assignments.count == 1 && owners.count <= 1)
        }
    }

    private func chiSquare(_ bins: [Int], expected: Double) -> Double {
        bins.reduce(0) { sum, bin in
            let difference = Double(bin) - expected
            return sum + difference * difference / expected
        }
    }
}
