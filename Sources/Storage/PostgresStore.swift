public import Postgres

/// The product's store on PostgreSQL; each port it conforms to has a file of its own.
///
/// Its SQL needs the schema of `migrations/`; nothing else in the product holds SQL about recommendations.
public struct PostgresStore: Sendable {
    package let pool: ConnectionPool

    /// Creates a store over a pool whose database is at the newest schema.
    public init(pool: ConnectionPool) {
        self.pool = pool
    }
}
