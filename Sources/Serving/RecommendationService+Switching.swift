public import Domain

extension RecommendationService {
    /// All generations, newest first.
    public func generations() async throws -> [Generation] {
        try await asking { try await ports.generations.generations() }
    }

    /// Makes a generation the one that serves.
    ///
    /// It is one row in the store: each node loads the generation, if it does not hold
    /// it yet, and changes over between two requests.
    ///
    /// - Throws: ``Domain/GenerationError``, or ``RequestError/storeAway``.
    public func activate(_ generation: GenerationNumber) async throws {
        try await asking { try await ports.generations.activate(generation) }
    }

    /// Makes the generation serve that served before `generation`, which must be the active one.
    ///
    /// - Returns: Which serves now.
    /// - Throws: ``GenerationNotActive``, ``Domain/GenerationError``, or ``RequestError/storeAway``.
    public func rollBack(from generation: GenerationNumber) async throws -> GenerationNumber {
        try await asking {
            let standings = try await ports.generations.standings()
            guard standings.contains(where: { $0.number == generation }) else {
                throw GenerationError.unknown(generation)
            }
            let active = standings.first { $0.state == .active }?.number
            guard active == generation else { throw GenerationNotActive(generation: generation, active: active) }
            return try await ports.generations.rollback()
        }
    }
}

/// Thrown when a generation is to be rolled back that does not serve.
public struct GenerationNotActive: Error, Equatable, CustomStringConvertible {
    let generation: GenerationNumber
    let active: GenerationNumber?

    public var description: String {
        "\(generation) does not serve, so there is nothing to go back from. "
            + (active.map { "\($0) does: roll back that one." } ?? "None does: activate one.")
    }
}
