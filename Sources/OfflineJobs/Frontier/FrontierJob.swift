public import Domain
import Ranking
import Retrieval
import VectorKernels

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
    public func run(report: @escaping (Step) -> Void) async throws -> Outcome {
        guard let active = try await store.activeGeneration() else { throw CalibrationError.noGeneration }
        let sample = try await store.sampleOfUsers(in: active, atMost: queries)
        guard sample.total >= CostCalibrationJob.leastUsers else {
            throw CalibrationError.tooFewUsers(sample.total, needed: CostCalibrationJob.leastUsers)
        }
        let generation = try await store.head(of: active).generation
        report(.loading(generation))
        let (index, vectors, items) = try await store.load(active) { published in
            try LoadedItems(published.generation)
        } add: { loading, item, embedding in
            try loading.append(item, embedding: embedding)
        }.finish()
        report(.askingStore(users: sample.users.count))
        let rows = Dictionary(items.enumerated().map { ($1, $0) }) { first, _ in first }
        var (queries, seen): ([[Float]], [[Int]]) = ([], [])
        for user in sample.users {
            let state = try await store.state(of: user, generation: active, seenLimit: seenLimit)
            guard let state, let bits = state.embedding else { continue }
            queries.append(HalfPrecision.values(of: bits.span))
            seen.append(state.seen.compactMap { rows[$0] })
        }
        let frontier = try FrontierMeasurement(model: model, threads: threads, host: host).frontier(
            index: index, vectors: vectors, ladder: generation.ladder, queries: queries, excluded: seen,
            report: { report(.measuring($0)) })
        guard let frontier else { throw CalibrationError.tooFewUsers(0, needed: CostCalibrationJob.leastUsers) }
        return Outcome(generation: generation, frontier: frontier, users: sample.total)
    }

    /// Stores what was measured: nodes plan by it from their next start on.
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
