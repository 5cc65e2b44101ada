import Towers
import VectorKernels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The reader of ordered histories in training.
struct SequenceTraining: Sendable {
    private(set) var encoder: SequenceEncoder
    private let dropout: Float
    private let workers: MatrixWorkers
    private var generator: SeededGenerator
    private var mean: [Float]
    private var square: [Float]
    private var steps: Float = 0

    /// Steps over which the rate grows to its full size.
    private static let warmUp: Float = 50

    /// - Parameters:
    ///   - shape: Of an encoder to begin.
    ///   - encoder: One of this shape to go on with; `nil` for a new one.
    ///   - dropout: Share of the elements that a step leaves out.
    ///   - workers: Share the histories.
    ///   - generator: Draws the new encoder and what is left out.
    init(
        shape: SequenceShape, encoder: SequenceEncoder?, dropout: Float, workers: MatrixWorkers,
        generator: SeededGenerator
    ) {
        var generator = generator
        self.encoder = encoder ?? Self.new(shape, &generator)
        self.dropout = dropout
        self.workers = workers
        self.generator = generator
        mean = [Float](repeating: 0, count: shape.count)
        square = mean
    }

    private static func new(_ shape: SequenceShape, _ generator: inout SeededGenerator) -> SequenceEncoder {
        var parameters = [Float](repeating: 0, count: shape.count)
        func fill(_ matrix: Int, from inputs: Int, to outputs: Int, scale: Float = 1) {
            let deviation = scale / Float(inputs).squareRoot()
            for index in matrix..<matrix + inputs * outputs { parameters[index] = deviation * generator.normal() }
        }
        func open(_ norm: Int, _ width: Int) { for index in norm..<norm + width { parameters[index] = 1 } }
        fill(shape.inputMatrix, from: shape.dimensions, to: shape.width)
        for index in 0..<shape.blocks {
            let at = shape.block(index)
            open(at.recurrentNorm, shape.width)
            fill(at.recurrentMatrix, from: shape.width, to: 3 * shape.width)
            // From memories of some fifty items to none.
            for unit in 0..<shape.width {
                parameters[at.recurrentBias + unit] = -4 + 6 * Float(unit) / Float(max(shape.width - 1, 1))
            }
            fill(at.mixMatrix, from: shape.width, to: shape.width)
            open(at.hiddenNorm, shape.width)
            fill(at.hiddenMatrix, from: shape.width, to: shape.hidden)
            fill(at.foldMatrix, from: shape.hidden, to: shape.width)
        }
        open(shape.outputNorm, shape.width)
        // The gates speak first, which little data can teach, and the blocks as far as they learn to.
        fill(shape.outputMatrix, from: shape.width, to: shape.dimensions, scale: 0.1)
        for index in 0..<shape.dimensions {
            parameters[shape.recentGate + index] = 0.3
            parameters[shape.pooledGate + index] = 0.3
        }
        return SequenceEncoder(shape: shape, parameters: parameters)
    }

    /// What the next step depends on.
    mutating func pass(through archive: inout CheckpointArchive) {
        archive.pass(&encoder.parameters)
        archive.pass(&mean)
        archive.pass(&square)
        archive.pass(&generator)
        var words = [UInt64(steps.bitPattern)]
        archive.pass(&words[0])
        steps = Float(bitPattern: UInt32(truncatingIfNeeded: words[0]))
    }

    /// Reads the histories of a batch.
    ///
    /// - Parameters:
    ///   - vectors: Row-major: the batch's read items × dimensions.
    ///   - batch: A row for each item of its histories.
    /// - Returns: A pass for each worker, over a share of the histories.
    mutating func forward(_ vectors: [Float], _ batch: TrainingBatch) -> [SequencePass] {
        let shares = Self.shares(batch.historyOffsets, workers: workers.count)
        let generators = shares.map { _ in SeededGenerator(seed: generator.next()) }
        let slots = shares.map { _ in WorkerSlot<SequencePass?>(nil) }
        let (encoder, dropout) = (encoder, dropout)
        workers.run { worker in
            // A batch may have fewer histories than there are workers.
            guard worker < shares.count else { return }
            let histories = batch.historyOffsets[shares[worker]]
            guard let start = histories.first, let end = histories.last else { return }
            let dimensions = encoder.shape.dimensions
            var rows: [Float] = []
            rows.reserveCapacity((end - start) * dimensions)
            for item in batch.history[start..<end] {
                rows.append(contentsOf: vectors[Int(item) * dimensions..<(Int(item) + 1) * dimensions])
            }
            var generator = generators[worker]
            let pass = SequencePass(encoder, vectors: rows, offsets: histories.map { $0 - start }) { count in
                guard dropout > 0 else { return [] }
                let kept = 1 / (1 - dropout)
                return (0..<count).map { _ in generator.unit() < dropout ? 0 : kept }
            }
            slots[worker].withLock { $0 = pass }
        }
        return slots.compactMap { $0.withLock { $0 } }
    }

    /// Moves the parameters against the users' gradient.
    ///
    /// - Parameters:
    ///   - passes: The way forward.
    ///   - users: Row-major: the batch's rows × dimensions.
    ///   - rate: Length of a step of a parameter whose gradients are as large as usual.
    /// - Returns: The gradient of the vectors read, row-major: the batch's rows × dimensions.
    mutating func step(_ passes: [SequencePass], users: [Float], rate: Float) -> [Float] {
        let starts = passes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.rows) }
        let slots = passes.map { _ in WorkerSlot<SequenceGradient?>(nil) }
        let encoder = encoder
        workers.run { worker in
            guard worker < passes.count else { return }
            let dimensions = encoder.shape.dimensions
            let part = users[starts[worker] * dimensions..<starts[worker + 1] * dimensions]
            let gradient = SequenceGradient(passes[worker], encoder, users: Array(part))
            slots[worker].withLock { $0 = gradient }
        }
        let parts = slots.compactMap { $0.withLock { $0 } }
        guard var sum = parts.first else { return [] }
        for part in parts.dropFirst() { sum.add(part) }
        move(sum.parameters, rate: rate)
        return parts.flatMap(\.vectors)
    }

    /// Adam (Kingma and Ba, arXiv:1412.6980), with the memory of squares that transformers are trained with.
    private mutating func move(_ gradients: [Float], rate: Float) {
        let (decay, memory): (Float, Float) = (0.9, 0.98)
        steps += 1
        let warm = min(1, steps / Self.warmUp)
        let scales = (1 - powf(decay, steps), 1 - powf(memory, steps))
        for index in gradients.indices {
            mean[index] = decay * mean[index] + (1 - decay) * gradients[index]
            square[index] = memory * square[index] + (1 - memory) * gradients[index] * gradients[index]
            encoder.parameters[index] -=
                rate * warm * (mean[index] / scales.0) / ((square[index] / scales.1).squareRoot() + 1e-12)
        }
    }

    /// Splits histories so that workers get about as many rows; each range holds its last history's end.
    private static func shares(_ offsets: [Int], workers: Int) -> [ClosedRange<Int>] {
        let (histories, rows) = (offsets.count - 1, offsets[offsets.count - 1])
        var cuts = (0..<workers).map { worker in offsets.firstIndex { $0 >= rows * worker / workers } ?? histories }
        cuts.append(histories)
        return zip(cuts, cuts.dropFirst()).filter { $0 < $1 }.map { $0...$1 }
    }
}
