import Domain
import Testing
import Towers
import Training

@Suite("Weights in training")
struct InteractionWeighingTests {
    private static func event(_ user: String, _ item: String, _ kind: String, at seconds: Int64 = 0) throws
        -> Interaction
    {
        Interaction(user: try UserID(user), item: try ItemID(item), timestamp: Timestamp(seconds: seconds), kind: kind)
    }

    @Test("are those of all that a user did with an item, borne by the last of it")
    func pairs() throws {
        let data = try TrainingData(
            interactions: [
                try Self.event("u", "a", "view", at: 3), try Self.event("u", "b", "purchase", at: 2),
                try Self.event("u", "a", "purchase", at: 1), try Self.event("v", "a", "hide", at: 1),
                // The same event again.
                try Self.event("u", "b", "purchase", at: 2),
            ], items: [])
        let alone = try TrainingData(
            interactions: [try Self.event("u", "b", "purchase"), try Self.event("w", "b", "view")], items: [])
        #expect(data.weights[0] > alone.weights[0])
        #expect(data.weights[1] == 0 && data.weights[2] == 0 && data.weights[3] == 0)
        #expect(data.weights[4] == alone.weights[0] && alone.weights[0] > alone.weights[1])
    }

    @Test("are none where all count alike")
    func alike() throws {
        let views = try ["a", "b"].map { try Self.event("u", $0, "view") }
        #expect(try TrainingData(interactions: views, items: []).weights.isEmpty)
        let mixed = views + [try Self.event("u", "c", "purchase")]
        #expect(try !TrainingData(interactions: mixed, items: []).weights.isEmpty)
        #expect(try TrainingData(interactions: mixed, items: [], weighing: .uniform).weights.isEmpty)
    }

    /// A user of the first cluster wants its items, and every second of them only if nobody turns those down.
    private static func shares(turnedDown: Bool, times: Bool) async throws -> (wanted: Float, other: Float) {
        let planted = try PlantedData(seed: 21, content: false, times: times).train
        let data = try TrainingData(
            users: planted.users, items: planted.items, userIndices: planted.userIndices,
            itemIndices: planted.itemIndices, times: planted.times,
            weights: planted.itemIndices.map { turnedDown && $0 % 2 == 1 ? 0 : 1 })
        let model = try await Trainer(try PlantedData.configuration()).train(data).model
        let features = data.items.map(model.features(of:))
        let user = try #require(model.userEmbedding(history: [0, 1, 4, 5, 8].map { features[$0] }))
        func score(_ item: Int) -> Float {
            let vector = model.itemEmbedding(features[item])
            let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return zip(user, vector).reduce(0) { $0 + $1.0 * $1.1 } / norm
        }
        let own = (10..<PlantedData.itemsPerCluster).map { ($0, score($0)) }
        func mean(_ odd: Int) -> Float {
            let scores = own.filter { $0.0 % 2 == odd }.map(\.1)
            return scores.reduce(0, +) / Float(scores.count)
        }
        return (mean(0), mean(1))
    }

    @Test("of 0 keep items from being recommended", arguments: [false, true])
    func turnedDown(times: Bool) async throws {
        let all = try await Self.shares(turnedDown: false, times: times)
        let some = try await Self.shares(turnedDown: true, times: times)
        #expect(abs(all.wanted - all.other) < 0.1)
        #expect(some.wanted - some.other > 0.12)
    }

    @Test("may be 0 for all of a user, and some user's must be more", arguments: [false, true])
    func onlyTurnedDown(times: Bool) async throws {
        let planted = try PlantedData(seed: 22, times: times).train
        func data(_ isWanted: (Int32) -> Bool) throws -> TrainingData {
            try TrainingData(
                users: planted.users, items: planted.items, userIndices: planted.userIndices,
                itemIndices: planted.itemIndices, times: planted.times,
                weights: planted.userIndices.map { isWanted($0) ? 1 : 0 })
        }
        let trained = try await Trainer(try PlantedData.configuration()).train(try data { $0 % 4 > 0 })
        #expect(trained.history.allSatisfy { $0.loss.isFinite })
        await #expect(throws: TrainingError.nothingWanted) {
            _ = try await Trainer(try PlantedData.configuration()).train(try data { _ in false })
        }
    }
}
