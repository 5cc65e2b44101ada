public import Domain
import Towers
import Training

/// Measures what a generation under way finds together with the one that serves, before all of its items are embedded.
public struct BridgeJob: Sendable {
    /// How it is measured.
    public struct Options: Sendable {
        /// Shares of the items that count as embedded.
        public var shares = [0.1, 0.5, 0.9]
        /// Items that have both vectors and are ranked, at most: what more there are take memory.
        public var items = 50_000
        public var threads = 1
        public var seed: UInt64 = 1

        public init() {}
    }

    private let store: any GenerationStore & InteractionLogSource
    private let options: Options

    public init(store: any GenerationStore & InteractionLogSource, options: Options = Options()) {
        self.store = store
        self.options = options
    }

    /// Runs the job; nothing is written.
    ///
    /// - Throws: ``BridgeRefusal``; ``NothingToCompareWith`` where no generation serves;
    ///   ``Training/GenerationBridgeError`` where too few items have both vectors.
    public func run(_ number: GenerationNumber) async throws -> BridgeReport {
        let generation = try await store.head(of: number).generation
        guard let activeNumber = try await store.activeGeneration() else {
            throw NothingToCompareWith(generation: number)
        }
        guard activeNumber != number else { throw BridgeRefusal.serves(number) }
        guard generation.state.holdsEmbeddings else { throw BridgeRefusal.noVectors(number, generation.state) }
        let active = try await store.head(of: activeNumber).generation
        guard generation.ladder == active.ladder else {
            throw BridgeRefusal.otherLadder(number, generation.ladder, activeNumber, active.ladder)
        }
        let models = (
            old: try TwoTowerModel(decoding: try await store.artefact(of: activeNumber)),
            new: try TwoTowerModel(decoding: try await store.artefact(of: number))
        )
        for (number, model) in [(activeNumber, models.old), (number, models.new)] where model.isImported {
            throw BridgeRefusal.noUserTower(number)
        }
        let log = try await store.interactionLog()
        let new = try await GenerationVectors.load(generation, from: store)
        guard !new.items.isEmpty else { throw BridgeRefusal.noVectors(number, generation.state) }
        let old = try await GenerationVectors.load(active, from: store)
        try Task.checkCancellation()

        let items = shared(log, old, new)
        let fewest = GenerationBridge.fewestPairs(for: generation.ladder)
        guard items.count >= fewest else { throw GenerationBridgeError.tooFewPairs(items.count, needed: fewest) }
        let pairs = try pairs(items, log, old, new, models, number)
        let measured = try BridgeMeasurement(pairs, shares: options.shares, seed: options.seed)
        return BridgeReport(
            generation: number, active: activeNumber, ladder: generation.ladder, embedded: new.items.count,
            catalogue: new.items.count + new.missing.count, items: items.count, users: pairs.wanted.count,
            k: BridgeMeasurement.k, whole: measured.whole, lines: measured.lines)
    }

    /// Positions in the log of items that have a vector in both, evenly thinned out where they are too many.
    private func shared(_ log: InteractionLog, _ old: GenerationVectors, _ new: GenerationVectors) -> [Int] {
        let (inOld, inNew) = (Set(old.items.map(\.number)), Set(new.items.map(\.number)))
        let both = log.items.indices.filter {
            inOld.contains(log.items[$0].number) && inNew.contains(log.items[$0].number)
        }
        guard both.count > options.items else { return both }
        return (0..<options.items).map { both[$0 * both.count / options.items] }
    }

    /// The vectors of those items, and of the users whose held-out items are among them.
    private func pairs(
        _ items: [Int], _ log: InteractionLog, _ old: GenerationVectors, _ new: GenerationVectors,
        _ models: (old: TwoTowerModel, new: TwoTowerModel), _ number: GenerationNumber
    ) throws -> BridgeMeasurement.Pairs {
        let rows = Dictionary(uniqueKeysWithValues: items.enumerated().map { (Int32($1), Int32($0)) })
        let isTimed = log.timestamps.contains { $0 != Timestamp.epoch.microseconds }
        let judged = GateHoldOut(log, isOrdered: isTimed).judgedUsers(after: nil)
            .map { (user: $0, wanted: Set($0.wanted.compactMap { rows[$0] })) }.filter { !$0.wanted.isEmpty }
        let embeddings = [models.old, models.new].map { model in
            UserEmbeddings.of(
                model, users: judged.map(\.user.id), histories: judged.map(\.user.history),
                features: log.items.map { model.features(of: ItemContent($0.item)) }, threads: options.threads)
        }
        let known = judged.indices.filter { embeddings[0][$0] != nil && embeddings[1][$0] != nil }
        guard !known.isEmpty else { throw BridgeRefusal.nobodyToAsk(number) }
        let (dimensions, numbers) = (models.new.ladder.fullLength, items.map { log.items[$0].number })
        let tables = embeddings.map { side in
            EmbeddingTable(dimensions: dimensions, elements: known.flatMap { side[$0] ?? [] })
        }
        return BridgeMeasurement.Pairs(
            ladder: models.new.ladder, items: (old.table(of: numbers), new.table(of: numbers)),
            users: (tables[0], tables[1]),
            hidden: known.map { judged[$0].user.hidden.compactMap { rows[$0] } },
            wanted: known.map { judged[$0].wanted })
    }
}
