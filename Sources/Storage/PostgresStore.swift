import Domain
public import Postgres

/// The product's store on PostgreSQL; each port it conforms to has a file of its own.
///
/// Its SQL needs the schema of `migrations/`; nothing else in the product holds SQL about recommendations. Every method
/// throws ``Domain/StoreAway`` when the server cannot be reached or does not answer in time.
public struct PostgresStore: Sendable {
    private let pool: ConnectionPool

    /// Creates a store over a pool whose database is at the newest schema.
    public init(pool: ConnectionPool) {
        self.pool = pool
    }

    /// How to reach the server with a connection that is not the pool's.
    var settings: ConnectionSettings { pool.settings }

    /// Lends a connection to `body`, and says in the domain's words when there is none to be had.
    func withConnection<Value>(
        deadline: Deadline? = nil, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.withConnection(deadline: deadline, body)
        } catch let error as PostgresError where error.meansAway {
            throw StoreAway(reason: error.message)
        }
    }
}

extension PostgresError {
    /// Whether the server, not the statement, is at fault.
    fileprivate var meansAway: Bool {
        switch kind {
        case .connection, .deadline, .poolExhausted, .closed: true
        default: false
        }
    }
}
