import Domain
import Foundation
import Serving
import Synchronization
import TestSupport

/// How much is changed and asked, and how long; the environment can ask for more than the tests do.
struct LoadSize {
    /// Items before the first change.
    let rows: Int
    let dimensions: Int
    /// Changes a second, each in a transaction of its own.
    let rate: Int
    let seconds: Double
    /// Requests a second, beside them.
    let requestRate: Int
    /// Whether the figures are wanted; a test beside others on a busy machine measures those.
    let isBenchmark: Bool

    static func fromEnvironment() -> LoadSize {
        let environment = ProcessInfo.processInfo.environment
        func number(_ name: String, _ usual: Double) -> Double { environment[name].flatMap(Double.init) ?? usual }
        return LoadSize(
            rows: Int(number("LINDEN_CHANGES_ROWS", 2_000)), dimensions: Int(number("LINDEN_CHANGES_DIMS", 64)),
            rate: Int(number("LINDEN_CHANGES_RATE", 1_000)), seconds: number("LINDEN_CHANGES_SECONDS", 0.4),
            requestRate: Int(number("LINDEN_CHANGES_REQUESTS", 100)),
            isBenchmark: environment.keys.contains { $0.hasPrefix("LINDEN_CHANGES_") })
    }
}

/// Times in ascending order, and what is asked of them.
struct Timings {
    private let sorted: [Duration]

    init(_ durations: [Duration]) { sorted = durations.sorted() }

    var count: Int { sorted.count }

    /// Milliseconds that the share `quantile` stays below.
    func milliseconds(_ quantile: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * quantile))] / .milliseconds(1)
    }

    var description: String {
        String(
            format: "p50 %.2f ms, p99 %.2f ms, max %.2f ms (%d)", milliseconds(0.5), milliseconds(0.99),
            milliseconds(1), count)
    }
}

/// Changes a catalogue at a fixed rate, and measures when each change is seen by requests.
final class ChangeLoad: Sendable {
    private struct Awaited {
        let item: ItemID
        let title: String?
        let since: ContinuousClock.Instant
    }

    private struct State {
        var awaited: [Awaited] = []
        var seen: [Duration] = []
        var titles: [ItemID: String?] = [:]
        var isWriting = true
    }

    private let service: RecommendationService
    private let size: LoadSize
    private let state = Mutex(State())

    init(service: RecommendationService, size: LoadSize) {
        self.service = service
        self.size = size
    }

    /// The title that each changed item has in the end; `nil` for those that are deleted.
    var titles: [ItemID: String?] { state.withLock { $0.titles } }

    /// Writes all changes, and waits until the last is seen.
    ///
    /// - Returns: For each change, the time from sending it to its being served.
    func run(writers: Int = 4) async throws -> Timings {
        let start = ContinuousClock.now
        let changes = Int(size.seconds * Double(size.rate))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.watch() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        for change in stride(from: writer, to: changes, by: writers) {
                            try await Task.sleep(until: start + .seconds(Double(change) / Double(self.size.rate)))
                            try await self.write(change, writers: writers)
                        }
                    }
                }
                try await group.waitForAll()
            }
            state.withLock { $0.isWriting = false }
            try await group.waitForAll()
            return Timings(state.withLock { $0.seen })
        }
    }

    /// Half of the changes are new items, four in ten change one that was there, one in ten takes out a new one.
    ///
    /// Each item has one writer, so that its changes are stored in the order in which they are made.
    private func write(_ change: Int, writers: Int) async throws {
        let since = ContinuousClock.now
        let round = change / writers
        let writer = change % writers
        if round % 10 == 9, round >= 20 {
            let item = try ItemID("new-\((round - 15) * writers + writer)")
            if try await service.delete(item: item) { expect(Awaited(item: item, title: nil, since: since)) }
            return
        }
        let owned = round * 7_919 % (size.rows / writers) * writers + writer
        let id = try ItemID(round % 10 < 5 ? "new-\(change)" : "item-\(owned)")
        let title = "word\(change % 4_001) word\(change % 977) change\(change)"
        try await service.upsert([CatalogueItem(id: id, title: title, categories: ["category-\(change % 100)"])])
        expect(Awaited(item: id, title: title, since: since))
    }

    private func expect(_ awaited: Awaited) {
        state.withLock { state in
            state.titles[awaited.item] = awaited.title
            // A change that the next one overtakes is never seen.
            state.awaited.removeAll { $0.item == awaited.item }
            state.awaited.append(awaited)
        }
    }

    /// Looks which changes are served, until all are.
    private func watch() async throws {
        var writtenBy: ContinuousClock.Instant?
        while true {
            let now = ContinuousClock.now
            let (isWriting, left) = state.withLock { state in
                state.awaited.removeAll { awaited in
                    guard service.title(of: awaited.item) == awaited.title else { return false }
                    state.seen.append(awaited.since.duration(to: now))
                    return true
                }
                return (state.isWriting, state.awaited.count)
            }
            if !isWriting {
                if left == 0 { return }
                if now > (writtenBy ?? now) + .seconds(30) { throw UnservedChanges(count: left) }
                writtenBy = writtenBy ?? now
            }
            try await Task.sleep(for: .microseconds(500))
        }
    }
}

/// Changes that were stored and did not come to be served.
struct UnservedChanges: Error {
    let count: Int
}
