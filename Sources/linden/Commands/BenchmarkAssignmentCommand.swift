import ArgumentParser
import Experiments
import Foundation
import JSON

extension BenchmarkCommand {
    /// `linden benchmark assignment`.
    struct Assignment: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Times the assignment of units to arms, without a database.")

        @Option(parsing: .unconditional, help: "Experiments, shared out over the layers.")
        var experiments = 50

        @Option(parsing: .unconditional, help: "Layers.")
        var layers = 1

        @Option(parsing: .unconditional, help: "Units assigned.")
        var units = 1_000_000

        @Flag(help: "Print one JSON value on standard output.")
        var json = false

        func validate() throws {
            guard (1...1_000).contains(layers), (layers...10_000).contains(experiments) else {
                throw ValidationError("\(experiments) experiments over \(layers) layers. Give one a layer at least.")
            }
            guard (100...100_000_000).contains(units) else {
                throw ValidationError("--units is \(units). Give 100 to 10^8.")
            }
        }

        func run() async throws {
            let table = AssignmentTable(try document())
            let ids = (0..<min(units, 100_000)).map { AssignmentUnits(user: Array("user-\($0)".utf8)) }
            var (nanoseconds, enrolled) = ([Double](), 0)
            nanoseconds.reserveCapacity(units)
            let clock = ContinuousClock()
            for unit in 0..<units {
                let start = clock.now
                let decision = table.decide(ids[unit % ids.count])
                nanoseconds.append(start.duration(to: clock.now) / .nanoseconds(1))
                if decision.experiment != nil { enrolled += 1 }
            }
            nanoseconds.sort()
            let (p50, p99) = (nanoseconds[units / 2], nanoseconds[units * 99 / 100])
            if json {
                print(
                    JSONValue.object([
                        "experiments": .integer(experiments), "layers": .integer(layers), "units": .integer(units),
                        "p50_ns": .number(p50), "p99_ns": .number(p99), "enrolled": .integer(enrolled),
                    ]))
            } else {
                print(
                    "\(experiments) experiments in \(layers) layers, \(units) units: p50 \(Int(p50)) ns, p99 \(Int(p99)) ns; "
                        + "\(enrolled) in an experiment. The clock's own reading is in it.")
            }
        }

        /// Experiments that fill their layers; those of the first set tiers.
        private func document() throws -> TierConfiguration {
            let each = BucketRange.buckets / ((experiments + layers - 1) / layers)
            return try TierConfiguration([
                "schema": "linden-tiers/1", "hash_version": 1, "default_tier": "a",
                "tiers": ["a": ["ceiling": 0], "b": ["ceiling": 1]],
                "layers": .array((0..<layers).map { ["key": .string("l\($0)"), "salt": "s"] }),
                "experiments": .array(
                    (0..<experiments).map { number in
                        let (layer, first) = (number % layers, number / layers * each)
                        func arm(_ key: String, _ lower: Int, _ tier: String) -> JSONValue {
                            .object([
                                "key": .string(key), "range_ppm": [.integer(lower), .integer(lower + 500_000)],
                                "tier": layer == 0 ? .string(tier) : nil,
                                "generation": layer == 1 ? "g1" : nil,
                            ])
                        }
                        return [
                            "key": .string("e\(number)"), "layer": .string("l\(layer)"), "salt": .string("x\(number)"),
                            "state": "RUNNING", "range_ppm": [.integer(first), .integer(first + each)],
                            "arms": [arm("control", 0, "a"), arm("treatment", 500_000, "b")],
                        ]
                    }),
            ])
        }
    }
}
