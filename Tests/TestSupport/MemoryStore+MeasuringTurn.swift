public import Domain
import Synchronization

extension MemoryStore: MeasuringTurn {
    public func takingTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
        let isOurs = try withState { state in
            defer { state.isMeasuring = true }
            return !state.isMeasuring
        }
        guard isOurs else { return nil }
        defer { state.withLock { $0.isMeasuring = false } }
        return try await body()
    }
}
