import Towers
import Training

extension TrainJob {
    /// Looks for better settings, if that was asked for, until it is through or `stop` returns.
    func search(
        _ data: TrainingData, from earlier: TwoTowerModel?, stop: @escaping @Sendable () async -> Void,
        clock: some Clock<Duration>, report: @escaping @Sendable (Step) -> Void
    ) async throws -> TrainingSearch.Report? {
        guard let limit = options.searchTime else { return nil }
        let search = try TrainingSearch(from: configuration)
        let found = try await Self.stopping(stop) {
            try await search.run(data, startingFrom: earlier, for: limit, clock: clock) { report(.searching($0)) }
        }
        try Task.checkCancellation()
        report(.found(found))
        return found
    }

    /// Does work that ends early with the best so far when it is cancelled, which it is as soon as `stop` returns.
    static func stopping<Value: Sendable>(
        _ stop: @escaping @Sendable () async -> Void, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await stop()
                return nil
            }
            while let result = try await group.next() {
                group.cancelAll()
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
