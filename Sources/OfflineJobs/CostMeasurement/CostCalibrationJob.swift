public import Domain
public import Planning
import Ranking
import Retrieval
import Towers
import VectorKernels

/// What calibrating costs needs of a store.
public typealias CostCalibrationStore = CostModelStore & EmbeddingSource & GenerationStore & UserSampleSource
    & UserStateStore

/// Measures what work takes on this machine, with the active generation's items and users, and fits a cost model to it.
public struct CostCalibrationJob: Sendable {
    /// What is under way.
    public enum Step: Sendable {
        case loading(Generation)
        case askingStore(users: Int)
        /// Timing requests; the share that is done.
        case measuring(Double)
        case fitting(samples: Int)
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public let generation: GenerationNumber
        public let fit: CostModelFit
        /// The weights that were in use before.
        public let before: CostModel
        /// What the fit was judged by.
        public let judged: [CostSample]
        /// What is stored when ``CostCalibrationJob/store(_:)`` is told to.
        public let draft: CostModelDraft
    }

    /// Users that a generation must have for a calibration to mean anything.
    public static let leastUsers = 50
    /// Users that are asked for, at most; of one more, every second, and that is enough.
    private static let users = 128

    private let store: any CostCalibrationStore
    private let requests: any EmbeddingSource & UserStateStore
    private let host: String
    private let seenLimit: Int
    private let door: @Sendable () throws -> Void

    /// Prepares a calibration.
    ///
    /// - Parameters:
    ///   - store: Where generations and cost models are.
    ///   - requests: The same store with the connections that requests use.
    ///   - host: The machine's name and kind.
    ///   - seenLimit: Most recent items that a request asks its user's state for.
    ///   - door: What a request does before and after: its body read, its answer written.
    public init(
        store: any CostCalibrationStore, requests: any EmbeddingSource & UserStateStore, host: String, seenLimit: Int,
        door: @escaping @Sendable () throws -> Void = {}
    ) {
        self.store = store
        self.requests = requests
        self.host = host
        self.seenLimit = seenLimit
        self.door = door
    }

    /// Measures and fits; stores nothing.
    ///
    /// - Parameter report: Told what is under way.
    /// - Returns: The fitted model beside the one in use.
    /// - Throws: ``CalibrationError``, ``Planning/CostModelFitError``, the store's errors, and when the task is cancelled.
    public func run(report: @Sendable (Step) -> Void) async throws -> Outcome {
        guard let active = try await store.activeGeneration() else { throw CalibrationError.noGeneration }
        let sample = try await store.sampleOfUsers(in: active, atMost: Self.users)
        guard sample.total >= Self.leastUsers else {
            throw CalibrationError.tooFewUsers(sample.total, needed: Self.leastUsers)
        }
        report(.loading(try await store.head(of: active).generation))
        let (catalogues, tower, items) = try await store.load(active) { published in
            try MeasuredGeneration(published)
        } add: { measured, item, embedding in
            try measured.append(item, embedding: embedding)
        }.finish()
        report(.askingStore(users: sample.users.count))
        let roundTrips = RoundTripMeasurement(generation: active, seenLimit: seenLimit)
        var (states, samples) = try await roundTrips.users(sample.users, from: requests)
        samples += try await roundTrips.vectors(of: Array(items.prefix(MeasuredGeneration.readItems)), from: requests)
        let rows = Dictionary(items.enumerated().map { ($1, $0) }) { first, _ in first }
        let queries = states.compactMap { state in
            state.embedding.map {
                CostMeasurement.Query(
                    vector: HalfPrecision.values(of: $0.span), seen: state.seen.compactMap { rows[$0] })
            }
        }
        guard queries.count >= Self.leastUsers else {
            throw CalibrationError.tooFewUsers(queries.count, needed: Self.leastUsers)
        }
        samples += try CostMeasurement(catalogues: catalogues, queries: queries, tower: tower, door: door)
            .samples { report(.measuring($0)) }
        let count = samples.fitted.count + samples.judged.count
        report(.fitting(samples: count))
        let stored = try await store.costModels()
        let before = stored.first?.model ?? .shipped
        let fit = try CostModelFit(
            to: samples.fitted, judgedBy: samples.judged, from: before, revision: before.revision + 1)
        return Outcome(
            generation: active, fit: fit, before: before, judged: samples.judged,
            draft: CostModelDraft(
                model: fit.model, host: host, explained: fit.accuracy.explained,
                medianError: fit.accuracy.medianError, samples: count))
    }

    /// Stores an outcome under the next revision; from then on the model is in use.
    ///
    /// - Returns: The model with its revision.
    /// - Throws: The store's errors, and when the task is cancelled.
    public func store(_ outcome: Outcome) async throws -> CostModel {
        try outcome.fit.check()
        try Task.checkCancellation()
        return try await store.store(costModel: outcome.draft)
    }
}

/// Why nothing could be calibrated.
public enum CalibrationError: Error, Equatable, CustomStringConvertible {
    case noGeneration
    case tooFewUsers(Int, needed: Int)

    public var description: String {
        switch self {
        case .noGeneration:
            "No generation serves yet, so there is nothing to measure. Run `linden train` first."
        case .tooFewUsers(let there, let needed):
            "The active generation has \(there) users with an embedding; a calibration asks with \(needed) at least. "
                + "Import more interactions and run `linden train` again; until then the shipped model is used."
        }
    }
}
