import Domain
import OfflineJobs
import Planning
import TestSupport
import Testing

@Suite("A calibration of plans")
struct PlanCalibrationTests {
    @Test("measures against the rows that may be answered with, in a catalogue large enough for lists")
    func lists() throws {
        let made = ClusteredVectors(items: 20_500, queries: 12, dimensions: 16, seed: 4)
        func halves(_ table: EmbeddingTable) -> HalfEmbeddings {
            HalfEmbeddings(
                dimensions: 16, numbers: (0..<table.count).map(Int64.init),
                bits: table.elements.map { Float16($0).bitPattern })
        }
        let frontier = try PlanCalibration(planner: Planner()).frontier(
            ladder: try PrefixLadder([8, 16]), items: halves(made.items), users: halves(made.queries),
            seen: (0..<12).map { [$0] })
        #expect(frontier.contains { $0.plan.hasPrefix("p") })
        // All rows are scanned, and far more of them reranked than are wanted.
        #expect(frontier.last?.plan == "s16-k1000-r16" && frontier.last?.recall == 1)
    }
}
