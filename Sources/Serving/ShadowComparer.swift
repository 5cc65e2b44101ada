public import Domain
public import ServiceLifecycle
import Synchronization

/// How the answers of a generation in the shadow compare with those that were given.
public struct ShadowCounters: Hashable, Sendable {
    /// Answers that were compared.
    public internal(set) var compared = 0
    /// Requests that the generation could not answer.
    public internal(set) var failed = 0
    /// Sum of the overlaps: of the first ten items that were given, the share that the generation has in its first ten.
    public internal(set) var overlap = 0.0

    public init() {}
}

/// Requests that wait to be answered by generations in the shadow too, and what came of others.
final class ShadowQueue: Sendable {
    /// A request with what it was answered.
    struct Pair: Sendable {
        let request: RecommendationRequest
        let given: [ItemID]
    }

    /// Requests that wait at most; those beyond are not compared.
    static let limit = 64

    let pairs: AsyncStream<Pair>
    private let entrance: AsyncStream<Pair>.Continuation
    private let share: Double
    private let seen = Atomic(0)
    private let skipped = Atomic(0)
    private let counters = Mutex<[GenerationNumber: ShadowCounters]>([:])

    /// Creates a queue.
    ///
    /// - Parameter share: Of the requests, from 0 to 1.
    init(share: Double) {
        precondition((0...1).contains(share), "\(share) is no share.")
        self.share = share
        (pairs, entrance) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.limit))
    }

    /// Lets every so many-th request wait, if there is room.
    func offer(_ request: RecommendationRequest, _ answer: RecommendationResponse) {
        let before = Double(seen.add(1, ordering: .relaxed).oldValue)
        guard (before * share).rounded(.down) < ((before + 1) * share).rounded(.down) else { return }
        let pair = Pair(request: request, given: answer.items.map(\.itemID))
        if case .dropped = entrance.yield(pair) { skipped.add(1, ordering: .relaxed) }
    }

    func count(_ generation: GenerationNumber, _ body: (inout ShadowCounters) -> Void) {
        counters.withLock { body(&$0[generation, default: ShadowCounters()]) }
    }

    var all: [GenerationNumber: ShadowCounters] { counters.withLock { $0 } }
    var skippedCount: Int { skipped.load(ordering: .relaxed) }
}

/// Answers a share of the requests by the generations in the shadow too, for as long as the program runs, and compares.
///
/// The caller has its answer by then, and neither its budget nor the node's capacity pays. It takes at most a tenth of the
/// time, so that requests are not slowed down; what comes thicker is left out and counted.
public struct ShadowComparer: Service {
    private let service: RecommendationService

    public init(service: RecommendationService) {
        self.service = service
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            for await pair in service.shadows.pairs {
                let start = service.now()
                await service.compare(pair)
                do { try await Task.sleep(for: (service.now() - start) * 9) } catch { return }
            }
        }
    }
}

extension RecommendationService {
    /// How many first items of two answers are compared.
    private static let comparedItems = 10

    /// Lets a request wait for the comparison, if a generation in the shadow can answer it: its own vector means nothing to
    /// another.
    func offerToShadows(_ request: RecommendationRequest, _ answer: RecommendationResponse) {
        guard request.embedding == nil, !following.withLock({ $0.duties.shadows.isEmpty }) else { return }
        shadows.offer(request, answer)
    }

    /// Answers a request by each generation in the shadow that is held, and counts what its answer shares with what was given.
    func compare(_ pair: ShadowQueue.Pair) async {
        let (held, duties) = (held.withLock { $0 }, following.withLock { $0.duties })
        for number in duties.shadows {
            guard let snapshot = held[number] else { continue }
            do {
                let answer = try await answer(
                    pair.request, by: pair.request.tier.flatMap { tiers.tier(named: $0) }, from: snapshot, shares: false
                )
                let overlap = Self.overlap(pair.given, answer.items.map(\.itemID))
                shadows.count(number) { counters in
                    counters.compared += 1
                    counters.overlap += overlap
                }
            } catch {
                // The program ends: that is no failure of the generation's.
                if Task.isCancelled { return }
                shadows.count(number) { $0.failed += 1 }
            }
        }
    }

    /// Of the first ten of `given`, the share that is among the first ten of `other`; 1 where nothing was given.
    package static func overlap(_ given: [ItemID], _ other: [ItemID]) -> Double {
        let (given, other) = (Set(given.prefix(comparedItems)), Set(other.prefix(comparedItems)))
        return given.isEmpty ? 1 : Double(given.intersection(other).count) / Double(given.count)
    }

    /// What came of comparing answers, by generation.
    public var shadowCounters: [GenerationNumber: ShadowCounters] { shadows.all }

    /// Requests that were to be compared and were not, as too many waited.
    public var skippedShadowCount: Int { shadows.skippedCount }
}
