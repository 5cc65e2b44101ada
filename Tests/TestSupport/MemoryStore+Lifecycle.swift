public import Domain

extension MemoryStore: GenerationLifecycle {
    public func activate(_ generation: GenerationNumber) async throws {
        try withState { state in
            guard try state.known(generation).state != .active else { throw GenerationError.alreadyActive(generation) }
            let before = state.active
            try state.serve(generation)
            state.replaced[generation] = before
        }
    }

    public func move(_ generation: GenerationNumber, to next: GenerationState) async throws {
        try withState { state in try state.move(generation, to: next) }
    }

    public func rollback() async throws -> GenerationNumber {
        try withState { state in
            guard let active = state.active else { throw GenerationError.nothingServes }
            guard let before = state.replaced[active] else { throw GenerationError.nothingToGoBackTo(from: active) }
            guard try state.known(before).state != .dropped else {
                throw GenerationError.droppedMeanwhile(before, from: active)
            }
            try state.serve(before)
            return before
        }
    }

    public func rollbackTarget() async throws -> GenerationNumber? {
        try withState { state in
            guard let before = state.active.flatMap({ state.replaced[$0] }) else { return nil }
            return try state.known(before).state == .retired ? before : nil
        }
    }

    public func drop(_ generation: GenerationNumber) async throws {
        try withState { state in try state.move(generation, to: .dropped) }
    }
}

extension MemoryStore.State {
    fileprivate func known(_ number: GenerationNumber) throws -> Generation {
        guard let known = published[number]?.generation else { throw GenerationError.unknown(number) }
        return known
    }

    fileprivate mutating func serve(_ number: GenerationNumber) throws {
        let from = try known(number).state
        guard from.successors.contains(.active) else {
            throw GenerationError.cannotBecome(number, from: from, to: .active)
        }
        if let active { try move(active, to: .retired) }
        try move(number, to: .active)
        active = number
    }

    mutating func move(_ number: GenerationNumber, to next: GenerationState) throws {
        let from = try known(number).state
        guard from.successors.contains(next) else {
            throw GenerationError.cannotBecome(number, from: from, to: next)
        }
        let building = published.values.first { $0.generation.state == .building }
        if next == .building, let building { throw GenerationError.anotherIsBuilding(building.generation.number) }
        try change(number, lifeState: next)
    }
}

extension GenerationPublisher where Self: GenerationLifecycle {
    /// Makes a generation that was just published serve, as if it had passed its checks.
    public func checkAndActivate(_ generation: GenerationNumber) async throws {
        try await move(generation, to: .verified)
        try await activate(generation)
    }
}
