import Postgres

/// What a statement that ran outside a transaction has left in the catalogue.
struct Traces {
    let connection: Connection

    enum State {
        /// Nothing of it is there.
        case open
        /// What it makes is there, or what it drops is gone.
        case done
        /// It broke on the way: what to run before it is run again, and the index that is invalid.
        case halfWay(SQL, index: String?)
    }

    /// Looks for what `kind` leaves.
    func state(of kind: OutsideTransaction) async throws(PostgresError) -> State {
        switch kind {
        case .createsIndex(let name?, let table): return try await index(name, on: table)
        case .dropsIndexes(let names):
            for name in names where try await asks("SELECT to_regclass($1) IS NOT NULL", name.quoted) { return .open }
            return .done
        case .detaches(let parent, let partition): return try await detachment(of: partition, from: parent)
        case .makes(let object, let name): return try await exists(object, name) ? .done : .open
        case .drops(let object, let name): return try await exists(object, name) ? .open : .done
        case .createsIndex(nil, _), .repeatable, .opaque: return .open
        }
    }

    private func index(_ name: SQLName, on table: SQLName) async throws(PostgresError) -> State {
        let rows = try await connection.query(
            """
            SELECT i.indisvalid, format('%I.%I', nspname, relname), relname,
                EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE relname = $1
                AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass($2))
            """, name.last, table.quoted)
        guard let row = rows.first else { return .open }
        let (isValid, qualified, _, isBeingBuilt) = try row.decode(Bool.self, String.self, String.self, Bool.self)
        guard !isValid else { return .done }
        guard !isBeingBuilt else {
            throw PostgresError(
                kind: .usage,
                message: "Another session builds the index \(qualified) right now (pg_stat_progress_create_index). "
                    + "Wait until it is done, then run this again.")
        }
        return .halfWay(SQL(unsafeSQL: "DROP INDEX CONCURRENTLY IF EXISTS \(qualified)"), index: qualified)
    }

    private func detachment(of partition: SQLName, from parent: SQLName) async throws(PostgresError) -> State {
        let rows = try await connection.query(
            """
            SELECT inhdetachpending FROM pg_inherits
            WHERE inhrelid = to_regclass($1) AND inhparent = to_regclass($2)
            """, partition.quoted, parent.quoted)
        guard let row = rows.first else { return .done }
        guard try row.decode(Bool.self, at: 0) else { return .open }
        return .halfWay(
            SQL(unsafeSQL: "ALTER TABLE \(parent.quoted) DETACH PARTITION \(partition.quoted) FINALIZE"), index: nil)
    }

    private func exists(_ object: OutsideTransaction.ClusterObject, _ name: String) async throws(PostgresError) -> Bool
    {
        switch object {
        case .database: try await asks("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name)
        case .tablespace: try await asks("SELECT EXISTS (SELECT FROM pg_tablespace WHERE spcname = $1)", name)
        case .subscription: try await asks("SELECT EXISTS (SELECT FROM pg_subscription WHERE subname = $1)", name)
        }
    }

    private func asks(_ question: SQL, _ name: String) async throws(PostgresError) -> Bool {
        try await connection.query(question, name).first?.decode(Bool.self, at: 0) ?? false
    }
}
