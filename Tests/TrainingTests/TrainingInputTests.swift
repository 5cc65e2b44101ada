import Domain
import Testing
import Towers
import Training

@Suite("What training is given")
struct TrainingInputTests {
    private func data(_ pairs: [(Int32, Int32)], users: Int = 3, items: Int = 3) throws -> TrainingData {
        try TrainingData(
            users: (0..<users).map { try UserID("u\($0)") },
            items: (0..<items).map { ItemContent(id: try ItemID("i\($0)")) },
            userIndices: pairs.map(\.0), itemIndices: pairs.map(\.1))
    }

    private func training(_ data: TrainingData) async throws -> TrainedModel {
        try await Trainer(try PlantedData.configuration()).train(data)
    }

    @Test("is refused with a sentence when there is nothing to learn from it")
    func nothingToLearn() async throws {
        let (nothing, oneItem, noPairs) = try (
            data([]), data([(0, 1), (1, 1), (2, 1)]), data([(0, 0), (1, 1), (2, 2), (2, 2)])
        )
        await #expect(throws: TrainingError.noInteractions) { try await training(nothing) }
        await #expect(throws: TrainingError.tooFewItems(1)) { try await training(oneItem) }
        await #expect(throws: TrainingError.noUserWithTwoItems) { try await training(noPairs) }
    }

    @Test("is refused when its columns do not fit")
    func columns() throws {
        #expect(throws: TrainingError.indexOutOfRange(what: "item", index: 3, count: 3)) { try data([(0, 3)]) }
        #expect(throws: TrainingError.indexOutOfRange(what: "user", index: -1, count: 3)) { try data([(-1, 0)]) }
        let id = try ItemID("i")
        #expect(throws: TrainingError.duplicateItem("i")) {
            try TrainingData(
                users: [], items: [ItemContent(id: id), ItemContent(id: id)], userIndices: [], itemIndices: [])
        }
    }

    @Test("may be as little as one user with two items")
    func smallest() async throws {
        let trained = try await training(try data([(0, 0), (0, 2)]))
        #expect(trained.model.itemCount == 2)
        let features = trained.model.features(of: ItemContent(id: try ItemID("i0")))
        let embedding = try #require(trained.model.userEmbedding(history: [features]))
        #expect(embedding.allSatisfy { $0.isFinite })
    }

    @Test("may repeat itself: the same rows twice are the same rows once, but for their weight")
    func duplicates() async throws {
        let pairs: [(Int32, Int32)] = [(0, 0), (0, 1), (1, 1), (1, 2)]
        let once = try await training(try data(pairs))
        let twice = try await training(try data(pairs + pairs))
        #expect(once.model.encoded() == twice.model.encoded())
    }

    @Test("is numbered from interactions: catalogue first, then by appearance")
    func fromInteractions() throws {
        let interactions = try [("u", "x"), ("v", "b"), ("u", "b")].map {
            Interaction(user: try UserID($0.0), item: try ItemID($0.1))
        }
        let catalogue = try ["a", "b"].map { ItemContent(id: try ItemID($0)) }
        let data = try TrainingData(interactions: interactions, items: catalogue)
        #expect(data.items.map(\.id.text) == ["a", "b", "x"])
        #expect(data.users.map(\.text) == ["u", "v"])
        #expect(data.userIndices == [0, 1, 0])
        #expect(data.itemIndices == [2, 1, 1])
        #expect(data.times.isEmpty)
    }

    @Test("comes with settings that are refused by name when they make no sense")
    func settings() throws {
        let faults: [(String, (inout TrainingConfiguration) -> Void)] = [
            ("epochs", { $0.epochs = 0 }), ("batch size", { $0.batchSize = -1 }),
            ("learning rate", { $0.learningRate = .nan }), ("temperature", { $0.temperature = 0 }),
            ("threads", { $0.threads = 0 }), ("target share", { $0.targetShare = 1 }),
            ("rung weights", { $0.rungWeights = [1] }), ("history length", { $0.historyLength = 0 }),
        ]
        for (name, spoil) in faults {
            var configuration = TrainingConfiguration()
            spoil(&configuration)
            do {
                _ = try Trainer(configuration)
                Issue.record("\(name) was not refused")
            } catch {
                #expect(error.description.hasPrefix("\(name) is "))
            }
        }
    }
}
