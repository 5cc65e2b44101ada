/// An item of the store with its number and how often users chose it.
public struct StoredItem: Sendable {
    public let number: ItemNumber
    public let item: CatalogueItem
    /// Interactions counted when the generation was published; orders popular items.
    public let interactions: Int

    public init(number: ItemNumber, item: CatalogueItem, interactions: Int) {
        self.number = number
        self.item = item
        self.interactions = interactions
    }
}

/// All that a serving node loads of a generation besides its items, consistent with one moment of the store.
public struct PublishedGeneration: Sendable {
    public let generation: Generation
    /// What plans are chosen by; `nil` before it was measured.
    public let frontier: Frontier?
    /// The model artefact, as the towers decode it.
    public let artefact: [UInt8]
    /// Where the feed of changes goes on from.
    public let position: FeedPosition

    public init(
        generation: Generation, frontier: Frontier?, artefact: [UInt8], position: FeedPosition
    ) {
        self.generation = generation
        self.frontier = frontier
        self.artefact = artefact
        self.position = position
    }
}

/// What tells whether a snapshot that a node kept may be served still.
public struct GenerationHead: Sendable {
    public let generation: Generation
    /// What plans are chosen by; `nil` before it was measured.
    public let frontier: Frontier?
    /// Tells this store's history from every other: positions in another's feed mean nothing here.
    public let store: String

    public init(generation: Generation, frontier: Frontier?, store: String) {
        self.generation = generation
        self.frontier = frontier
        self.store = store
    }
}

/// Reads generations for serving.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol GenerationStore: Sendable {
    /// All generations, newest first.
    func generations() async throws -> [Generation]
    /// Number of the generation that serves now, if any.
    func activeGeneration() async throws -> GenerationNumber?
    /// Where every generation stands that is there still: first the one that a rollback goes back to, then those that
    /// served last, then the newest.
    func standings() async throws -> [GenerationStanding]
    /// What may have changed of a generation since it was loaded, and whose it is.
    func head(of generation: GenerationNumber) async throws -> GenerationHead
    /// The model artefact of a generation, as the towers decode it.
    func artefact(of generation: GenerationNumber) async throws -> [UInt8]
    /// Reads all that serving a generation takes, as it is at one moment, and hands it on piece by piece.
    ///
    /// - Parameters:
    ///   - generation: The generation.
    ///   - begin: Gets everything but the items.
    ///   - add: Gets each item of the catalogue that is not deleted, by ascending number, with its embedding as
    ///     half-precision bits; `nil` for an item that has not been embedded yet.
    /// - Returns: What `begin` made and `add` filled.
    /// - Throws: What they throw; when there is no such generation, or the store is away.
    func load<Loading: ~Copyable>(
        _ generation: GenerationNumber, begin: (PublishedGeneration) throws -> Loading,
        add: (inout Loading, StoredItem, _ embedding: [UInt16]?) throws -> Void
    ) async throws -> Loading
    /// Adds embeddings of items that came after the generation was published, or replaces them.
    func store(itemEmbeddings: HalfEmbeddings, generation: GenerationNumber) async throws
}
