import Domain
import Foundation
import OfflineJobs
import TestSupport
import Testing
import Training

@Suite("The memory that a training needs")
struct MemoryNeedTests {
    private static func memory() throws -> TrainingMemory {
        TrainingMemory(
            try TrainJobTests.configuration(), try TrainingData(users: [], items: [], userIndices: [], itemIndices: []))
    }

    @Test("is refused where there is less, with both numbers and what to do", arguments: [-1, 0, 1])
    func refused(more: Int) throws {
        let memory = try Self.memory()
        let need = MemoryNeed(memory, held: 0, available: memory.total + more)
        if more < 0 {
            let error = #expect(throws: MemoryNeedError.self) { try need.check() }
            #expect(error?.needed == memory.total && error?.available == memory.total - 1)
            #expect(error?.description.contains("--ladder") == true)
        } else {
            try need.check()
        }
        try MemoryNeed(memory, held: nil, available: nil).check()
    }

    @Test("ends a job before it trains, and its record says why")
    func endsJob() async throws {
        let store = try await TrainJobTests.store()
        var options = TrainJob.Options()
        options.memory = { need in
            #expect((need.held ?? 0) > 0 && (need.available ?? 0) > 0)
            try MemoryNeed(need.training, held: nil, available: need.training.total - 1).check()
        }
        let job = TrainJob(store: store, configuration: try TrainJobTests.configuration(), options: options)
        await #expect(throws: MemoryNeedError.self) { try await job.run(stop: TrainJobTests.never) { _ in } }
        #expect(try await store.generations().isEmpty)
        let run = try #require(try await store.trainingRuns().first)
        guard case .failed(let reason) = run.end.outcome else {
            Issue.record("The run has no failure.")
            return
        }
        #expect(reason.contains("--any-memory"))
    }

    @Test("is held against the machine and each control group around the process")
    func available() throws {
        let folder = try TemporaryFolder()
        #expect(AvailableMemory(root: folder.path) == nil)
        func write(_ text: String, _ path: String) throws {
            let file = URL(filePath: folder.path + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try write("MemTotal: 9000 kB\nMemAvailable:   8000 kB\n", "/proc/meminfo")
        #expect(AvailableMemory(root: folder.path)?.bytes == 8_192_000)
        try write("0::/a/b\n", "/proc/self/cgroup")
        try write("max\n", "/sys/fs/cgroup/a/b/memory.max")
        try write("100\n", "/sys/fs/cgroup/a/b/memory.current")
        #expect(AvailableMemory(root: folder.path)?.bytes == 8_192_000)
        try write("5000000\n", "/sys/fs/cgroup/a/memory.max")
        try write("2000000\n", "/sys/fs/cgroup/a/memory.current")
        #expect(AvailableMemory(root: folder.path)?.bytes == 3_000_000)
        try write("anon 1\ninactive_file 500000\n", "/sys/fs/cgroup/a/memory.stat")
        #expect(AvailableMemory(root: folder.path)?.bytes == 3_500_000)
        try write("4:memory:/x\n9:name=systemd:/\n", "/proc/self/cgroup")
        try write("3000\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
        try write("4000\n", "/sys/fs/cgroup/memory/memory.usage_in_bytes")
        #expect(AvailableMemory(root: folder.path)?.bytes == 0)
    }
}
