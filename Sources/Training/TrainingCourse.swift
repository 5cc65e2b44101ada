import Towers

/// A training under way, as it stands between two epochs.
struct TrainingCourse {
    /// The model that is kept so far.
    struct Best {
        var model: TwoTowerModel
        var epoch: Int
    }

    var towers: TowerTraining
    var sampler: BatchSampler
    /// Batches done.
    var step = 0
    private(set) var best: Best?
    private var judgement = EpochJudgement()
    /// Every epoch done.
    var history: [TrainingProgress] = []

    init(towers: TowerTraining, sampler: BatchSampler) {
        self.towers = towers
        self.sampler = sampler
    }

    /// Epochs done.
    var epoch: Int { history.count }

    /// Time that the epochs took.
    var elapsed: Duration { history.last?.elapsed ?? .zero }

    /// Whether another epoch is worth its time.
    func goesOn(to epochs: Int, patience: Int) -> Bool {
        epoch < epochs && best.map { epoch - $0.epoch < patience } ?? true
    }

    /// Keeps the model of an epoch if it is the best so far.
    ///
    /// - Returns: Whether it is.
    mutating func offer(_ model: TwoTowerModel, _ recalls: [RungRecall]) -> Bool {
        let isBest = judgement.takes(recalls)
        if isBest { best = Best(model: model, epoch: epoch + 1) }
        return isBest
    }

    /// All that cannot be made again; copies nothing until training goes on.
    func checkpoint(of training: TrainingFingerprint) -> TrainingCheckpoint {
        var archive = CheckpointArchive()
        var copy = self
        copy.pass(through: &archive)
        return TrainingCheckpoint(training: training, epoch: epoch, words: archive.words, tables: archive.tables)
    }

    /// Goes back to where a checkpoint was taken.
    ///
    /// - Throws: ``TrainingError/foreignCheckpoint`` when it is not one of this training.
    mutating func resume(at checkpoint: TrainingCheckpoint) throws(TrainingError) {
        var archive = CheckpointArchive(checkpoint)
        pass(through: &archive)
        guard archive.isRestored, epoch == checkpoint.epoch else { throw .foreignCheckpoint }
    }

    private mutating func pass(through archive: inout CheckpointArchive) {
        var steps = UInt64(step)
        archive.pass(&steps)
        step = Int(clamping: steps)
        var words = history.flatMap(\.words)
        archive.pass(&words)
        history = TrainingProgress.list(of: words)
        judgement = EpochJudgement()
        for epoch in history { _ = judgement.takes(epoch.validation) }
        towers.pass(through: &archive)
        sampler.pass(through: &archive)
        var found = best ?? Best(model: towers.model(), epoch: 0)
        found.pass(through: &archive)
        best = found.epoch == 0 ? nil : found
    }
}

extension TrainingCourse.Best {
    fileprivate mutating func pass(through archive: inout CheckpointArchive) {
        var number = UInt64(epoch)
        archive.pass(&number)
        epoch = Int(clamping: number)
        // The rest of a model follows from the data and the settings.
        archive.pass(&model.encoder.items)
        archive.pass(&model.encoder.categories)
        archive.pass(&model.encoder.words)
        if var reader = model.reader {
            archive.pass(&reader.parameters)
            model.reader = reader
        }
        archive.pass(&model.userRows)
        archive.pass(&model.unknownItem)
    }
}

extension TrainingProgress {
    /// The epoch as numbers, its length first.
    fileprivate var words: [UInt64] {
        let figures: [UInt64] =
            [
                UInt64(epoch), UInt64(epochs), loss.bitPattern, isBest ? 1 : 0,
                (elapsed / .seconds(1)).bitPattern, (remaining / .seconds(1)).bitPattern,
            ] + validation.flatMap { [UInt64($0.dimensions), $0.recall.bitPattern, $0.ndcg.bitPattern] }
        return [UInt64(figures.count)] + figures
    }

    /// Reads epochs one after the other; ends where the numbers make none.
    fileprivate static func list(of words: [UInt64]) -> [TrainingProgress] {
        var list: [TrainingProgress] = []
        var rest = words[...]
        while let count = rest.popFirst(), count >= 6, count <= rest.count {
            let figures = Array(rest.prefix(Int(count)))
            rest = rest.dropFirst(Int(count))
            func number(_ index: Int) -> Double { Double(bitPattern: figures[index]) }
            let rungs = stride(from: 6, to: figures.count - 2, by: 3).map {
                RungRecall(dimensions: Int(clamping: figures[$0]), recall: number($0 + 1), ndcg: number($0 + 2))
            }
            list.append(
                TrainingProgress(
                    epoch: Int(clamping: figures[0]), epochs: Int(clamping: figures[1]), loss: number(2),
                    validation: rungs, isBest: figures[3] == 1, elapsed: .seconds(number(4)),
                    remaining: .seconds(number(5))))
        }
        return list
    }
}
