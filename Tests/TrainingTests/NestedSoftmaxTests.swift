import Testing
import Training
import VectorKernels

@Suite("The nested softmax")
struct NestedSoftmaxTests {
    private static let steps = [0..<3, 3..<4, 4..<9]
    private static let rungWeights: [Float] = [0.5, 0.2, 0.3]
    private static let temperature: Float = 0.4
    private static let dimensions = 9

    /// Users, items and a batch of made rows: up to three targets and three hidden candidates each.
    private struct Problem {
        var users: [Float]
        var items: [Float]
        var batch = TrainingBatch()

        init(rows: Int, candidates: Int, seed: UInt64) {
            var generator = SeededGenerator(seed: seed)
            users = (0..<rows * dimensions).map { _ in generator.normal() }
            items = (0..<candidates * dimensions).map { _ in generator.normal() }
            let padding = NestedSoftmax.paddedCount(candidates) - candidates
            items += [Float](repeating: 0, count: padding * dimensions)
            batch.candidates = Array(0..<Int32(candidates))
            batch.correction = (0..<candidates).map { _ in generator.unit() }
            for row in 0..<rows {
                batch.users.append(Int32(row))
                var columns = Array(0..<Int32(candidates))
                generator.drawToFront(6, of: &columns)
                let targets = 1 + row % 3
                batch.targets += columns[0..<targets]
                batch.targetShares += [[1], [0.25, 0.75], [0.2, 0.5, 0.3]][row % 3]
                batch.targetOffsets.append(batch.targets.count)
                batch.hidden += columns[3..<3 + (row + 1) % 4]
                batch.hiddenOffsets.append(batch.hidden.count)
                batch.rowWeights.append(0.5 + generator.unit())
            }
        }

        /// The plainest reference: every rung's cosines by themselves, in double precision.
        func loss() -> Double {
            var loss = 0.0
            for row in 0..<batch.count {
                let user = users[row * dimensions..<(row + 1) * dimensions].map(Double.init)
                let targets = batch.targetOffsets[row]..<batch.targetOffsets[row + 1]
                let hidden = batch.hidden[batch.hiddenOffsets[row]..<batch.hiddenOffsets[row + 1]]
                for (rung, step) in steps.enumerated() {
                    let prefix = step.upperBound
                    let logits = batch.candidates.map { candidate in
                        let first = Int(candidate) * dimensions
                        return cosine(user[..<prefix], items[first..<first + prefix].map(Double.init)[...])
                            / Double(temperature)
                    }
                    var sum = 0.0
                    for (candidate, logit) in logits.enumerated() where !hidden.contains(Int32(candidate)) {
                        let isTarget = batch.targets[targets].contains(Int32(candidate))
                        sum += exponential(logit + (isTarget ? 0 : Double(batch.correction[candidate])))
                    }
                    for index in targets {
                        let cross = logarithm(sum) - logits[Int(batch.targets[index])]
                        loss += Double(batch.rowWeights[row] * rungWeights[rung] * batch.targetShares[index]) * cross
                    }
                }
            }
            return loss
        }

        private func cosine(_ left: ArraySlice<Double>, _ right: ArraySlice<Double>) -> Double {
            func dot(_ x: ArraySlice<Double>, _ y: ArraySlice<Double>) -> Double {
                zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
            }
            return dot(left, right) / (dot(left, left) * dot(right, right)).squareRoot()
        }
    }

    private func gradients(_ problem: Problem, workers: Int) -> NestedSoftmax.Gradients {
        NestedSoftmax(
            steps: Self.steps, rungWeights: Self.rungWeights, temperature: Self.temperature,
            workers: MatrixWorkers(count: workers)
        ).gradients(users: problem.users, items: problem.items, batch: problem.batch)
    }

    @Test("is each rung's own cross-entropy, added up", arguments: 0..<4 as Range<UInt64>, [1, 2, 3])
    func loss(seed: UInt64, workers: Int) {
        let problem = Problem(rows: 7, candidates: 21, seed: seed)
        let reference = problem.loss()
        #expect(abs(gradients(problem, workers: workers).loss - reference) < 1e-4 * reference)
    }

    @Test("has the gradients of finite differences", arguments: 0..<3 as Range<UInt64>)
    func finiteDifferences(seed: UInt64) {
        var problem = Problem(rows: 4, candidates: 18, seed: seed)
        let gradients = gradients(problem, workers: 2)
        let width: Float = 1e-2
        for index in problem.users.indices {
            let value = problem.users[index]
            problem.users[index] = value + width
            let above = problem.loss()
            problem.users[index] = value - width
            let below = problem.loss()
            problem.users[index] = value
            let slope = (above - below) / (2 * Double(width))
            #expect(abs(slope - Double(gradients.users[index])) < 2e-3 * (1 + abs(slope)), "user element \(index)")
        }
        for index in 0..<18 * Self.dimensions {
            let value = problem.items[index]
            problem.items[index] = value + width
            let above = problem.loss()
            problem.items[index] = value - width
            let below = problem.loss()
            problem.items[index] = value
            let slope = (above - below) / (2 * Double(width))
            #expect(abs(slope - Double(gradients.items[index])) < 2e-3 * (1 + abs(slope)), "item element \(index)")
        }
    }

    @Test("gives the same gradients however many workers share the rows", arguments: [2, 3, 9])
    func workers(count: Int) {
        let problem = Problem(rows: 300, candidates: 40, seed: 5)
        let (one, many) = (gradients(problem, workers: 1), gradients(problem, workers: count))
        #expect(zip(one.items, many.items).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(zip(one.users, many.users).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(gradients(problem, workers: count).items == many.items)
    }
}
