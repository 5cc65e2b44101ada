/// Embeddings under the caller's own ids, as they come from elsewhere.
public struct NamedEmbeddings<Subject>: Sendable {
    /// Whose each row is; each once.
    public let ids: [ExternalID<Subject>]
    /// Length of each row.
    public let dimensions: Int
    /// Row-major half-precision bit patterns: `ids.count × dimensions` elements.
    public let bits: [UInt16]

    public init(ids: [ExternalID<Subject>], dimensions: Int, bits: [UInt16]) {
        precondition(bits.count == ids.count * dimensions, "\(bits.count) elements for \(ids.count) rows")
        self.ids = ids
        self.dimensions = dimensions
        self.bits = bits
    }

    /// Number of rows.
    public var count: Int { ids.count }

    /// Where a row's elements lie.
    public func range(of row: Int) -> Range<Int> { row * dimensions..<(row + 1) * dimensions }
}

/// Vectors made elsewhere, ready to be published as a generation.
public struct ImportedGeneration: Sendable {
    /// What people call it; no other generation has the name.
    public let name: String
    /// SHA-256 over model artefact, ladder, norm rule and the users' vectors.
    public let fingerprint: [UInt8]
    /// The prefix lengths that may be served.
    public let ladder: PrefixLadder
    /// k of the metrics.
    public let cutoff: Int
    /// One entry a rung, shortest first, measured against the full length.
    public let rungs: [RungQuality]
    /// Where it came from and what was measured: a JSON object.
    public let settings: String
    public let artefact: [UInt8]
    public let items: NamedEmbeddings<ItemSubject>
    public let users: NamedEmbeddings<UserSubject>

    public init(
        name: String, fingerprint: [UInt8], ladder: PrefixLadder, cutoff: Int, rungs: [RungQuality], settings: String,
        artefact: [UInt8], items: NamedEmbeddings<ItemSubject>, users: NamedEmbeddings<UserSubject>
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.ladder = ladder
        self.cutoff = cutoff
        self.rungs = rungs
        self.settings = settings
        self.artefact = artefact
        self.items = items
        self.users = users
    }

    /// The draft of it, once the store has numbered its items and users.
    ///
    /// No event makes a user's vector stale: whoever made it will make the next one.
    package func draft(itemNumbers: [Int64], userNumbers: [Int64]) -> GenerationDraft {
        GenerationDraft(
            fingerprint: fingerprint, ladder: ladder, normRule: .cosineAtEachRung, cutoff: cutoff, rungs: rungs,
            settings: settings, artefact: artefact,
            items: HalfEmbeddings(dimensions: items.dimensions, numbers: itemNumbers, bits: items.bits),
            users: HalfEmbeddings(dimensions: users.dimensions, numbers: userNumbers, bits: users.bits),
            userEvents: [Int](repeating: .max, count: users.count), name: name)
    }
}

/// How some ids and the store's catalogue meet.
public struct CatalogueMatch<Subject>: Sendable {
    /// Positions of ids that the store does not have.
    public let unknown: [Int]
    /// Positions of items that were taken out of the catalogue.
    public let deleted: [Int]
    /// Items of the catalogue that are none of these, and a few of them.
    public let missing: (count: Int, examples: [ExternalID<Subject>])

    public init(unknown: [Int], deleted: [Int] = [], missing: (count: Int, examples: [ExternalID<Subject>])) {
        self.unknown = unknown
        self.deleted = deleted
        self.missing = missing
    }
}

/// Takes in vectors made elsewhere.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol EmbeddingImporter: Sendable {
    /// Compares items, each given once, with the catalogue.
    func match(items: [ItemID]) async throws -> CatalogueMatch<ItemSubject>
    /// Compares users, each given once, with those that are known; none of these is ever missing.
    func match(users: [UserID]) async throws -> CatalogueMatch<UserSubject>
    /// Writes a generation and the items and users that are not known yet, with nothing but their ids, in one go; it does not
    /// serve yet. Items that were taken out of the catalogue stay out.
    ///
    /// An import whose fingerprint is known already gives the generation that has it, unchanged.
    ///
    /// - Throws: ``GenerationNameError`` when another generation has the name; ``CatalogueChanged``.
    func publish(_ imported: ImportedGeneration) async throws -> Generation
}

/// Thrown when somebody forgot a user while that user's vector was written.
public struct CatalogueChanged: Error, CustomStringConvertible {
    public init() {}

    public var description: String { "Users were deleted meanwhile, and nothing was stored. Run the command again." }
}

/// Why a generation cannot be called so.
public enum GenerationNameError: Error, Equatable, CustomStringConvertible {
    case taken(String, by: GenerationNumber)
    case notAName(String)

    /// Checks a name: 1 to 64 letters, digits, `.`, `_` and `-`, and not one such as `g3`.
    public static func check(_ name: String) throws(GenerationNameError) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        guard isPlain, (1...64).contains(name.utf8.count), GenerationNumber(name: name) == nil else {
            throw .notAName(name)
        }
    }

    public var description: String {
        switch self {
        case .taken(let name, let number):
            "\(number) is called '\(name)' and has other vectors or another ladder. Choose another name."
        case .notAName(let name):
            "'\(name)' is no name for a generation. Give 1 to 64 letters, digits, '.', '_' and '-', and none such as g3."
        }
    }
}
