import Domain
import Testing
import Towers
import Training

@Suite("The memory of a training")
struct TrainingMemoryTests {
    @Test(
        "holds the tables that the model then has, and as much for the best one and the optimiser",
        arguments: [false, true])
    func tables(times: Bool) async throws {
        let data = try PlantedData(seed: 1, times: times).train
        var configuration = try PlantedData.configuration()
        configuration.userIDEmbedding = true
        configuration.epochs = 1
        let memory = TrainingMemory(configuration, data)
        let model = try await Trainer(configuration).train(data).model
        // Beside its tables, an artefact has ids, weights and lengths.
        #expect(memory.tables < model.encoded().count)
        #expect(memory.tables > model.encoded().count * 3 / 4)
        #expect(memory.models == 2 * memory.tables)
        #expect(memory.optimiser >= memory.tables)
        #expect(memory.total > memory.tables + memory.optimiser + memory.models + memory.step)
    }

    @Test("grows with what its parts depend on")
    func growth() throws {
        let data = try PlantedData(seed: 2, times: true).train
        var configuration = try PlantedData.configuration()
        configuration.candidates = 40
        let small = TrainingMemory(configuration, data)
        configuration.threads = 2
        let threads = TrainingMemory(configuration, data)
        #expect(threads.step > small.step && threads.tables == small.tables)
        configuration.ladder = try PrefixLadder([4, 8, 32])
        let long = TrainingMemory(configuration, data)
        #expect(long.tables > threads.tables && long.validation > threads.validation)
        #expect(long.histories == small.histories)
        configuration.userIDEmbedding = true
        #expect(TrainingMemory(configuration, data).tables == long.tables + 4 * 32 * data.users.count)
    }
}
