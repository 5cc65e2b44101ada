/// A trained model with the embeddings it made, ready to be published.
public struct GenerationDraft: Sendable {
    /// SHA-256 over model artefact, ladder and norm rule.
    public let fingerprint: [UInt8]
    public let ladder: PrefixLadder
    public let normRule: NormRule
    /// k of the metrics.
    public let cutoff: Int
    /// One entry a rung, shortest first.
    public let rungs: [RungQuality]
    /// How it was trained: a JSON object.
    public let settings: String
    public let artefact: [UInt8]
    public let items: HalfEmbeddings
    public let users: HalfEmbeddings
    /// Events that each user's embedding was made of, in the order of ``users``.
    public let userEvents: [Int]
    /// What people call it; `nil` for one that was trained here.
    public let name: String?

    public init(
        fingerprint: [UInt8], ladder: PrefixLadder, normRule: NormRule, cutoff: Int, rungs: [RungQuality],
        settings: String, artefact: [UInt8], items: HalfEmbeddings, users: HalfEmbeddings, userEvents: [Int],
        name: String? = nil
    ) {
        self.fingerprint = fingerprint
        self.ladder = ladder
        self.normRule = normRule
        self.cutoff = cutoff
        self.rungs = rungs
        self.settings = settings
        self.artefact = artefact
        self.items = items
        self.users = users
        self.userEvents = userEvents
        self.name = name
    }
}

/// Writes generations.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol GenerationPublisher: Sendable {
    /// Writes a generation's artefact and embeddings in one go; it does not serve yet.
    ///
    /// A draft whose fingerprint is known already gives the generation that has it, unchanged.
    func publish(_ draft: GenerationDraft) async throws -> Generation
    /// Replaces a generation's frontier.
    func store(_ frontier: Frontier, generation: GenerationNumber) async throws
    /// Makes a generation the one that serves; the one before is retired, in the same transaction.
    ///
    /// - Throws: ``GenerationError`` where it serves already, or is neither checked nor retired.
    func activate(_ generation: GenerationNumber) async throws
}
