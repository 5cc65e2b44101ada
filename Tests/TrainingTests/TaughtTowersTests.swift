import Domain
import Testing
import Towers
import Training
import VectorKernels

@Suite("Towers taught by the interaction graph")
struct TaughtTowersTests {
    private static let users = 80
    private static let items = 60
    private static let k = 5

    /// Users who meet items near their own place on a ring, so that the graph has much to say.
    private static func histories(seed: UInt64) -> [[Int32]] {
        var generator = SeededGenerator(seed: seed)
        return (0..<users).map { user in
            let place = user * items / users
            let met = (0..<10).map { _ in Int32((place + generator.index(below: 16)) % items) }
            return Set(met + [Int32(place)]).sorted()
        }
    }

    /// Mean share of the teacher's best unseen items that a model finds, too.
    private static func agreement(taughtShare: Float, seed: UInt64) async throws -> Double {
        let histories = histories(seed: seed)
        let pairs = histories.enumerated().flatMap { user, items in items.map { (user: Int32(user), item: $0) } }
        let data = try TrainingData(
            users: try (0..<users).map { try UserID("u\($0)") },
            items: try (0..<items).map { ItemContent(id: try ItemID("i\($0)"), title: "", categories: []) },
            userIndices: pairs.map(\.user), itemIndices: pairs.map(\.item))
        var configuration = try PlantedData.configuration(seed: seed)
        configuration.ladder = try PrefixLadder([16, 32])
        configuration.epochs = 150
        configuration.taughtShare = taughtShare
        configuration.validationShare = 0
        let model = try await Trainer(configuration).train(data).model
        var generator = SeededGenerator(seed: seed)
        let workers = MatrixWorkers(count: 1)
        let teacher = GraphTeacher(
            InteractionGraph(histories: histories, itemCount: items, workers: workers), itemCount: items,
            generator: &generator, workers: workers)
        let found = UserEmbeddings.rankings(
            k, by: model, users: data.users, histories: histories, features: data.items.map(model.features(of:)),
            hiding: histories, threads: 1)
        let shares = zip(teacher.lists(k, for: histories), try #require(found.last)).map { taught, found in
            Double(Set(taught.map { Int32($0.row) }).intersection(found).count) / Double(max(taught.count, 1))
        }
        return shares.reduce(0, +) / Double(users)
    }

    @Test("rank as it does, more than those that see only the interactions", arguments: [1, 2, 3] as [UInt64])
    func agreement(seed: UInt64) async throws {
        let taught = try await Self.agreement(taughtShare: 1, seed: seed)
        let untaught = try await Self.agreement(taughtShare: 0, seed: seed)
        #expect(taught > 0.8)
        #expect(taught > untaught + 0.1, "\(taught) taught, \(untaught) not.")
    }
}
