import Testing
import Training
import VectorKernels

@Suite("Teaching by the interaction graph")
struct GraphTeacherTests {
    /// A made set of interactions, as lists and as the graph's plain matrices.
    private struct Made {
        let histories: [[Int32]]
        let items: Int
        /// Users who met each item.
        let degrees: [Double]
        /// SᵀS: items × items.
        let links: [[Double]]

        /// Every user meets an item, and every item a user.
        init(users: Int, items: Int, seed: UInt64) {
            var generator = SeededGenerator(seed: seed)
            let histories = (0..<users).map { user in
                (0..<Int32(items)).filter { Int($0) == user % items || generator.unit() < 0.15 }
            }
            let degrees = (0..<Int32(items)).map { item in Double(histories.count { $0.contains(item) }) }
            var links = [[Double]](repeating: [Double](repeating: 0, count: items), count: items)
            for history in histories {
                for item in history {
                    for other in history {
                        links[Int(item)][Int(other)] +=
                            1 / (Double(history.count) * (degrees[Int(item)] * degrees[Int(other)]).squareRoot())
                    }
                }
            }
            (self.histories, self.items, self.degrees, self.links) = (histories, items, degrees, links)
        }

        func graph(workers: Int) -> InteractionGraph {
            InteractionGraph(histories: histories, itemCount: items, workers: MatrixWorkers(count: workers))
        }

        func times(_ vector: [Double]) -> [Double] {
            links.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
        }
    }

    @Test("links items by their users", arguments: 1...3 as ClosedRange<UInt64>, [1, 2, 3])
    func propagation(seed: UInt64, workers: Int) {
        let made = Made(users: 30, items: 20, seed: seed)
        var generator = SeededGenerator(seed: seed)
        let table = (0..<20 * 3).map { _ in generator.normal() }
        let result = made.graph(workers: workers).propagated(table, dimensions: 3)
        for dimension in 0..<3 {
            let expected = made.times((0..<20).map { Double(table[$0 * 3 + dimension]) })
            for item in 0..<20 { #expect(abs(expected[item] - Double(result[item * 3 + dimension])) < 1e-4) }
        }
    }

    @Test("finds the directions that the graph only stretches", arguments: 1...3 as ClosedRange<UInt64>, [1, 2])
    func spectrum(seed: UInt64, workers: Int) {
        let made = Made(users: 90, items: 50, seed: seed)
        var generator = SeededGenerator(seed: seed)
        let spectrum = GraphSpectrum(
            of: made.graph(workers: workers), items: 50, rank: 6, generator: &generator,
            workers: MatrixWorkers(count: workers))
        #expect(spectrum.rank == 6)
        #expect(abs(spectrum.values[0] - 1) < 1e-4, "A connected graph keeps its roots of degrees as they are.")
        #expect(spectrum.values == spectrum.values.sorted(by: >))
        for column in 0..<6 {
            let vector = (0..<50).map { Double(spectrum.vectors[$0 * 6 + column]) }
            let length = vector.reduce(0) { $0 + $1 * $1 }
            #expect(abs(length - 1) < 1e-3)
            let error = zip(made.times(vector), vector)
                .map { $0 - Double(spectrum.values[column]) * $1 }.reduce(0) { $0 + $1 * $1 }
            #expect(error.squareRoot() < 5e-3)
        }
    }

    /// With fewer items than eigenvectors the smooth part holds all of them, and the filter is a polynomial of the matrix.
    @Test("ranks as the filter's formula does", arguments: 1...4 as ClosedRange<UInt64>, [1, 2])
    func definition(seed: UInt64, workers: Int) {
        let made = Made(users: 80, items: 24, seed: seed)
        var generator = SeededGenerator(seed: seed)
        let teacher = GraphTeacher(
            made.graph(workers: workers), itemCount: 24, generator: &generator, workers: MatrixWorkers(count: workers))
        let lists = teacher.lists(24, for: made.histories)
        #expect(lists.count == 80)
        for (history, list) in zip(made.histories, lists) {
            var met = [Double](repeating: 0, count: 24)
            for item in history { met[Int(item)] = 1 }
            let linked = made.times(met)
            let smooth = met.map { 0.3 * $0 }
            var term = zip(linked, smooth).map { $0 + $1 }
            var scores = term
            for power in 1...4 {
                term = made.times(term).map { -1.5 * $0 / Double(power) }
                for item in 0..<24 { scores[item] += term[item] }
            }
            let expected = (0..<24).filter { met[$0] == 0 && scores[$0] > 1e-4 }
            #expect(Set(list.filter { $0.score > 1e-4 }.map(\.row)).symmetricDifference(expected).isEmpty)
            for entry in list { #expect(abs(Double(entry.score) - scores[entry.row]) < 1e-3) }
            #expect(list.map(\.score) == list.map(\.score).sorted(by: >))
        }
    }

    @Test("keeps a list no longer than asked for, the best of all")
    func depth() {
        let made = Made(users: 60, items: 30, seed: 9)
        func lists(_ depth: Int) -> [[ScoredRow]] {
            var generator = SeededGenerator(seed: 1)
            return GraphTeacher(
                made.graph(workers: 1), itemCount: 30, generator: &generator, workers: MatrixWorkers(count: 1)
            ).lists(depth, for: made.histories)
        }
        let (short, long) = (lists(4), lists(30))
        let beginnings = long.map { Array($0.prefix(4)) }
        #expect(short == beginnings)
        let longest = short.map(\.count).max()
        #expect(longest == 4)
    }

    @Test("has nothing to say to who met everything, or without links")
    func nothing() {
        let graph = InteractionGraph(
            histories: [[0, 1, 2], [0, 1, 2], [3]], itemCount: 5, workers: MatrixWorkers(count: 1))
        var generator = SeededGenerator(seed: 1)
        let teacher = GraphTeacher(graph, itemCount: 5, generator: &generator, workers: MatrixWorkers(count: 1))
        let lists = teacher.lists(10, for: [[0, 1, 2], [3], [4], []])
        #expect(lists == [[], [], [], []])
    }
}
