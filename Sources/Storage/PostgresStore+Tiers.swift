public import Domain
import Postgres

extension PostgresStore: TierStore {
    private static let columns: SQL = """
        revision, parent, created_at, actor, reason, document, sha256, configuration
        """

    public func activeTierRevision() async throws -> TierRevisionNumber? {
        try await withConnection { connection in try await Self.activeTierRevision(connection) }
    }

    public func tierRevision(_ number: TierRevisionNumber) async throws -> TierRevision? {
        try await withConnection { connection in
            try await connection.query(
                "SELECT \(Self.columns) FROM linden.tier_revisions WHERE revision = $1", number
            ).first.map(Self.tierRevision)
        }
    }

    public func tierRevisions(limit: Int) async throws -> [TierRevision] {
        try await withConnection { connection in
            try await connection.query(
                "SELECT \(Self.columns) FROM linden.tier_revisions ORDER BY revision DESC LIMIT $1", Int64(limit)
            ).map(Self.tierRevision)
        }
    }

    /// One publisher at a time: the revisions' numbers have no gap, and each has one child at most.
    public func publish(tiers draft: TierRevisionDraft) async throws -> TierRevision {
        let published = try await withConnection { connection in
            let published = try await connection.transaction { transaction in
                try await transaction.query(
                    "SELECT pg_advisory_xact_lock(hashtextextended('linden.tier_revisions', 0))")
                let active = try await Self.activeTierRevision(transaction)
                guard active == draft.parent else { throw StaleTierRevision(parent: draft.parent, active: active) }
                let rows = try await transaction.query(
                    """
                    INSERT INTO linden.tier_revisions
                        (revision, parent, actor, reason, document, sha256, configuration)
                    SELECT coalesce(max(revision), 0) + 1, $1, $2, $3, $4, $5, $6 FROM linden.tier_revisions
                    RETURNING \(Self.columns)
                    """, draft.parent, draft.actor, draft.reason, draft.document, draft.sha256,
                    JSONB(draft.configuration))
                guard let row = rows.first else {
                    throw StaleTierRevision(parent: draft.parent, active: active)
                }
                let revision = try Self.tierRevision(row)
                try await transaction.execute(
                    """
                    INSERT INTO linden.active_tiers (revision) VALUES ($1)
                    ON CONFLICT (only_row) DO UPDATE SET revision = excluded.revision
                    """, revision.number)
                return revision
            }
            await Self.ring(connection, on: Self.tierBell)
            return published
        }
        return published
    }

    private static func activeTierRevision(_ connection: Connection) async throws -> TierRevisionNumber? {
        try await connection.query("SELECT revision FROM linden.active_tiers").first?.decode(Int64.self, at: 0)
    }

    private static func tierRevision(_ row: Row) throws -> TierRevision {
        let (number, parent, createdAt, actor) = try row.decode(Int64.self, Int64?.self, Timestamptz.self, String.self)
        return TierRevision(
            number: number, createdAt: Timestamp(microseconds: createdAt.microseconds),
            draft: TierRevisionDraft(
                parent: parent, actor: actor, reason: try row.decode(at: 4), document: try row.decode(at: 5),
                sha256: try row.decode(at: 6), configuration: try row.decode(JSONB.self, at: 7).text))
    }
}

extension PostgresStore: TierBell {
    static let tierBell = "linden_tiers"

    public func listenForTiers(_ ring: @Sendable () -> Void) async throws {
        try await listen(to: Self.tierBell, ring)
    }
}
