public import Domain
import Experiments
public import Planning
import Retrieval
import Synchronization

/// The product behind its doors: recommends, and takes in events and items.
///
/// Holds an immutable snapshot of the active generation, and of some beside it; a request keeps the one it began with.
public final class RecommendationService: Sendable {
    /// Where the truth is kept.
    public struct Ports: Sendable {
        public let events: any EventStore
        public let catalogue: any CatalogueStore
        public let users: any UserStateStore
        public let generations: any GenerationStore & GenerationPublisher & GenerationLifecycle
        public let feed: any ItemChangeFeed
        public let tiers: any TierStore
        public let experiments: any ExperimentRecords

        public init(
            events: any EventStore, catalogue: any CatalogueStore, users: any UserStateStore,
            generations: any GenerationStore & GenerationPublisher & GenerationLifecycle, feed: any ItemChangeFeed,
            tiers: any TierStore, experiments: any ExperimentRecords
        ) {
            self.events = events
            self.catalogue = catalogue
            self.users = users
            self.generations = generations
            self.feed = feed
            self.tiers = tiers
            self.experiments = experiments
        }
    }

    let ports: Ports
    public let planner: Planner
    /// Time since any fixed moment; fills in milliseconds and keeps deadlines.
    let now: @Sendable () -> Duration
    /// Where snapshots are kept over a restart.
    let snapshots: SnapshotFolder?
    let mergePolicy: MergePolicy?
    /// Gets full vectors; `nil` when the snapshot has them.
    let fetcher: VectorFetcher?
    /// Shares the capacity out; `nil` gives each request what its tier and budget allow.
    let capacity: CapacityShares?
    /// What receipts count units in money by.
    let price: UnitPrice?
    let held = Mutex(HeldGenerations())
    let keepGenerations: Int
    let tierState: Mutex<TierState>
    /// What experiments served, until it is written.
    let exposures: ExposureQueue
    /// Whether somebody writes them.
    let recordsExposures: Bool
    /// The time of exposures.
    let date: @Sendable () -> Timestamp
    /// Longest prefix kept for scans; `nil` is the ladder's own.
    let scanDepth: Int?
    let shadows: ShadowQueue
    let following = Mutex(FollowState())
    let merges = Mutex<[GenerationNumber: IndexMerge<IndexSnapshot, IndexChange>]>([:])
    let recalibrations = Mutex(RecalibrationCounters())
    let scans: ScanBatcher<ScanJob, ScanAnswer>

    /// Creates a service that is not ready until ``refresh()`` has found an active generation.
    ///
    /// `keepGenerations` is the number of generations that have served and are kept in memory beside the one that serves;
    /// `shadowShare` the share of requests that a ``ShadowComparer`` answers by generations in the shadow too; `scanDepth` the
    /// longest prefix kept for scans, in dimensions. `exposures` is how many may wait to be written by an ``ExposureWriter``;
    /// `nil` records none.
    public init(
        ports: Ports, tiers: TiersInForce = .shipped, planner: Planner = Planner(),
        vectors: ItemVectors = .memory, mergePolicy: MergePolicy? = .shipped, snapshots: SnapshotFolder? = nil,
        scanLimits: ScanLimits = .perCore, keepGenerations: Int = 1, shadowShare: Double = 0,
        scanDepth: Int? = nil, capacity: Capacity? = nil, price: UnitPrice? = nil, exposures: Int? = nil,
        date: @escaping @Sendable () -> Timestamp = { .epoch }, now: (@Sendable () -> Duration)? = nil
    ) {
        self.ports = ports
        tierState = Mutex(TierState(tiers: tiers))
        self.exposures = ExposureQueue(limit: exposures ?? 0)
        recordsExposures = exposures != nil
        self.date = date
        self.planner = planner
        self.snapshots = snapshots
        self.price = price
        self.mergePolicy = mergePolicy
        self.scanDepth = scanDepth
        shadows = ShadowQueue(share: shadowShare)
        precondition(keepGenerations >= 0, "\(keepGenerations) generations cannot be kept.")
        self.keepGenerations = keepGenerations
        fetcher = vectors.fetcher
        scans = ScanBatcher(limits: scanLimits, belongTogether: { $0.mark === $1.mark }) { jobs in
            try ScanJob.answers(to: jobs)
        }
        let start = ContinuousClock.now
        let clock = now ?? { start.duration(to: .now) }
        self.now = clock
        self.capacity = capacity.map { CapacityShares($0, now: clock) }
    }

    /// What requests that name no generation are answered from now.
    package var current: ServingSnapshot? { held.withLock { $0.active } }

    /// What the passes over the index have done.
    public var scanCounters: ScanCounters { scans.counters }

    /// Requests that have spent more than their budget since the program began; anything but 0 is a fault.
    public var overspentCount: Int { overspent.load(ordering: .relaxed) }

    let overspent = Atomic(0)

    /// What was decided on the shares of the capacity; `nil` without one.
    public var capacityCounters: CapacityCounters? { capacity?.counters }

    /// What the cache of full vectors has done; `nil` without one.
    public var cacheCounters: CacheCounters? { fetcher?.cache?.counters }

    /// Why requests cannot be answered now, as a sentence; `nil` when they can.
    ///
    /// A tier's generation is waited for until it is there for the first time. One that goes later is no reason to send every
    /// request elsewhere: they are answered from the active one, and say so.
    public func whyNotReady() -> String? {
        guard current != nil else { return RequestError.noGeneration.description }
        let others = whyOtherGenerations()
        let wasReady = following.withLock { state in
            state.wasReady = state.wasReady || others.isEmpty
            return state.wasReady
        }
        return wasReady ? nil : others.first
    }

    /// Why requests are planned by less than what could be known, as a sentence; `nil` when they are not.
    public func whyMeasureAgain() -> String? {
        guard let current else { return nil }
        guard let plans = current.frontier, plans.frontier.costModel == planner.model.revision else {
            return "No plans were measured under the prices in use, so shipped ones serve. Run `linden calibrate`."
        }
        let rows = current.index.liveCount
        guard plans.isStale(rows: rows) else { return nil }
        return "Plans were measured on \(plans.frontier.rows) items, and there are \(rows) now. Run `linden calibrate`."
    }

    /// Stores events; returns when they are durable.
    ///
    /// - Returns: How many were new.
    /// - Throws: ``RequestError/storeAway``.
    public func record(_ interactions: [Interaction]) async throws -> Int {
        try await asking { try await ports.events.append(interactions) }
    }

    /// Creates or replaces items; returns when they are durable, and requests see them soon after.
    public func upsert(_ items: [CatalogueItem]) async throws {
        try await asking { try await ports.catalogue.upsert(items) }
    }

    /// Takes an item out of the catalogue.
    ///
    /// - Returns: Whether there was such an item.
    public func delete(item: ItemID) async throws -> Bool {
        try await asking { try await ports.catalogue.delete(item: item) }
    }

    /// Creates or replaces users; returns when they are durable.
    public func upsert(_ users: [CatalogueUser]) async throws {
        try await asking { try await ports.catalogue.upsert(users) }
    }

    /// Forgets a user.
    ///
    /// - Returns: Whether there was such a user.
    public func delete(user: UserID) async throws -> Bool {
        try await asking { try await ports.catalogue.delete(user: user) }
    }

    /// Says in the caller's words that the store is away.
    func asking<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch is StoreAway {
            throw RequestError.storeAway
        }
    }
}
