import Domain
import OfflineJobs
import Testing

@Suite("A deeper index")
struct DepthTrialTests {
    @Test(
        "pays when it comes nearer to the target, or is much faster there",
        arguments: [
            // Both reach the target of .99: a little faster is not worth twice the memory.
            (before: (ms: 8.0, recall: 0.99), deeper: (ms: 4.0, recall: 0.995), pays: true),
            (before: (ms: 8.0, recall: 0.99), deeper: (ms: 6.0, recall: 0.995), pays: false),
            // One of them misses it.
            (before: (ms: 8.0, recall: 0.99), deeper: (ms: 1.0, recall: 0.98), pays: false),
            (before: (ms: 1.0, recall: 0.98), deeper: (ms: 8.0, recall: 0.99), pays: true),
            // Both miss it.
            (before: (ms: 1.0, recall: 0.8), deeper: (ms: 8.0, recall: 0.9), pays: true),
            (before: (ms: 8.0, recall: 0.9), deeper: (ms: 1.0, recall: 0.8), pays: false),
            (before: (ms: 8.0, recall: 0.9), deeper: (ms: 1.0, recall: 0.9), pays: true),
            (before: (ms: 8.0, recall: 0.9), deeper: (ms: 8.0, recall: 0.9), pays: false),
        ])
    func pays(before: (ms: Double, recall: Double), deeper: (ms: Double, recall: Double), pays: Bool) throws {
        let trial = DepthTrial(depth: 128, indexBytes: 1, found: try measurement(deeper.ms, recall: deeper.recall))
        #expect(trial.pays(over: try measurement(before.ms, recall: before.recall), target: 0.99) == pays)
    }

    private func measurement(_ milliseconds: Double, recall: Double) throws -> PlanMeasurement {
        PlanMeasurement(
            plan: try ServingPlan(scanDimensions: 64, shortlist: 10, ladder: .standard), recalls: [recall],
            milliseconds: [milliseconds], queriesPerSecond: 1000 / milliseconds)
    }
}
