import Domain
import Experiments
import Foundation
import Logging
import Serving
import TestSupport
import Testing

@Suite("Tiers kept for a start without the store")
struct TierFileTests {
    @Test("are those that were followed last, and none of a file that is damaged")
    func kept() async throws {
        let planted = try await PlantedStore()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        let path = folder.appendingPathComponent("tiers.json").path
        let file = TierFile(path: path, logger: Logger(label: "test"))
        #expect(file.kept() == nil)
        let publisher = planted.service.tierPublisher
        let proposal = try await publisher.proposal(
            try TierAssignmentTests.configuration(), document: TierAssignmentTests.document)
        _ = try await publisher.publish(proposal, actor: "a", reason: "r")
        let follower = TierFollower(
            service: planted.service, file: file, interval: .milliseconds(1), logger: Logger(label: "test"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await follower.run() }
            while file.kept() == nil { await Task.yield() }
            // Away: what is in force stays, and so does the file.
            planted.store.setAway(true)
            for _ in 0..<50 { await Task.yield() }
            group.cancelAll()
        }
        #expect(planted.service.tiers.revision == 1)
        let kept = try #require(file.kept())
        #expect(kept.revision == 1 && kept.configuration == planted.service.tiers.configuration)
        for damage in ["", "7", "x\n{}", "7\n{\"schema\": 1}"] {
            try Data(damage.utf8).write(to: URL(fileURLWithPath: path))
            #expect(file.kept() == nil)
        }
    }
}
