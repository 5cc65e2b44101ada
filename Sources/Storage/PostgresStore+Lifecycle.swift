public import Domain
import Postgres

extension PostgresStore: GenerationLifecycle {
    /// Makes a generation serve: one row's state, in one transaction with the one before it.
    public func activate(_ number: GenerationNumber) async throws {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                try await Self.takeTurn(transaction)
                let generation = try await Self.known(number, transaction)
                guard generation.state != .active else { throw GenerationError.alreadyActive(number) }
                let before = try await Self.active(transaction)?.number
                try await Self.serve(number, from: generation.state, inPlaceOf: before, transaction)
                try await transaction.query(
                    "UPDATE linden.generations SET replaced = $2 WHERE generation = $1", number.rawValue,
                    before?.rawValue)
            }
            await Self.ring(connection)
        }
    }

    public func move(_ number: GenerationNumber, to state: GenerationState) async throws {
        precondition(state != .active && state != .dropped, "A generation becomes \(state.rawValue) in another way.")
        try await withConnection { connection in
            try await connection.transaction { transaction in
                try await Self.takeTurn(transaction)
                try await Self.move(number, to: state, transaction)
            }
        }
    }

    public func rollback() async throws -> GenerationNumber {
        try await withConnection { connection in
            let target = try await connection.transaction { transaction in
                try await Self.takeTurn(transaction)
                guard let (active, before) = try await Self.active(transaction) else {
                    throw GenerationError.nothingServes
                }
                guard let before else { throw GenerationError.nothingToGoBackTo(from: active) }
                let state = try await Self.known(before, transaction).state
                guard state != .dropped else { throw GenerationError.droppedMeanwhile(before, from: active) }
                try await Self.serve(before, from: state, inPlaceOf: active, transaction)
                return before
            }
            await Self.ring(connection)
            return target
        }
    }

    public func rollbackTarget() async throws -> GenerationNumber? {
        try await withConnection { connection in
            guard let before = try await Self.active(connection)?.before else { return nil }
            return try await Self.known(before, connection).state == .retired ? before : nil
        }
    }

    /// Drops the partitions too, so that the space is free at once.
    ///
    /// That locks their parents: where a long reading is in the way, it gives up after a moment and tries again, so that
    /// nobody waits behind it.
    public func drop(_ number: GenerationNumber) async throws {
        for attempt in 1...Self.dropAttempts {
            do {
                return try await dropOnce(number)
            } catch let error as PostgresError where error.sqlState == .lockNotAvailable && attempt < Self.dropAttempts
            {
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(200 * attempt))))
            }
        }
    }

    private static let dropAttempts = 10

    private func dropOnce(_ number: GenerationNumber) async throws {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                try await Self.takeTurn(transaction)
                try await transaction.query("SET LOCAL lock_timeout = '500ms'")
                try await Self.move(number, to: .dropped, transaction)
                try await transaction.query(
                    "DELETE FROM linden.generation_parts WHERE generation = $1", number.rawValue)
                for parent in ["item_embeddings", "user_embeddings"] {
                    try await transaction.query("DROP TABLE IF EXISTS linden.\(identifier: "\(parent)_\(number)")")
                }
            }
        }
    }

    /// Changes a generation's state if it stands right before it; the one statement of the product that does.
    static func move(_ number: GenerationNumber, to state: GenerationState, _ transaction: Connection) async throws {
        let from = try await known(number, transaction).state
        guard from.successors.contains(state) else {
            throw GenerationError.cannotBecome(number, from: from, to: state)
        }
        if state == .building, let other = try await building(transaction) {
            throw GenerationError.anotherIsBuilding(other)
        }
        try await transaction.query(
            """
            UPDATE linden.generations
            SET state = $2, activated_at = CASE WHEN $2 = 'active' THEN now() ELSE activated_at END
            WHERE generation = $1
            """, number.rawValue, state.rawValue)
    }

    /// Lets one transaction at a time change states; it lasts until the transaction ends.
    static func takeTurn(_ transaction: Connection) async throws {
        try await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended('linden.generations', 0))")
    }

    /// A generation that must be there.
    static func known(_ number: GenerationNumber, _ connection: Connection) async throws -> Generation {
        guard let generation = try await generation(number, connection) else { throw GenerationError.unknown(number) }
        return generation
    }

    private static func serve(
        _ number: GenerationNumber, from state: GenerationState, inPlaceOf before: GenerationNumber?,
        _ transaction: Connection
    ) async throws {
        // What cannot serve is told before the one that does is touched.
        guard state.successors.contains(.active) else {
            throw GenerationError.cannotBecome(number, from: state, to: .active)
        }
        if let before { try await move(before, to: .retired, transaction) }
        try await move(number, to: .active, transaction)
    }

    /// The generation that serves, and the one that served before it.
    private static func active(
        _ connection: Connection
    ) async throws -> (number: GenerationNumber, before: GenerationNumber?)? {
        try await connection.query("SELECT generation, replaced FROM linden.generations WHERE state = 'active'").first
            .map { row in
                let (number, before) = try row.decode(Int32.self, Int32?.self)
                return (GenerationNumber(number), before.map { GenerationNumber($0) })
            }
    }

    private static func building(_ connection: Connection) async throws -> GenerationNumber? {
        try await connection.query("SELECT generation FROM linden.generations WHERE state = 'building'").first
            .map { row in GenerationNumber(try row.decode(at: 0)) }
    }
}
