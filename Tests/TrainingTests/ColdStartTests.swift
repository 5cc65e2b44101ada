import Domain
import Evaluation
import Testing
import Training

@Suite("A cold start")
struct ColdStartTests {
    @Test("finds unseen items by their content, far better than by popularity")
    func items() async throws {
        let data = try PlantedData(seed: 11)
        let report = try await ColdStartEvaluation(try PlantedData.configuration(), k: 3).items(data.train)
        #expect(report.cold == 6)
        #expect(report.references.count == 2)
        // Half of the unseen items are of the user's cluster, and popularity does not know which.
        for rung in report.rungs {
            #expect(rung.references.count == 2)
            for reference in rung.references { #expect(rung.cold.recall > 1.3 * reference.recall, "\(rung)") }
        }
    }

    @Test(
        "serves unseen users from five interactions about as well as those it was trained on", arguments: [false, true])
    func users(times: Bool) async throws {
        let data = try PlantedData(seed: 12, times: times)
        let report = try await ColdStartEvaluation(try PlantedData.configuration(), k: 25).users(data.train)
        #expect(report.cold == 8)
        for rung in report.rungs {
            #expect(rung.cold.recall > 0.8 * rung.references[0].recall, "\(rung)")
            #expect(rung.cold.users == report.cold && rung.references[0].users > 50)
        }
    }

    @Test("is refused where no item has content")
    func withoutContent() async throws {
        let data = try PlantedData(seed: 13, content: false)
        await #expect(throws: TrainingError.noTestItems) {
            _ = try await ColdStartEvaluation(try PlantedData.configuration()).items(data.train)
        }
    }
}
