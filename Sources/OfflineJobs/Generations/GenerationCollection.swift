public import Domain

/// Drops generations that have served and will not again.
public struct GenerationCollection: Sendable {
    private let store: any GenerationLifecycle & GenerationStore

    public init(store: any GenerationLifecycle & GenerationStore) {
        self.store = store
    }

    /// Drops retired generations.
    ///
    /// - Parameter count: How many are kept: the one that a rollback goes back to, then the newest.
    /// - Returns: Those that were dropped, newest first.
    /// - Throws: The store's errors; those dropped before stay dropped.
    public func dropRetired(keeping count: Int) async throws -> [GenerationNumber] {
        let target = try await store.rollbackTarget()
        let retired = try await store.generations().filter { $0.state == .retired }.map(\.number)
        let ordered = retired.filter { $0 == target } + retired.filter { $0 != target }
        let dropped = ordered.dropFirst(count).sorted(by: >)
        for number in dropped { try await store.drop(number) }
        return dropped
    }
}
