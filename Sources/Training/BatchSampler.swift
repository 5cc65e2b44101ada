import VectorKernels

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
    /// What an epoch shows: a user's items, or a stretch of an ordered history.
    private var rows: [(user: Int32, start: Int32, end: Int32)] = []
    private var next = 0
    /// Chance that a batch's targets hold the item.
    private let targetChance: [Float]
    /// Position of an item in the batch's list; -1 when it is not in it.
    private var positions: [Int32]
    /// What users of unordered histories are taught; `nil` where order carries meaning.
    private let taught: TaughtTargets?
    /// Mean over the users of the weights of the targets that are split off a history.
    private let meanTargets: Float

    /// What an unordered user reads and should be shown in a step.
    private struct Lesson {
        let history: [Int32]
        let targets: [(item: Int32, weight: Float)]
        /// Weight of the row's loss; about 1.
        let weight: Float
    }

    init(_ set: TrainingSet, _ configuration: TrainingConfiguration, generator: SeededGenerator) {
        self.set = set
        self.configuration = configuration
        var generator = generator
        let workers = MatrixWorkers(count: configuration.threads)
        taught =
            set.isOrdered || configuration.taughtShare == 0
            ? nil
            : TaughtTargets(
                set, depth: configuration.taughtDepth, sharpness: configuration.taughtSharpness, generator: &generator,
                workers: workers)
        self.generator = generator
        var counts = [Double](repeating: 0, count: set.features.count)
        for user in set.histories.users { for item in set.histories.items(of: user) { counts[Int(item)] += 1 } }
        let interactions = set.histories.count
        let users = Double(configuration.batchSize(isOrdered: set.isOrdered)) / Double(max(Self.readers(set).count, 1))
        let own = 1 - Double(taught == nil ? 0 : configuration.taughtShare)
        let expected =
            set.isOrdered
            ? Double(Self.targetsEachBatch(configuration)) / Double(max(interactions, 1))
            : own * Double(configuration.targetShare) * users
        var draws = counts.map { $0 * expected }
        for (item, count) in (taught?.counts(itemCount: counts.count) ?? []).enumerated() {
            draws[item] += Double(count) * users * (1 - own)
        }
        targetChance = draws.map { Float(-expm1(-$0)) }
        positions = [Int32](repeating: -1, count: set.features.count)
        let readers = Self.readers(set)
        let weights = readers.reduce(Float(0)) { $0 + set.histories.weights(of: $1).reduce(0, +) }
        meanTargets = max(configuration.targetShare * weights / Float(max(readers.count, 1)), .leastNormalMagnitude)
    }

    /// Users with something to read and something to find.
    private static func readers(_ set: TrainingSet) -> [Int] {
        set.histories.users.filter {
            set.histories.items(of: $0).count > 1 && set.histories.weights(of: $0).contains { $0 > 0 }
        }
    }

    /// Targets of a batch of ordered histories.
    private static func targetsEachBatch(_ configuration: TrainingConfiguration) -> Int {
        8 * configuration.batchSize(isOrdered: true)
    }

    /// Batches in an epoch, about.
    var batches: Int {
        let (size, count) =
            set.isOrdered
            ? (Self.targetsEachBatch(configuration), set.histories.count)
            : (configuration.batchSize(isOrdered: false), Self.readers(set).count)
        return max(1, (count + size - 1) / size)
    }

    /// Begins an epoch: all rows in a new order.
    mutating func shuffle() {
        rows = []
        for user in Self.readers(set) {
            let count = set.histories.items(of: user).count
            guard set.isOrdered else {
                rows.append((Int32(user), 0, Int32(count)))
                continue
            }
            // Stretches meet at the item that one predicts and the next begins with; the first is as long as chance has it.
            let length = configuration.sequenceLength
            var start = 0
            var end = count <= length + 1 ? count : 2 + generator.index(below: length)
            while start < count - 1 {
                rows.append((Int32(user), Int32(start), Int32(min(end, count))))
                start = end - 1
                end = start + length + 1
            }
        }
        generator.drawToFront(rows.count, of: &rows)
        next = 0
    }

    /// What the next epoch depends on.
    mutating func pass(through archive: inout CheckpointArchive) { archive.pass(&generator) }

    /// The next batch of the epoch; `nil` when it is over.
    mutating func batch() -> TrainingBatch? {
        guard next < rows.count else { return nil }
        return set.isOrdered ? orderedBatch() : unorderedBatch()
    }

    private mutating func unorderedBatch() -> TrainingBatch {
        let dealt = rows[next..<min(next + configuration.batchSize(isOrdered: false), rows.count)]
        next += dealt.count
        var batch = TrainingBatch()
        var lessons: [Lesson] = []
        for row in dealt {
            lessons.append(lesson(Int(row.user)))
            batch.users.append(row.user)
        }
        drawCandidates(lessons.flatMap { $0.targets.map(\.item) }, &batch)
        for (item, position) in zip(batch.candidates, Int32(0)...) { positions[Int(item)] = position }
        for (user, lesson) in zip(batch.users, lessons) { addTargets(of: lesson, user: Int(user), &batch) }
        for item in batch.candidates { positions[Int(item)] = -1 }
        addHistories(lessons.map(\.history), &batch)
        return batch
    }

    /// Stretches of ordered histories: after each item the next is the target.
    private mutating func orderedBatch() -> TrainingBatch {
        var batch = TrainingBatch()
        var stretches: [(user: Int, items: ArraySlice<Int32>, weights: ArraySlice<Float>)] = []
        var count = 0
        while next < rows.count, count < Self.targetsEachBatch(configuration) {
            let (user, start, end) = (Int(rows[next].user), Int(rows[next].start), Int(rows[next].end))
            let (items, weights) = (set.histories.items(of: user), set.histories.weights(of: user))
            stretches.append(
                (
                    user, items[items.startIndex + start..<items.startIndex + end],
                    weights[weights.startIndex + start..<weights.startIndex + end]
                ))
            count += end - start - 1
            next += 1
        }
        drawCandidates(stretches.flatMap { $0.items.dropFirst() }, &batch)
        for (item, position) in zip(batch.candidates, Int32(0)...) { positions[Int(item)] = position }
        for stretch in stretches {
            let own = set.histories.items(of: stretch.user).map { positions[Int($0)] }.filter { $0 >= 0 }
            for (item, weight) in zip(stretch.items, stretch.weights).dropFirst() {
                let target = positions[Int(item)]
                batch.users.append(Int32(stretch.user))
                batch.targets.append(target)
                batch.targetShares.append(1)
                batch.targetOffsets.append(batch.targets.count)
                batch.rowWeights.append(weight > 0 ? powf(weight, configuration.targetExponent) : 0)
                batch.hidden.append(contentsOf: own.filter { $0 != target })
                batch.hiddenOffsets.append(batch.hidden.count)
            }
        }
        for item in batch.candidates { positions[Int(item)] = -1 }
        addHistories(stretches.map { Array($0.items.dropLast()) }, &batch)
        return batch
    }

    /// What the teacher says of all that a user did, or one part of it to be told from the other.
    private mutating func lesson(_ user: Int) -> Lesson {
        guard let taught, taught.isTaught(user), generator.unit() < configuration.taughtShare else {
            return split(user)
        }
        var history = Array(set.histories.items(of: user))
        if history.count > configuration.historyLength {
            generator.drawToFront(configuration.historyLength, of: &history)
            history.removeLast(history.count - configuration.historyLength)
        }
        return Lesson(history: history, targets: taught.targets(of: user), weight: 1)
    }

    private mutating func split(_ user: Int) -> Lesson {
        let items = set.histories.items(of: user)
        var weighted = Array(zip(items, set.histories.weights(of: user))).map { (item: $0, weight: $1) }
        // What weighs nothing is history only.
        let positive = weighted.count { $0.weight > 0 }
        let wanted = Int((Float(positive) * configuration.targetShare + generator.unit()).rounded(.down))
        let targets = min(max(wanted, 1), positive, items.count - 1)
        generator.drawToFront(items.count, of: &weighted)
        if positive < items.count { weighted = weighted.filter { $0.weight > 0 } + weighted.filter { $0.weight <= 0 } }
        let history = weighted.dropFirst(targets).prefix(configuration.historyLength)
        let weight = weighted.prefix(targets).reduce(0) { $0 + $1.weight }
        return Lesson(
            history: history.map(\.item), targets: Array(weighted.prefix(targets)),
            weight: powf(weight / meanTargets, configuration.targetExponent))
    }

    /// Takes the whole catalogue where it fits; otherwise all targets and a uniform sample of the rest.
    private mutating func drawCandidates(_ targets: [Int32], _ batch: inout TrainingBatch) {
        let items = set.features.count
        let most = configuration.candidates(isOrdered: set.isOrdered)
        guard items > most else {
            batch.candidates = Array(0..<Int32(items))
            batch.correction = [Float](repeating: 0, count: items)
            return
        }
        var isChosen = [Bool](repeating: false, count: items)
        for target in targets { isChosen[Int(target)] = true }
        let targetCount = isChosen.reduce(0) { $0 + ($1 ? 1 : 0) }
        let sampled = max(0, min(most, items) - targetCount)
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

    private func addTargets(of lesson: Lesson, user: Int, _ batch: inout TrainingBatch) {
        let targets = lesson.targets
        let sum = targets.reduce(0) { $0 + $1.weight }
        for target in targets {
            batch.targets.append(positions[Int(target.item)])
            batch.targetShares.append(sum > 0 ? target.weight / sum : 0)
        }
        batch.rowWeights.append(lesson.weight)
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
