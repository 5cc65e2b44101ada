public import Postgres

/// What a database's own schemas hold, a line for each column, constraint, index, function and so on.
///
/// Left out are owners, privileges, comments, partitions (programs make them as they go), what extensions bring, and the
/// ledger itself.
public struct Catalogue: Sendable, Equatable {
    /// The schema, a tab, and what is in it.
    let lines: Set<String>

    init(lines: Set<String>) {
        self.lines = lines
    }

    /// Reads the catalogue of a database, as the transaction that is open sees it.
    ///
    /// - Throws: ``PostgresError``.
    public init(of connection: Connection) async throws(PostgresError) {
        let rows = try await connection.query(Self.query)
        var lines: Set<String> = []
        for row in rows { lines.insert(try row.decode(String.self, at: 0)) }
        self.lines = lines
    }

    /// What to do to the catalogue of another moment to get this one.
    func change(from old: Catalogue) -> CatalogueChange {
        CatalogueChange(
            added: lines.subtracting(old.lines).sorted(), removed: old.lines.subtracting(lines).sorted())
    }

    /// The catalogue after a change.
    func applying(_ change: CatalogueChange) -> Catalogue {
        Catalogue(lines: lines.subtracting(change.removed).union(change.added))
    }

    /// How this catalogue differs from the one that should be, as a diff: `-` is missing, `+` is too much.
    ///
    /// What lies in schemas that `expected` has nothing in is somebody else's, and left alone.
    func drift(from expected: Catalogue) -> [String] {
        let schemas = Set(expected.lines.map(Self.schema))
        let missing = expected.lines.subtracting(lines).map { (Self.text($0), "- ") }
        let extra = lines.subtracting(expected.lines).filter { schemas.contains(Self.schema($0)) }
            .map { (Self.text($0), "+ ") }
        return (missing + extra).sorted { ($0.0, $1.1) < ($1.0, $0.1) }.map { $0.1 + $0.0 }
    }

    private static func schema(_ line: String) -> Substring { line.prefix { $0 != "\t" } }

    private static func text(_ line: String) -> String { String(line[schema(line).endIndex...].dropFirst()) }
}

/// What a migration did to the catalogue.
struct CatalogueChange: Sendable, Equatable {
    let added: [String]
    let removed: [String]
}

extension Catalogue {
    private static let query: SQL = """
        WITH space AS MATERIALIZED (
            SELECT oid, nspname AS schema FROM pg_namespace
            WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'linden_migrations')
        ), brought AS MATERIALIZED (
            SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
        ), relation AS MATERIALIZED (
            SELECT c.*, schema, format('%I.%I', schema, relname) AS name
            FROM pg_class c JOIN space ON space.oid = relnamespace
            WHERE NOT relispartition AND ('pg_class'::regclass, c.oid) NOT IN (SELECT * FROM brought)
        ), line AS (
            SELECT schema, 'schema ' || quote_ident(schema) AS text FROM space
            WHERE schema <> 'public' AND ('pg_namespace'::regclass, space.oid) NOT IN (SELECT * FROM brought)
            UNION ALL
            SELECT schema, format('%s %s%s%s%s',
                CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table'
                    ELSE 'type' END,
                name, CASE relpersistence WHEN 'u' THEN ' UNLOGGED' ELSE '' END,
                CASE WHEN relrowsecurity THEN ' ROW LEVEL SECURITY' ELSE '' END, ' WITH ' || reloptions::text)
            FROM relation WHERE relkind IN ('r', 'p', 'f', 'c')
            UNION ALL
            SELECT schema, format('column %s.%I %s%s%s%s%s', name, attname, format_type(atttypid, atttypmod),
                (SELECT format(' COLLATE %I', collname) FROM pg_collation
                    WHERE oid = attcollation AND collname <> 'default'),
                CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END,
                CASE WHEN attgenerated <> '' THEN ' GENERATED AS ' ELSE ' DEFAULT ' END || pg_get_expr(adbin, adrelid),
                CASE WHEN attidentity <> '' THEN ' IDENTITY ' || attidentity::text ELSE '' END)
            FROM relation JOIN pg_attribute a ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
                LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE relkind IN ('r', 'p', 'f', 'c')
            UNION ALL
            SELECT schema, format('%s %s %s', CASE relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, name,
                regexp_replace(pg_get_viewdef(oid), '\\s+', ' ', 'g'))
            FROM relation WHERE relkind IN ('v', 'm')
            UNION ALL
            SELECT schema, format('sequence %s %s INCREMENT %s FROM %s%s', name, format_type(seqtypid, NULL), seqincrement,
                seqstart, CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END)
            FROM relation JOIN pg_sequence ON seqrelid = relation.oid
            UNION ALL
            SELECT schema, 'index ' || pg_get_indexdef(oid) FROM relation WHERE relkind IN ('i', 'I')
            UNION ALL
            SELECT schema, format('constraint %s %I %s', name, conname, pg_get_constraintdef(c.oid))
            FROM relation JOIN pg_constraint c ON conrelid = relation.oid AND contype <> 't'
            UNION ALL
            SELECT schema, format('trigger %s%s', pg_get_triggerdef(t.oid),
                CASE tgenabled WHEN 'O' THEN '' ELSE ' ENABLED ' || tgenabled::text END)
            FROM relation JOIN pg_trigger t ON tgrelid = relation.oid AND NOT tgisinternal AND tgparentid = 0
            UNION ALL
            SELECT schema, format('rule %s', pg_get_ruledef(r.oid))
            FROM relation JOIN pg_rewrite r ON ev_class = relation.oid AND rulename <> '_RETURN'
            UNION ALL
            SELECT schema, format('policy %s %I %s %s %s', name, polname, polcmd, pg_get_expr(polqual, polrelid),
                pg_get_expr(polwithcheck, polrelid))
            FROM relation JOIN pg_policy ON polrelid = relation.oid
            UNION ALL
            SELECT schema, format('statistics %s', pg_get_statisticsobjdef(s.oid))
            FROM pg_statistic_ext s JOIN space ON space.oid = stxnamespace
            UNION ALL
            SELECT schema, format('%s %I.%I(%s) RETURNS %s %s', CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate'
                ELSE 'function' END, schema, proname, pg_get_function_identity_arguments(p.oid),
                pg_get_function_result(p.oid), CASE WHEN prokind <> 'a' THEN md5(pg_get_functiondef(p.oid)) END)
            FROM pg_proc p JOIN space ON space.oid = pronamespace
            WHERE ('pg_proc'::regclass, p.oid) NOT IN (SELECT * FROM brought)
            UNION ALL
            SELECT schema, format('enum %I.%I %s', schema, typname,
                (SELECT array_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
            FROM pg_type t JOIN space ON space.oid = typnamespace
            WHERE typtype = 'e' AND ('pg_type'::regclass, t.oid) NOT IN (SELECT * FROM brought)
            UNION ALL
            SELECT schema, format('domain %I.%I %s%s %s %s', schema, typname, format_type(typbasetype, typtypmod),
                CASE WHEN typnotnull THEN ' NOT NULL' ELSE '' END, typdefault,
                (SELECT array_agg(pg_get_constraintdef(c.oid) ORDER BY conname) FROM pg_constraint c
                    WHERE contypid = t.oid))
            FROM pg_type t JOIN space ON space.oid = typnamespace
            WHERE typtype = 'd' AND ('pg_type'::regclass, t.oid) NOT IN (SELECT * FROM brought)
            UNION ALL
            SELECT '', format('extension %I', extname) FROM pg_extension WHERE extname <> 'plpgsql'
        )
        SELECT schema || E'\\t' || text FROM line
        """
}
