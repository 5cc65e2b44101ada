import Domain
import Towers
import Training

/// Users and items in two clusters: every user meets items of the own cluster only.
struct PlantedData {
    static let usersPerCluster = 40
    static let itemsPerCluster = 30
    let train: TrainingData
    /// For each user, some items of the cluster that the training part lacks.
    let test: [[Int32]]

    init(seed: UInt64, content: Bool = true, times: Bool = false) throws {
        var generator = SeededGenerator(seed: seed)
        let items = try (0..<2 * Self.itemsPerCluster).map { item in
            let cluster = item / Self.itemsPerCluster
            return ItemContent(
                id: try ItemID("i\(item)"), title: content ? (cluster == 0 ? "dark night" : "bright day") : "",
                categories: content ? [cluster == 0 ? "Noir" : "Comedy"] : [])
        }
        let users = try (0..<2 * Self.usersPerCluster).map { try UserID("u\($0)") }
        var columns: (users: [Int32], items: [Int32], times: [Int64]) = ([], [], [])
        var test: [[Int32]] = []
        for user in users.indices {
            let first = user / Self.usersPerCluster * Self.itemsPerCluster
            var own = (first..<first + Self.itemsPerCluster).map(Int32.init)
            generator.drawToFront(own.count, of: &own)
            for (time, item) in own.prefix(15).enumerated() {
                columns.users.append(Int32(user))
                columns.items.append(item)
                columns.times.append(Int64(time))
            }
            test.append(Array(own.dropFirst(15)))
        }
        train = try TrainingData(
            users: users, items: items, userIndices: columns.users, itemIndices: columns.items,
            times: times ? columns.times : [])
        self.test = test
    }

    /// Settings that are quick on so little data.
    static func configuration(seed: UInt64 = 1, threads: Int = 1) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        configuration.ladder = try PrefixLadder([4, 8, 16])
        configuration.epochs = 20
        configuration.readerWidth = 16
        configuration.batchSize = 16
        configuration.learningRate = 0.1
        configuration.seed = seed
        configuration.threads = threads
        return configuration
    }
}
