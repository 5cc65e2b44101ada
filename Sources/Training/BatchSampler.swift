#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Deals users into batches, splits what each did into history and targets, and draws the items to tell the targets from.
struct BatchSampler {
    private let set: TrainingSet
    private let configuration: TrainingConfiguration
    private var generator: SeededGenerator
    /// A row for each time that an epoch shows a user, with the place where an ordered history is cut.
    private var rows: [(user: Int32, cut: Int32)] = []
    private var next = 0
    /// Chance that a batch's targets hold the item.
    private let targetChance: [Float]
    /// Position of an item in the batch's list; -1 when it is not in it.
    private var positions: [Int32]

    /// Targets that follow a cut of an ordered history.
    static let window = 8

    init(_ set: TrainingSet, _ configuration: TrainingConfiguration, generator: SeededGenerator) {
        self.set = set
        self.configuration = configuration
        self.generator = generator
        var counts = [Double](repeating: 0, count: set.features.count)
        for user in set.histories.users { for item in set.histories.items(of: user) { counts[Int(item)] += 1 } }
        let rowsAnEpoch = Self.rowCounts(set).reduce(0, +)
        let share = set.isOrdered ? 1 : Double(configuration.targetShare)
        let expected = share * Double(configuration.batchSize) / Double(max(rowsAnEpoch, 1))
        targetChance = counts.map { Float(-expm1(-$0 * expected)) }
        positions = [Int32](repeating: -1, count: set.features.count)
    }

    /// How often an epoch shows each user.
    private static func rowCounts(_ set: TrainingSet) -> [Int] {
        set.histories.users.map { user in
            let count = set.histories.items(of: user).count
            return count < 2 ? 0 : set.isOrdered ? (count + window - 2) / window : 1
        }
    }

    /// Batches in an epoch.
    var batches: Int { (Self.rowCounts(set).reduce(0, +) + configuration.batchSize - 1) / configuration.batchSize }

    /// Begins an epoch: all rows in a new order.
    mutating func shuffle() {
        rows = []
        for (user, count) in Self.rowCounts(set).enumerated() {
            let length = set.histories.items(of: user).count
            for _ in 0..<count { rows.append((Int32(user), Int32(1 + generator.index(below: length - 1)))) }
        }
        generator.drawToFront(rows.count, of: &rows)
        next = 0
    }

    /// The next batch of the epoch; `nil` when it is over.
    mutating func batch() -> TrainingBatch? {
        guard next < rows.count else { return nil }
        let dealt = rows[next..<min(next + configuration.batchSize, rows.count)]
        next += dealt.count
        var batch = TrainingBatch()
        var splits: [(history: [Int32], targets: [(item: Int32, weight: Float)])] = []
        for row in dealt {
            splits.append(split(row))
            batch.users.append(row.user)
        }
        drawCandidates(splits.map(\.targets), &batch)
        for (item, position) in zip(batch.candidates, Int32(0)...) { positions[Int(item)] = position }
        for (user, split) in zip(batch.users, splits) { addTargets(split.targets, user: Int(user), &batch) }
        for item in batch.candidates { positions[Int(item)] = -1 }
        addHistories(splits.map(\.history), &batch)
        return batch
    }

    private mutating func split(
        _ row: (user: Int32, cut: Int32)
    ) -> (history: [Int32], targets: [(item: Int32, weight: Float)]) {
        let items = set.histories.items(of: Int(row.user))
        var weighted = Array(zip(items, set.histories.weights(of: Int(row.user)))).map { (item: $0, weight: $1) }
        if set.isOrdered {
            let cut = Int(row.cut)
            let history = items.prefix(cut).suffix(configuration.historyLength)
            return (Array(history), Array(weighted[cut..<min(cut + Self.window, weighted.count)]))
        }
        let wanted = Int((Float(items.count) * configuration.targetShare + generator.unit()).rounded(.down))
        let targets = min(max(wanted, 1), items.count - 1)
        generator.drawToFront(items.count, of: &weighted)
        let history = weighted.dropFirst(targets).prefix(configuration.historyLength)
        return (history.map(\.item), Array(weighted.prefix(targets)))
    }

    /// Takes the whole catalogue where it fits; otherwise all targets and a uniform sample of the rest.
    private mutating func drawCandidates(_ targets: [[(item: Int32, weight: Float)]], _ batch: inout TrainingBatch) {
        let items = set.features.count
        guard items > configuration.candidates else {
            batch.candidates = Array(0..<Int32(items))
            batch.correction = [Float](repeating: 0, count: items)
            return
        }
        var isChosen = [Bool](repeating: false, count: items)
        for row in targets { for target in row { isChosen[Int(target.item)] = true } }
        let targetCount = isChosen.reduce(0) { $0 + ($1 ? 1 : 0) }
        let sampled = max(0, min(configuration.candidates, items) - targetCount)
        var left = sampled
        while left > 0 {
            let item = generator.index(below: items)
            guard !isChosen[item] else { continue }
            isChosen[item] = true
            left -= 1
        }
        let sampleChance = items == targetCount ? 0 : Float(sampled) / Float(items - targetCount)
        for item in 0..<items where isChosen[item] {
            batch.candidates.append(Int32(item))
            let chance = targetChance[item] + (1 - targetChance[item]) * sampleChance
            batch.correction.append(-logf(max(chance, 1e-6)))
        }
    }

    private func addTargets(_ targets: [(item: Int32, weight: Float)], user: Int, _ batch: inout TrainingBatch) {
        let sum = targets.reduce(0) { $0 + $1.weight }
        for target in targets {
            batch.targets.append(positions[Int(target.item)])
            batch.targetShares.append(sum > 0 ? target.weight / sum : 0)
        }
        batch.rowWeights.append(powf(sum, configuration.targetExponent))
        batch.targetOffsets.append(batch.targets.count)
        let own = Set(targets.map(\.item))
        for item in set.histories.items(of: user) where positions[Int(item)] >= 0 && !own.contains(item) {
            batch.hidden.append(positions[Int(item)])
        }
        batch.hiddenOffsets.append(batch.hidden.count)
    }

    private mutating func addHistories(_ histories: [[Int32]], _ batch: inout TrainingBatch) {
        for history in histories { for item in history { positions[Int(item)] = 0 } }
        for item in positions.indices where positions[item] == 0 {
            positions[item] = Int32(batch.readItems.count)
            batch.readItems.append(Int32(item))
        }
        for history in histories {
            batch.history.append(contentsOf: history.map { positions[Int($0)] })
            batch.historyOffsets.append(batch.history.count)
        }
        for item in batch.readItems { positions[Int(item)] = -1 }
    }
}
