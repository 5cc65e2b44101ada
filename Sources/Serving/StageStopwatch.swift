import Domain

/// Wall time of a request's stages, one after the other.
struct StageStopwatch: Sendable {
    private let clock: RequestClock
    private var mark: Duration
    private var durations = [Duration](repeating: .zero, count: Stage.allCases.count)

    init(_ clock: RequestClock) {
        self.clock = clock
        mark = clock.elapsed
    }

    /// Books the time since the last stage ended on `stage`.
    mutating func finish(_ stage: Stage) {
        let now = clock.elapsed
        durations[stage.rawValue] += now - mark
        mark = now
    }

    /// The statement's lines with the time that each stage took.
    func reports(of statement: CostStatement) -> [StageReport] {
        statement.lines.map { line in
            StageReport(
                name: line.stage.name, dimensions: line.dimensions, rows: line.rows, cost: line.cost,
                duration: durations[line.stage.rawValue])
        }
    }
}
