public import Domain
import Towers
import Training
import VectorKernels

/// What checking a generation needs of a store.
public typealias GenerationCheckStore = BackfillStore & GenerationLifecycle & InteractionLogSource

/// Measures a built generation before it may serve: built → verified.
///
/// One that was verified and keeps its bounds no more goes back to built.
public struct VerificationJob: Sendable {
    /// The bounds.
    public struct Options: Sendable {
        /// Share of the full length's first ten that a rung must find with a shortlist, 0 to 1.
        public var prefixRecall = 0.8
        /// Share of the recall that was measured in training that held-out interactions must confirm, 0 to 1; 0 asks for none.
        public var heldOutShare = 0.5
        /// Bytes that a serving node has for it; `nil` takes what this machine has free.
        public var memory: Int?
        /// How long a core may work for 99 in a hundred requests by the dearest shipped plan.
        public var latency = Duration.milliseconds(50)
        public var threads = 1

        public init() {}
    }

    private let store: any GenerationCheckStore
    let options: Options

    /// Items that are embedded again, and pairs of items that are compared.
    static let sample = 1_000
    /// Half precision keeps a unit vector's norm within this.
    static let normTolerance = 0.01

    public init(store: any GenerationCheckStore, options: Options = Options()) {
        self.store = store
        self.options = options
    }

    /// Runs the job.
    ///
    /// - Returns: What was measured; the generation is verified, or in whatever later state it was.
    /// - Throws: ``GateRefusal`` naming the measure; ``Domain/GenerationError`` for a generation that is not written in full.
    public func run(_ number: GenerationNumber, clock: some Clock<Duration> = ContinuousClock()) async throws
        -> GateReport
    {
        let generation = try await store.head(of: number).generation
        guard [.built, .verified, .shadow, .active, .retired].contains(generation.state) else {
            throw GenerationError.cannotBecome(number, from: generation.state, to: .verified)
        }
        let artefact = try await store.artefact(of: number)
        let model = try TwoTowerModel(decoding: artefact)
        let vectors = try await wholeVectors(generation, model, clock)
        try Task.checkCancellation()
        var (measures, notes) = (itemMeasures(vectors, generation, model), [String]())
        if model.isImported, !vectors.missing.isEmpty {
            notes.append("\(vectors.missing.count) items have no vector, as they came without one, and are not served.")
        }
        let (userFaults, asked) = try await users(of: generation)
        measures += [
            GateMeasure("non_finite_users", Double(userFaults.nonFinite), .atMost, 0, "of \(userFaults.rows) users"),
            GateMeasure("zero_users", Double(userFaults.zero), .atMost, 0, "of \(userFaults.rows) users"),
        ]
        // What is measured from here on means nothing of vectors that are none.
        if measures.allSatisfy(\.passes) {
            measures.append(agreement(vectors, model))
            if options.prefixRecall > 0 { measures += prefixMeasures(vectors, generation, asked) }
            if options.heldOutShare > 0 {
                switch try await heldOut(vectors, generation, model) {
                case .measure(let measure): measures.append(measure)
                case .note(let note): notes.append(note)
                }
            }
            measures += memoryMeasure(vectors, artefact: artefact.count)
            measures += try latencyMeasure(vectors, generation.ladder, asked)
        }
        let report = GateReport(generation: number, measures: measures, notes: notes)
        if let refusal = report.refusal {
            if generation.state == .verified || generation.state == .shadow { try await store.move(number, to: .built) }
            throw GateRefusal(report: report, measure: refusal)
        }
        if generation.state == .built { try await store.move(number, to: .verified) }
        return report
    }

    /// The vectors, with those of items that came or changed after they were written.
    private func wholeVectors(
        _ generation: Generation, _ model: TwoTowerModel, _ clock: some Clock<Duration>
    ) async throws -> GenerationVectors {
        guard try await store.backfill(of: generation.number) == nil else {
            try await BackfillJob(store: store).catchUp(generation.number, model, clock)
            return try await GenerationVectors.load(generation, from: store)
        }
        // Published in one go, of a catalogue that was read before its training.
        let vectors = try await GenerationVectors.load(generation, from: store)
        let late = CatalogueEmbedder(model: model, threads: 1).embeddings(of: vectors.missing)
        guard late.count > 0 else { return vectors }
        try await store.store(itemEmbeddings: late, generation: generation.number)
        return try await GenerationVectors.load(generation, from: store)
    }

    private enum Finding {
        case measure(GateMeasure)
        case note(String)
    }

    /// What the stored vectors find of interactions that no training has seen, beside what training said.
    private func heldOut(
        _ vectors: GenerationVectors, _ generation: Generation, _ model: TwoTowerModel
    ) async throws -> Finding {
        guard !model.isImported, let declared = generation.rungs.last?.recall else {
            return .note(
                "Vectors from elsewhere are not measured on held-out interactions: nobody knows what they saw.")
        }
        let log = try await store.interactionLog()
        let isTimed = log.timestamps.contains { $0 != Timestamp.epoch.microseconds }
        let users = GateHoldOut(log, isOrdered: isTimed).judgedUsers(after: nil)
        guard users.count >= GenerationGate.standard.fewestUsers else {
            return .note("Only \(users.count) users have held-out interactions: too few to measure recall by.")
        }
        let quality = users.quality(
            of: model, items: log.items, vectors: vectors.table(of: log.items.map(\.number)), k: generation.cutoff,
            threads: options.threads)
        let recall = quality.map(\.recall).reduce(0, +) / Double(users.count)
        return .measure(
            GateMeasure(
                "held_out_recall", recall, .atLeast, options.heldOutShare * declared,
                "recall@\(generation.cutoff) of \(users.count) users; training said \(GateMeasure.rounded(declared))"))
    }

    /// What is wrong with the users' vectors, and some of them to ask with.
    private func users(of generation: Generation) async throws -> (faults: VectorFaults, asked: EmbeddingTable) {
        var (faults, after, elements) = (VectorFaults(), Int64(0), [Float]())
        let dimensions = generation.ladder.fullLength
        let every = max(1, generation.users / RungMeasurement.maximumQueries)
        while true {
            let page = try await store.userEmbeddings(of: generation.number, after: after, limit: 5_000)
            for row in 0..<page.count {
                let bits = page.bits.span.extracting(page.range(of: row))
                if faults.rows % every == 0, elements.count < RungMeasurement.maximumQueries * dimensions {
                    elements += HalfPrecision.values(of: bits)
                }
                faults.add(bits, shortest: generation.ladder.rungs[0])
            }
            guard let last = page.numbers.last else { break }
            after = last
            try Task.checkCancellation()
        }
        return (faults, EmbeddingTable(dimensions: dimensions, elements: elements))
    }
}
