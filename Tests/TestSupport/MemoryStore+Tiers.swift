public import Domain

extension MemoryStore: TierStore {
    public func activeTierRevision() async throws -> TierRevisionNumber? {
        try withState { $0.tierRevisions.last?.number }
    }

    public func tierRevision(_ number: TierRevisionNumber) async throws -> TierRevision? {
        try withState { state in state.tierRevisions.first { $0.number == number } }
    }

    public func tierRevisions(limit: Int) async throws -> [TierRevision] {
        try withState { Array($0.tierRevisions.reversed().prefix(limit)) }
    }

    public func publish(tiers draft: TierRevisionDraft) async throws -> TierRevision {
        try withState { state in
            let active = state.tierRevisions.last?.number
            guard active == draft.parent else { throw StaleTierRevision(parent: draft.parent, active: active) }
            let revision = TierRevision(number: (active ?? 0) + 1, createdAt: .epoch, draft: draft)
            state.tierRevisions.append(revision)
            return revision
        }
    }
}

extension MemoryStore: ExposureStore {
    public func append(exposures: [Exposure]) async throws -> Int {
        try withState { state in
            let before = state.exposures.count
            for exposure in exposures {
                let key = [exposure.recommendation, exposure.experiment]
                if state.exposures[key] == nil { state.exposures[key] = exposure }
            }
            return state.exposures.count - before
        }
    }

    public func dropExposures(before moment: Timestamp) async throws -> Int {
        try withState { state in
            let day: Int64 = 86_400_000_000
            let old = state.exposures.filter { $0.value.at.microseconds / day < moment.microseconds / day }
            for key in old.keys { state.exposures[key] = nil }
            return Set(old.values.map { $0.at.microseconds / day }).count
        }
    }

    /// All that was stored, by answer.
    public func storedExposures() throws -> [Exposure] {
        try withState { $0.exposures.values.sorted { $0.recommendation < $1.recommendation } }
    }
}
