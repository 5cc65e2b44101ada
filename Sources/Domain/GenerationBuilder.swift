/// One kind of what a backfill embeds: its items or its users, by number.
public struct BackfillPart: Hashable, Sendable {
    /// All up to this number are embedded.
    public let after: Int64
    /// Highest number when the backfill began; what came later is not its business.
    public let last: Int64
    /// Rows gone through.
    public let done: Int
    /// Rows there were when the backfill began.
    public let total: Int

    public init(after: Int64, last: Int64, done: Int, total: Int) {
        self.after = after
        self.last = last
        self.done = done
        self.total = total
    }
}

/// How far the embedding of the catalogue for a generation has come.
public struct BackfillProgress: Sendable {
    public let generation: Generation
    public let items: BackfillPart
    public let users: BackfillPart
    /// Changes of items until here have been taken up.
    public let position: FeedPosition
    /// Changed items that were embedded after their batch, or again.
    public let caughtUp: Int

    public init(
        generation: Generation, items: BackfillPart, users: BackfillPart, position: FeedPosition, caughtUp: Int
    ) {
        self.generation = generation
        self.items = items
        self.users = users
        self.position = position
        self.caughtUp = caughtUp
    }
}

/// What a user did, for the user tower.
public struct StoredHistory: Sendable {
    public let number: UserNumber
    public let id: UserID
    /// Items, each once, by the time of the last event with it.
    public let items: [ItemNumber]
    /// Events counted.
    public let events: Int

    public init(number: UserNumber, id: UserID, items: [ItemNumber], events: Int) {
        self.number = number
        self.id = id
        self.items = items
        self.events = events
    }
}

/// Rows that were written for trial, and taken back.
public struct WriteTrial: Sendable {
    public let rows: Int
    public let elapsed: Duration
    /// Bytes that the rows took, with their index.
    public let bytes: Int

    public init(rows: Int, elapsed: Duration, bytes: Int) {
        self.rows = rows
        self.elapsed = elapsed
        self.bytes = bytes
    }
}

/// Makes generations bit by bit: first the model, then embeddings in batches, each kept with the note of how far it came.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol GenerationBuilder: Sendable {
    /// Stores a model without embeddings: those of the draft are left aside.
    ///
    /// A draft whose fingerprint is known already gives the generation that has it, unchanged.
    func register(_ draft: GenerationDraft) async throws -> Generation
    /// Lets one process build at a time.
    ///
    /// - Returns: What `body` returns; `nil` when another process is at it.
    func takingBuildTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value?
    /// Fixes what is to be embedded for a registered generation, which is building from then on.
    ///
    /// - Returns: The beginning; for a generation that is building already, how far it has come.
    /// - Throws: ``GenerationError`` for any other.
    func beginBackfill(_ generation: GenerationNumber) async throws -> BackfillProgress
    /// How far a generation's backfill has come; `nil` for one that was published in one go.
    func backfill(of generation: GenerationNumber) async throws -> BackfillProgress?
    /// Items of the catalogue and users with events, now.
    func rowsToEmbed() async throws -> (items: Int, users: Int)
    /// At most `limit` items of the catalogue, by number.
    func items(after: Int64, through last: Int64, limit: Int) async throws -> [StoredItem]
    /// At most `limit` users with all they did, by number.
    func histories(after: Int64, through last: Int64, limit: Int) async throws -> [StoredHistory]
    /// At most `limit` users' embeddings, by number.
    func userEmbeddings(of generation: GenerationNumber, after: Int64, limit: Int) async throws -> HalfEmbeddings
    /// Writes a batch and the note that all items up to a number are done, both or neither.
    ///
    /// Items that have an embedding already keep it: it is of a later change.
    ///
    /// - Parameters:
    ///   - items: Their embeddings.
    ///   - before: The progress that the batch went on from.
    ///   - number: The new ``BackfillPart/after``.
    ///   - count: Rows gone through.
    ///   - generation: The generation under way.
    /// - Throws: ``BackfillOvertaken`` when another process has gone on from there.
    func write(
        items: HalfEmbeddings, from before: BackfillPart, to number: Int64, count: Int, _ generation: GenerationNumber)
        async throws
    /// Writes a batch of users, as ``write(items:from:to:count:_:)`` does; `events` is how many each row was made of.
    func write(
        users: HalfEmbeddings, events: [Int], from before: BackfillPart, to number: Int64, count: Int,
        _ generation: GenerationNumber
    ) async throws
    /// Writes embeddings of changed items, but of none that has changed again since `position`.
    ///
    /// - Returns: Whether all could be written that have not changed again; otherwise somebody is just changing one of them.
    func write(changed items: HalfEmbeddings, asOf position: FeedPosition, _ generation: GenerationNumber) async throws
        -> Bool
    /// Notes that all changes up to a position were taken up.
    func caughtUp(_ count: Int, to position: FeedPosition, _ generation: GenerationNumber) async throws
    /// Ends a backfill: counts what it holds; the generation is built.
    func finishBackfill(_ generation: GenerationNumber) async throws -> Generation
    /// Writes item embeddings for trial and takes them back.
    func tryWriting(_ items: HalfEmbeddings) async throws -> WriteTrial
}

/// Thrown when two processes build one generation.
public struct BackfillOvertaken: Error, CustomStringConvertible {
    public let generation: GenerationNumber

    public init(generation: GenerationNumber) {
        self.generation = generation
    }

    public var description: String {
        "Another process is building \(generation). Let it, or stop it and run `linden models backfill \(generation)` again."
    }
}
