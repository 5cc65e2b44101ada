public import Domain
import Evaluation
import Towers
import Training
import VectorKernels

/// Asks a checked generation and the one that serves the same stored requests: verified → shadow.
public struct ShadowJob: Sendable {
    /// The bounds.
    public struct Options: Sendable {
        /// Share of the serving generation's first ten that the new one must give too, 0 to 1.
        public var overlap = 0.1
        /// Share of the serving generation's nDCG@10 on held-out interactions that may be lost beyond chance, 0 to 1.
        public var ndcgLoss = 0.05
        /// Users that are asked for, at most.
        public var requests = 10_000
        public var threads = 1

        public init() {}
    }

    private let store: any GenerationCheckStore
    private let options: Options
    private static let k = 10

    public init(store: any GenerationCheckStore, options: Options = Options()) {
        self.store = store
        self.options = options
    }

    /// Runs the job.
    ///
    /// - Returns: What was measured; the generation is in its shadow state.
    /// - Throws: ``GateRefusal`` naming the measure, and the generation is built again; ``NothingToCompareWith``.
    public func run(_ number: GenerationNumber) async throws -> GateReport {
        let generation = try await store.head(of: number).generation
        guard generation.state == .verified || generation.state == .shadow else {
            throw GenerationError.cannotBecome(number, from: generation.state, to: .shadow)
        }
        guard let activeNumber = try await store.activeGeneration() else {
            throw NothingToCompareWith(generation: number)
        }
        let active = try await store.head(of: activeNumber).generation
        let log = try await store.interactionLog()
        let numbers = log.items.map(\.number)
        let (new, old) = (try await side(generation, numbers), try await side(active, numbers))
        try Task.checkCancellation()

        var (measures, notes) = ([GateMeasure](), [String]())
        let (overlap, requests) = overlap(of: new, with: old, log)
        if requests < options.requests {
            notes.append("\(requests) requests were asked: all users that have a vector in both generations.")
        }
        measures.append(
            GateMeasure(
                "overlap_at_10", requests == 0 ? .nan : overlap, .atLeast, options.overlap,
                "share of \(activeNumber)'s first \(Self.k), over \(requests) stored users"))
        switch ndcgChange(from: old, to: new, log) {
        case .success(let measure): measures.append(measure)
        case .failure(let reason): notes.append(reason.text)
        }
        let report = GateReport(generation: number, measures: measures, notes: notes)
        if let refusal = report.refusal {
            try await store.move(number, to: .built)
            throw GateRefusal(report: report, measure: refusal)
        }
        if generation.state == .verified { try await store.move(number, to: .shadow) }
        return report
    }

    /// A generation as requests see it.
    private struct Side {
        let generation: Generation
        let model: TwoTowerModel
        /// A row an item of the log.
        let items: EmbeddingTable
        let users: HalfEmbeddings
    }

    private func side(_ generation: Generation, _ numbers: [ItemNumber]) async throws -> Side {
        let vectors = try await GenerationVectors.load(generation, from: store)
        var (users, after) = (HalfEmbeddings(dimensions: generation.ladder.fullLength), Int64(0))
        while users.count < options.requests {
            let page = try await store.userEmbeddings(of: generation.number, after: after, limit: 5_000)
            guard let last = page.numbers.last else { break }
            users.numbers += page.numbers
            users.bits += page.bits
            after = last
        }
        return Side(
            generation: generation, model: try TwoTowerModel(decoding: try await store.artefact(of: generation.number)),
            items: vectors.table(of: numbers), users: users)
    }

    /// The mean share of one side's first ten that the other gives too; what users have seen is left out.
    private func overlap(of new: Side, with old: Side, _ log: InteractionLog) -> (mean: Double, requests: Int) {
        let positions = Dictionary(
            log.users.enumerated().map { ($1.number.rawValue, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = Dictionary(new.users.numbers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let asked = old.users.numbers.indices.filter { row in
            rows[old.users.numbers[row]] != nil && positions[old.users.numbers[row]] != nil
        }.prefix(options.requests)
        guard !asked.isEmpty else { return (0, 0) }
        var seen = [[Int32]](repeating: [], count: log.users.count)
        for (user, item) in zip(log.userPositions, log.itemPositions) { seen[Int(user)].append(item) }
        let hidden = asked.map { row in positions[old.users.numbers[row]].map { seen[$0] } ?? [] }
        let ours = best(new, asked.compactMap { rows[old.users.numbers[$0]] }, hidden)
        let theirs = best(old, Array(asked), hidden)
        let shared = zip(ours, theirs).reduce(0.0) { sum, lists in
            sum + Double(Set(lists.0).intersection(lists.1).count) / Double(max(1, lists.1.count))
        }
        return (shared / Double(asked.count), asked.count)
    }

    private func best(_ side: Side, _ rows: [Int], _ hidden: [[Int32]]) -> [[Int32]] {
        let queries = EmbeddingTable(
            dimensions: side.items.dimensions,
            elements: rows.flatMap {
                HalfPrecision.values(of: side.users.bits.span.extracting(side.users.range(of: $0)))
            })
        return MaskedRanking(items: side.items, ladder: side.model.ladder, threads: options.threads)
            .best(Self.k, for: queries, hiding: hidden).last ?? []
    }

    /// Why something was not measured.
    private struct NotMeasured: Error { let text: String }

    private func ndcgChange(
        from old: Side, to new: Side, _ log: InteractionLog
    ) -> Result<GateMeasure, NotMeasured> {
        guard !old.model.isImported, !new.model.isImported else {
            return .failure(
                NotMeasured(text: "nDCG is not measured of vectors from elsewhere: nobody knows what they saw."))
        }
        let isTimed = log.timestamps.contains { $0 != Timestamp.epoch.microseconds }
        let users = GateHoldOut(log, isOrdered: isTimed).judgedUsers(after: nil)
        guard users.count >= GenerationGate.standard.fewestUsers else {
            return .failure(
                NotMeasured(text: "Only \(users.count) users have held-out interactions: too few for nDCG."))
        }
        let figures = [new, old].map { side in
            users.quality(
                of: side.model, items: log.items, vectors: side.items, k: Self.k, threads: options.threads
            ).map(\.ndcg)
        }
        var generator = SeededGenerator(seed: 1)
        let difference = PairedBootstrap(candidate: figures[0], baseline: figures[1], using: &generator)
        let mean = figures[1].reduce(0, +) / Double(users.count)
        let change = mean > 0 ? difference.interval.upper / mean : 0
        return .success(
            GateMeasure(
                "ndcg_change", change, .atLeast, -options.ndcgLoss,
                "upper end of the 95 % interval of nDCG@\(Self.k)'s change, a share of \(old.generation.number)'s "
                    + "\(GateMeasure.rounded(mean)); "
                    + "\(users.count) users' held-out items"))
    }
}

/// Thrown when no generation serves.
public struct NothingToCompareWith: Error, CustomStringConvertible {
    public let generation: GenerationNumber

    public var description: String {
        "No generation serves, so there is nothing to compare \(generation) with. `linden models activate \(generation)` makes it "
            + "serve."
    }
}
