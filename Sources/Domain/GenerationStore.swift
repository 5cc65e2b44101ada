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

/// All that a serving node loads to serve a generation, consistent with one moment of the store.
public struct PublishedGeneration: Sendable {
    public let generation: Generation
    /// The model artefact, as the towers decode it.
    public let artefact: [UInt8]
    /// The catalogue without deleted items, by number.
    public let items: [StoredItem]
    /// Item embeddings; items may lack one until they are embedded.
    public let embeddings: HalfEmbeddings
    public let frontier: [FrontierPoint]
    /// Where the feed of changes goes on from.
    public let position: FeedPosition

    public init(
        generation: Generation, artefact: [UInt8], items: [StoredItem], embeddings: HalfEmbeddings,
        frontier: [FrontierPoint], position: FeedPosition
    ) {
        self.generation = generation
        self.artefact = artefact
        self.items = items
        self.embeddings = embeddings
        self.frontier = frontier
        self.position = position
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
    /// All that serving a generation takes.
    func load(_ generation: GenerationNumber) async throws -> PublishedGeneration
    /// Adds embeddings of items that came after the generation was published, or replaces them.
    func store(itemEmbeddings: HalfEmbeddings, generation: GenerationNumber) async throws
}
