public import Domain
import Postgres

extension PostgresStore: MeasuringTurn {
    /// Holds an advisory lock in a transaction on a connection of its own, so that requests have theirs.
    ///
    /// A transaction keeps its session behind a pooler, and its lock goes with it whatever happens to this node. It reads
    /// nothing and writes nothing, so it holds up no vacuum.
    public func takingTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
        try await takingTurn(of: "linden.frontiers", body)
    }

    /// As ``takingTurn(_:)``, at the work that has a name.
    func takingTurn<Value: Sendable>(of work: String, _ body: () async throws -> Value) async throws -> Value? {
        let connection: Connection
        do throws(PostgresError) {
            connection = try await Connection.open(settings)
        } catch {
            throw StoreAway(reason: error.message)
        }
        let result: Result<Value?, any Error>
        do {
            try await connection.query("BEGIN")
            let rows = try await connection.query(
                "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", work)
            let isOurs = try rows.first?.decode(Bool.self, at: 0) ?? false
            result = .success(isOurs ? try await body() : nil)
        } catch {
            result = .failure(error)
        }
        // Ends the transaction too: there is nothing to commit.
        await connection.close()
        return try result.get()
    }
}

extension PostgresStore: GuardrailTurn {
    public func takingGuardrailTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
        try await takingTurn(of: "linden.guardrails", body)
    }
}
