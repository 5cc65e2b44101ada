import ByteStreams
import Datasets
import Domain
import Foundation
import OfflineJobs
import TestSupport
import Testing

@Suite("An import job")
struct ImportJobTests {
    /// Runs `body` with a file of that text.
    static func withFile<Value>(_ text: String, _ body: (ByteSource) async throws -> Value) async throws -> Value {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("linden-\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: url)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(.file(url.path)))
        } catch {
            outcome = .failure(error)
        }
        try FileManager.default.removeItem(at: url)
        return try outcome.get()
    }

    @Test("stores a file once, however often it is imported")
    func twice() async throws {
        let store = MemoryStore()
        let text = "user_id,item_id,timestamp\nu1,i1,5\nu1,i2,6\nu2,i1,7\n"
        for added in [3, 0] {
            let report = try await Self.withFile(text) {
                try await ImportJob(importer: store).run(.interactions, source: $0)
            }
            #expect(report.count == ImportCount(read: 3, added: added))
        }
    }

    @Test("stores nothing of a file with a bad row, unless that is allowed", arguments: [0, 1])
    func badRows(allowed: Int) async throws {
        let store = MemoryStore()
        let text = "user_id,item_id,timestamp\nu1,i1,5\nu1,,6\nu2,i1,7\n"
        let job = ImportJob(importer: store, options: ReadOptions(allowedBadRows: allowed))
        if allowed == 0 {
            await #expect(throws: DatasetError.self) {
                try await Self.withFile(text) { try await job.run(.interactions, source: $0) }
            }
            #expect(try await store.interactionLog().count == 0)
        } else {
            let report = try await Self.withFile(text) { try await job.run(.interactions, source: $0) }
            #expect(report.count.read == 2)
            #expect(report.badRows.first.map(\.line) == [3])
        }
    }

    @Test("reads items and users")
    func catalogues() async throws {
        let store = MemoryStore()
        let items = "item_id,title,genres,year\ni1,\"One, two\",A|B,1999\n"
        let report = try await Self.withFile(items) { try await ImportJob(importer: store).run(.items, source: $0) }
        #expect(report.count == ImportCount(read: 1, added: 1))
        let stored = try await store.interactionLog().items.map(\.item)
        #expect(stored.map(\.title) == ["One, two"])
        #expect(stored.map(\.categories) == [["A", "B"]])
        #expect(stored.map(\.attributes) == [["year": ["1999"]]])
        let users = try await Self.withFile("user_id,age\nu1,30\nu2,40\n") {
            try await ImportJob(importer: store).run(.users, source: $0)
        }
        #expect(users.count == ImportCount(read: 2, added: 2))
    }
}
