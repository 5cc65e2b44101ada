/// A fitted cost model that is about to be stored.
public struct CostModelDraft: Sendable {
    /// Its weights; the store gives the revision.
    public let model: CostModel
    /// The machine that it was measured on.
    public let host: String
    /// R² on measurements that it was not fitted to, 1 at most.
    public let explained: Double
    /// Median error on the same, as a share of the measured time.
    public let medianError: Double
    /// Measurements that it was fitted to and judged by.
    public let samples: Int

    public init(model: CostModel, host: String, explained: Double, medianError: Double, samples: Int) {
        self.model = model
        self.host = host
        self.explained = explained
        self.medianError = medianError
        self.samples = samples
    }
}

/// A cost model as the store keeps it.
public struct StoredCostModel: Sendable {
    public let draft: CostModelDraft
    public let createdAt: Timestamp

    /// The model under the revision that the store gave it.
    public var model: CostModel { draft.model }

    public init(draft: CostModelDraft, createdAt: Timestamp) {
        self.draft = draft
        self.createdAt = createdAt
    }
}

/// Keeps fitted cost models; revision 1 ships with Linden and is never stored.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol CostModelStore: Sendable {
    /// All that were ever stored, newest first.
    func costModels() async throws -> [StoredCostModel]
    /// Stores a model under the next revision, from 2 on; the newest is the one in use.
    ///
    /// - Returns: The model with its revision.
    func store(costModel draft: CostModelDraft) async throws -> CostModel
}

extension CostModelStore {
    /// The model in use: the newest, or the one that ships with Linden.
    public func currentCostModel() async throws -> CostModel { try await costModels().first?.model ?? .shipped }
}

/// Some of the users whose embeddings a generation has.
public struct UserSample: Hashable, Sendable {
    /// How many there are in all.
    public let total: Int
    /// Those asked for, spread evenly over all by their numbers.
    public let users: [UserID]

    public init(total: Int, users: [UserID]) {
        self.total = total
        self.users = users
    }
}

/// Names users to measure with.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol UserSampleSource: Sendable {
    /// Users who have an embedding in a generation.
    ///
    /// - Parameters:
    ///   - generation: Whose embedding they have.
    ///   - limit: Users at most, 1 or more.
    /// - Returns: As many as that, or all, spread evenly by number, the first among them: the same as long as the users are.
    /// - Throws: ``StoreAway`` when the store cannot be reached.
    func sampleOfUsers(in generation: GenerationNumber, atMost limit: Int) async throws -> UserSample
}
