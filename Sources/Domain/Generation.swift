/// The number of a generation in this database; people see it as `g3`.
public struct GenerationNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int32

    public init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Reads `g3`.
    public init?(name: String) {
        guard name.first == "g", let number = Int32(name.dropFirst()), number > 0 else { return nil }
        self.init(number)
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    public var description: String { "g\(rawValue)" }
}

/// How a score is made of two embeddings; part of a generation's identity.
public enum NormRule: String, Sendable {
    /// The cosine of the two prefixes, at each rung.
    case cosineAtEachRung = "cosine-at-each-rung"
}

/// What one prefix length of a generation is worth, measured on held-out interactions.
public struct RungQuality: Hashable, Sendable {
    /// Prefix length.
    public let dimensions: Int
    /// recall@k, 0 to 1.
    public let recall: Double
    /// nDCG@k, 0 to 1.
    public let ndcg: Double

    public init(dimensions: Int, recall: Double, ndcg: Double) {
        self.dimensions = dimensions
        self.recall = recall
        self.ndcg = ndcg
    }
}

/// One model identity: both towers, ladder and norm rule under one hash.
public struct Generation: Hashable, Sendable {
    public let number: GenerationNumber
    /// What people call it, if its vectors came from elsewhere; `nil` for one that was trained.
    ///
    /// The rungs of such a generation are measured against its own full length, not on held-out interactions.
    public let name: String?
    /// SHA-256 over model artefact, ladder and norm rule.
    public let fingerprint: [UInt8]
    public let ladder: PrefixLadder
    public let normRule: NormRule
    public let state: GenerationState
    /// Users and items embedded when it was published.
    public let users: Int
    public let items: Int
    /// k of the metrics.
    public let cutoff: Int
    /// One entry a rung, shortest first.
    public let rungs: [RungQuality]

    public init(
        number: GenerationNumber, fingerprint: [UInt8], ladder: PrefixLadder, normRule: NormRule,
        state: GenerationState, users: Int, items: Int, cutoff: Int, rungs: [RungQuality],
        name: String? = nil
    ) {
        self.number = number
        self.name = name
        self.fingerprint = fingerprint
        self.ladder = ladder
        self.normRule = normRule
        self.state = state
        self.users = users
        self.items = items
        self.cutoff = cutoff
        self.rungs = rungs
    }

    /// The same generation in another state.
    public func with(state: GenerationState) -> Generation {
        Generation(
            number: number, fingerprint: fingerprint, ladder: ladder, normRule: normRule, state: state, users: users,
            items: items, cutoff: cutoff, rungs: rungs, name: name)
    }
}
