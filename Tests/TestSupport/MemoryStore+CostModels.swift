public import Domain

extension MemoryStore: CostModelStore {
    public func costModels() async throws -> [StoredCostModel] {
        try withState { $0.costModels.reversed() }
    }

    public func store(costModel draft: CostModelDraft) async throws -> CostModel {
        try withState { state in
            let model = draft.model.with(revision: state.costModels.count + 2)
            let stored = CostModelDraft(
                model: model, host: draft.host, explained: draft.explained, medianError: draft.medianError,
                samples: draft.samples)
            state.costModels.append(StoredCostModel(draft: stored, createdAt: .epoch))
            return model
        }
    }
}

extension MemoryStore: UserSampleSource {
    public func sampleOfUsers(in generation: GenerationNumber, atMost limit: Int) async throws -> UserSample {
        try withState { state in
            let embedded = state.embeddings[generation] ?? [:]
            let all = state.users.filter { embedded[$0.value] != nil }.sorted { $0.value < $1.value }.map(\.key)
            let count = min(limit, all.count)
            let places = all.indices.filter { $0 * count % all.count < count }
            return UserSample(total: all.count, users: places.map { all[$0] })
        }
    }
}
