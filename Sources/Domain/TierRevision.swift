/// Number of a revision of tiers and experiments, from 1 up.
public typealias TierRevisionNumber = Int64

/// A document of tiers and experiments that is about to be stored.
public struct TierRevisionDraft: Hashable, Sendable {
    /// The revision that its author saw; `nil` for the first.
    ///
    /// Another that holds by now makes it stale.
    public let parent: TierRevisionNumber?
    /// Who asked for it.
    public let actor: String
    /// Why, in the author's words.
    public let reason: String
    /// The document, byte for byte as its author wrote it; UTF-8.
    public let document: String
    /// SHA-256 of the document's bytes, in lower hexadecimal.
    public let sha256: String
    /// The same as one JSON object in the program's own words: what serving nodes read.
    public let configuration: String

    public init(
        parent: TierRevisionNumber?, actor: String, reason: String, document: String, sha256: String,
        configuration: String
    ) {
        (self.parent, self.actor, self.reason) = (parent, actor, reason)
        (self.document, self.sha256, self.configuration) = (document, sha256, configuration)
    }
}

/// A stored revision; it never changes.
public struct TierRevision: Hashable, Sendable {
    public let number: TierRevisionNumber
    public let createdAt: Timestamp
    public let draft: TierRevisionDraft

    public init(number: TierRevisionNumber, createdAt: Timestamp, draft: TierRevisionDraft) {
        (self.number, self.createdAt, self.draft) = (number, createdAt, draft)
    }
}

/// Thrown when somebody else has published since the author looked.
public struct StaleTierRevision: Error, Equatable, CustomStringConvertible {
    /// What the author saw.
    public let parent: TierRevisionNumber?
    /// What holds.
    public let active: TierRevisionNumber?

    public init(parent: TierRevisionNumber?, active: TierRevisionNumber?) {
        (self.parent, self.active) = (parent, active)
    }

    public var description: String {
        "The document was written for \(parent.map { "revision \($0)" } ?? "an installation without one"), and "
            + (active.map { "revision \($0) holds" } ?? "none holds")
            + " now. Look at `linden tiers show` and `linden tiers diff FILE`, and apply it again."
    }
}

/// Keeps the revisions of tiers and experiments; one of them holds.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol TierStore: Sendable {
    /// Number of the revision that holds; `nil` before the first.
    func activeTierRevision() async throws -> TierRevisionNumber?
    /// A revision.
    func tierRevision(_ number: TierRevisionNumber) async throws -> TierRevision?
    /// All revisions, or the latest of them, newest first.
    func tierRevisions(limit: Int) async throws -> [TierRevision]
    /// Stores a document as the next revision, and makes it the one that holds.
    ///
    /// - Throws: ``StaleTierRevision`` when another holds than the draft's parent; nothing is stored then.
    func publish(tiers draft: TierRevisionDraft) async throws -> TierRevision
}

/// Rings when another revision of tiers and experiments may hold.
///
/// As ``ChangeBell``: a doorbell, not a letter.
public protocol TierBell: Sendable {
    /// Calls `ring` soon after each publication, and when listening begins, until the task is cancelled.
    func listenForTiers(_ ring: @Sendable () -> Void) async throws
}
