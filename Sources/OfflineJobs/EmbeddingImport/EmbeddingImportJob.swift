import ByteStreams
public import Domain
import Foundation
import JSON
public import Planning
import Towers
import VectorKernels

/// What taking in vectors from elsewhere needs of a store.
public typealias EmbeddingStore = EmbeddingImporter & GenerationLifecycle & GenerationPublisher & GenerationStore

/// From files of vectors to a generation that serves: read, match with the catalogue, measure, calibrate, publish, activate.
///
/// Whatever is refused is refused before anything is stored.
public struct EmbeddingImportJob: Sendable {
    /// What is under way.
    public enum Step: Sendable {
        case reading(file: String)
        case matching(items: Int, users: Int)
        case measuring(rungs: Int)
        case calibrating
        case publishing(items: Int, users: Int)
    }

    /// What is taken in, and how.
    public struct Options: Sendable {
        /// The prefix lengths to measure, beside the vectors' own length; `nil` takes 16 and its doublings.
        public var ladder: PrefixLadder?
        /// Share of the full length's answer that a rung must find with a shortlist to be served, 0 to 1.
        public var minimumRecall = 0.95
        /// Whether ids that are not in the catalogue are left out; else they come in with nothing but their ids.
        public var leavesOutUnknown = false
        /// Whether the generation serves at once.
        public var activates = true
        public var threads = 1
        /// Whose plans are measured on the generation.
        public var planner = Planner()

        public init() {}
    }

    private let store: any EmbeddingStore
    private let options: Options

    public init(store: any EmbeddingStore, options: Options = Options()) {
        self.store = store
        self.options = options
    }

    /// Runs the job.
    ///
    /// - Parameters:
    ///   - name: What the generation is to be called.
    ///   - items: The items' vectors.
    ///   - users: The users' vectors, if there are any; without them users are what they did.
    ///   - clock: Tells how long it takes.
    ///   - report: Told what is under way.
    /// - Returns: What was found and done.
    /// - Throws: ``EmbeddingImportError``, ``VectorFiles/VectorFileError``, ``Domain/GenerationNameError`` or the store's errors;
    ///   nothing is stored then.
    public func run(
        name: String, items: EmbeddingFile, users: EmbeddingFile?, clock: some Clock<Duration> = ContinuousClock(),
        report: (Step) -> Void = { _ in }
    ) async throws -> EmbeddingImportReport {
        let start = clock.now
        try GenerationNameError.check(name)
        let (itemContents, userContents) = try Self.read(items, users, report)
        let ladder = try ladder(of: itemContents.embeddings.dimensions)
        report(.matching(items: itemContents.embeddings.count, users: userContents?.embeddings.count ?? 0))
        let itemMatch = try await store.match(items: itemContents.embeddings.ids)
        let userMatch = try await store.match(users: userContents?.embeddings.ids ?? [])
        let left = options.leavesOutUnknown
        let kept = itemContents.embeddings.leavingOut(left ? itemMatch.unknown : [])
        let keptUsers = userContents?.embeddings.leavingOut(left ? userMatch.unknown : [])
        guard kept.count > 0 else {
            throw EmbeddingImportError.nothingKnown(file: items.vectors.name, ids: itemContents.embeddings.count)
        }

        report(.measuring(rungs: ladder.rungs.count))
        let shortestWhole = max(itemContents.shortestWhole, userContents?.shortestWhole ?? 1)
        let asked = Self.queries(items: kept, users: keptUsers)
        let measurement = RungMeasurement(
            ladder: ladder, items: kept.bits, queries: asked.table, excluded: asked.excluded,
            shortestWhole: shortestWhole, threads: options.threads)
        let served = try PrefixLadder(measurement.servableRungs(minimumRecall: options.minimumRecall))
        try Task.checkCancellation()

        report(.calibrating)
        let frontier = try calibrate(served, kept, asked)
        report(.publishing(items: kept.count, users: keptUsers?.count ?? 0))
        let imported = try Self.generation(
            name, served, kept, keptUsers ?? NamedEmbeddings(ids: [], dimensions: kept.dimensions, bits: []),
            measurement, options.minimumRecall)
        let before = try await store.activeGeneration()
        let generation = try await store.publish(imported)
        if let frontier { try await store.store(frontier, generation: generation.number) }
        var state = generation.state
        if state == .built {
            try await store.move(generation.number, to: .verified)
            state = .verified
        }
        if options.activates, state != .active { try await store.activate(generation.number) }
        return EmbeddingImportReport(
            generation: generation.with(state: options.activates ? .active : state),
            askedName: name, before: before == generation.number ? nil : before,
            items: EmbeddingImportReport.Part(itemContents.embeddings, itemMatch, leftOut: left),
            users: userContents.map { EmbeddingImportReport.Part($0.embeddings, userMatch, leftOut: left) },
            measurement: measurement, asksAsUsers: !asked.excluded.contains { $0 != nil },
            minimumRecall: options.minimumRecall, frontier: frontier,
            plans: frontier.map { FrontierPlans($0).points(model: options.planner.model, ladder: served) } ?? [],
            elapsed: start.duration(to: clock.now))
    }

    private static func read(
        _ items: EmbeddingFile, _ users: EmbeddingFile?, _ report: (Step) -> Void
    ) throws -> (items: EmbeddingFile.Contents<ItemSubject>, users: EmbeddingFile.Contents<UserSubject>?) {
        report(.reading(file: items.vectors.name))
        let itemContents = try items.read(of: ItemSubject.self)
        guard let users else { return (itemContents, nil) }
        report(.reading(file: users.vectors.name))
        let userContents = try users.read(
            of: UserSubject.self, asLongAs: (items, itemContents.embeddings.dimensions))
        return (itemContents, userContents)
    }

    /// The ladder to measure: as asked, or 16 and its doublings, each shorter than the vectors, and the vectors' length.
    private func ladder(of dimensions: Int) throws -> PrefixLadder {
        let asked = options.ladder?.rungs ?? (4...).lazy.map { 1 << $0 }.prefix { $0 < dimensions }.map(\.self)
        guard let ladder = options.ladder, ladder.fullLength > dimensions else {
            return try PrefixLadder(asked.filter { $0 < dimensions } + [dimensions])
        }
        throw EmbeddingImportError.ladderTooLong(ladder, dimensions: dimensions)
    }

    /// What is asked, and the row of items that each query leaves out.
    private struct Queries {
        let rows: [Int]
        let bits: [UInt16]
        let table: EmbeddingTable
        let excluded: [Int?]
    }

    /// A sample of the users; of the items, each without itself, where no user has a vector.
    private static func queries(
        items: NamedEmbeddings<ItemSubject>, users: NamedEmbeddings<UserSubject>?
    ) -> Queries {
        guard let users, users.count > 0 else {
            let rows = RungMeasurement.sample(of: items.count)
            return Queries(
                rows: rows, bits: rows.flatMap { items.bits[items.range(of: $0)] }, table: items.table(of: rows),
                excluded: rows)
        }
        let rows = RungMeasurement.sample(of: users.count)
        return Queries(
            rows: rows, bits: rows.flatMap { users.bits[users.range(of: $0)] }, table: users.table(of: rows),
            excluded: rows.map { _ in nil })
    }

    private func calibrate(
        _ ladder: PrefixLadder, _ items: NamedEmbeddings<ItemSubject>, _ asked: Queries
    ) throws -> Frontier? {
        let rows = { (count: Int) in (0..<count).map(Int64.init) }
        return try FrontierMeasurement(
            model: options.planner.model, threads: options.threads, host: ProcessInfo.processInfo.hostName
        ).frontier(
            ladder: ladder,
            items: HalfEmbeddings(dimensions: items.dimensions, numbers: rows(items.count), bits: items.bits),
            users: HalfEmbeddings(dimensions: items.dimensions, numbers: rows(asked.rows.count), bits: asked.bits),
            seen: asked.excluded.map { $0.map { [$0] } ?? [] })
    }

    private static func generation(
        _ name: String, _ ladder: PrefixLadder, _ items: NamedEmbeddings<ItemSubject>,
        _ users: NamedEmbeddings<UserSubject>, _ measurement: RungMeasurement, _ minimumRecall: Double
    ) throws -> ImportedGeneration {
        let vectors = EmbeddingTable(
            dimensions: items.dimensions, elements: HalfPrecision.values(of: items.bits.span))
        guard let model = TwoTowerModel(imported: ladder, items: items.ids, vectors: vectors) else {
            preconditionFailure("An id stands twice, though each was read once.")
        }
        let artefact = model.encoded()
        return ImportedGeneration(
            name: name,
            fingerprint: GenerationFingerprint.sha256(
                artefact: artefact, ladder: ladder, normRule: .cosineAtEachRung, users: users),
            ladder: ladder, cutoff: measurement.k,
            rungs: measurement.rungs.map(\.alone).filter { ladder.rungs.contains($0.dimensions) },
            settings: measurement.json(minimumRecall: minimumRecall, served: ladder).description,
            artefact: artefact, items: items, users: users)
    }
}
