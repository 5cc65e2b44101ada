public import Domain
public import Ranking
public import Retrieval
import VectorKernels

/// A generation's items in memory, for asking.
public struct FrontierCatalogue: Sendable {
    let generation: Generation
    let index: IndexSnapshot
    let vectors: FullVectors
    let row: @Sendable (ItemNumber) -> Int?

    /// - Parameters:
    ///   - generation: Whose vectors these are.
    ///   - index: The items, live or not.
    ///   - vectors: Numbered as the rows of `index`.
    ///   - row: The row of an item that is live.
    public init(
        generation: Generation, index: IndexSnapshot, vectors: FullVectors,
        row: @escaping @Sendable (ItemNumber) -> Int?
    ) {
        self.generation = generation
        self.index = index
        self.vectors = vectors
        self.row = row
    }
}

/// What measuring a stored generation's frontier needs of a store.
public typealias FrontierStore = GenerationPublisher & GenerationStore & UserSampleSource & UserStateStore

/// Measures the active generation's frontier anew, on the items and users that are stored now, and stores it.
public struct FrontierJob: Sendable {
    /// What is under way.
    public enum Step: Sendable {
        case loading(Generation)
        case askingStore(users: Int)
        case measuring(FrontierMeasurement.Step)
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public let generation: Generation
        public let frontier: Frontier
        /// Users with an embedding, asked or not.
        public let users: Int
    }

    private let store: any FrontierStore
    private let model: CostModel
    private let threads: Int
    private let host: String
    private let queries: Int
    private let seenLimit: Int

    /// Prepares the job.
    ///
    /// - Parameters:
    ///   - store: Where the generation is.
    ///   - model: Prices of work.
    ///   - queries: Users asked at most.
    ///   - threads: Share the queries.
    ///   - host: The machine's name and kind.
    ///   - seenLimit: Most recent items that a request leaves out.
    public init(
        store: any FrontierStore, model: CostModel, queries: Int = 500, threads: Int, host: String, seenLimit: Int
    ) {
        self.store = store
        self.model = model
        self.queries = queries
        self.threads = threads
        self.host = host
        self.seenLimit = seenLimit
    }

    /// Measures; stores nothing.
    ///
    /// - Parameter report: Told what is under way.
    /// - Returns: The frontier.
    /// - Throws: ``CalibrationError``, the store's errors, and when the task is cancelled.
    public func run(report: @escaping @Sendable (Step) -> Void) async throws -> Outcome {
        guard let active = try await store.activeGeneration() else { throw CalibrationError.noGeneration }
        let sample = try await sample(of: active)
        let generation = try await store.head(of: active).generation
        report(.loading(generation))
        let (index, vectors, items) = try await store.load(active) { published in
            try LoadedItems(published.generation)
        } add: { loading, item, embedding in
            try loading.append(item, embedding: embedding)
        }.finish()
        let rows = Dictionary(items.enumerated().map { ($1, $0) }) { first, _ in first }
        let catalogue = FrontierCatalogue(generation: generation, index: index, vectors: vectors) { rows[$0] }
        return try await measure(catalogue, sample, report) { try $0 { false } }
    }

    /// Measures on a catalogue that is in memory already; stores nothing.
    ///
    /// - Parameters:
    ///   - catalogue: Of a generation of the store.
    ///   - runner: Runs the measurement, where it disturbs nobody; `shouldStop` ends it with `CancellationError`.
    /// - Returns: The frontier.
    /// - Throws: As ``run(report:)``.
    public func run(on catalogue: FrontierCatalogue, by runner: Runner) async throws -> Outcome {
        try await measure(catalogue, try await sample(of: catalogue.generation.number), { _ in }, runner)
    }

    /// Runs a measurement to its end.
    public typealias Runner = (
        _ work: @escaping @Sendable (_ shouldStop: @Sendable () -> Bool) throws -> Frontier?
    ) async throws -> Frontier?

    private func sample(of generation: GenerationNumber) async throws -> UserSample {
        let sample = try await store.sampleOfUsers(in: generation, atMost: queries)
        guard sample.total >= CostCalibrationJob.leastUsers else {
            throw CalibrationError.tooFewUsers(sample.total, needed: CostCalibrationJob.leastUsers)
        }
        return sample
    }

    private func measure(
        _ catalogue: FrontierCatalogue, _ sample: UserSample, _ report: @escaping @Sendable (Step) -> Void,
        _ runner: Runner
    ) async throws -> Outcome {
        let generation = catalogue.generation
        report(.askingStore(users: sample.users.count))
        var (queries, seen): ([[Float]], [[Int]]) = ([], [])
        for user in sample.users {
            let state = try await store.state(of: user, generation: generation.number, seenLimit: seenLimit)
            guard let state, let bits = state.embedding else { continue }
            queries.append(HalfPrecision.values(of: bits.span))
            seen.append(state.seen.compactMap { catalogue.row($0) })
        }
        let measurement = FrontierMeasurement(model: model, threads: threads, host: host)
        let frontier = try await runner { [queries, seen] shouldStop in
            try measurement.frontier(
                index: catalogue.index, vectors: catalogue.vectors, ladder: generation.ladder, queries: queries,
                excluded: seen, shouldStop: shouldStop, report: { report(.measuring($0)) })
        }
        guard let frontier else { throw CalibrationError.tooFewUsers(0, needed: CostCalibrationJob.leastUsers) }
        return Outcome(generation: generation, frontier: frontier, users: sample.total)
    }

    /// Stores what was measured: nodes plan by it as soon as they look.
    public func store(_ outcome: Outcome) async throws {
        try Task.checkCancellation()
        try await store.store(outcome.frontier, generation: outcome.generation.number)
    }
}

/// A generation's items, read from the store for asking.
private struct LoadedItems: ~Copyable {
    private var index: IndexBuilder
    private var vectors: FullVectorsBuilder
    private var items: [ItemNumber] = []

    init(_ generation: Generation) throws {
        index = IndexBuilder(ladder: generation.ladder)
        vectors = FullVectorsBuilder(dimensions: generation.ladder.fullLength, expectedRows: generation.items)
    }

    mutating func append(_ item: StoredItem, embedding: [UInt16]?) throws {
        guard let embedding else { return }
        try index.append(halves: embedding.span)
        try vectors.append(halves: embedding.span)
        items.append(item.number)
    }

    consuming func finish() -> (index: IndexSnapshot, vectors: FullVectors, items: [ItemNumber]) {
        let items = items
        return (index.finish(), vectors.finish(), items)
    }
}
