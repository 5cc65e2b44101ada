import Postgres

/// The statements that turn named events into numbered rows, for events in parameters and in a staging table alike.
///
/// `source` is a table expression with the columns user_id, item_id, kind, at, value, event_id, recommendation_id.
struct EventInsertion {
    let source: SQL

    /// Creates the partitions of the events' periods.
    var ensurePartitions: SQL {
        "SELECT linden.ensure_event_partitions(ARRAY(SELECT DISTINCT date_trunc('month', at, 'UTC') FROM \(source) AS new))"
    }

    /// Numbers the users that are new; looking first spares the sequence, which conflicts would use up.
    var addUsers: SQL {
        """
        INSERT INTO linden.users (user_id)
        SELECT DISTINCT new.user_id FROM \(source) AS new
        WHERE NOT EXISTS (SELECT FROM linden.users AS known WHERE known.user_id = new.user_id)
        ON CONFLICT DO NOTHING
        """
    }

    /// Numbers the items that are new.
    var addItems: SQL {
        """
        INSERT INTO linden.items (item_id)
        SELECT DISTINCT new.item_id FROM \(source) AS new
        WHERE NOT EXISTS (SELECT FROM linden.items AS known WHERE known.item_id = new.item_id)
        ON CONFLICT DO NOTHING
        """
    }

    /// Numbers the kinds that are new.
    var addKinds: SQL {
        """
        INSERT INTO linden.event_kinds (kind)
        SELECT DISTINCT new.kind FROM \(source) AS new
        WHERE NOT EXISTS (SELECT FROM linden.event_kinds AS known WHERE known.kind = new.kind)
        ON CONFLICT DO NOTHING
        """
    }

    /// Adds the events that are not stored yet; its count of rows is how many were new.
    var addEvents: SQL {
        """
        WITH numbered AS MATERIALIZED (
            SELECT users.user_no, items.item_no, kinds.kind_no, new.at, new.value, new.recommendation_id,
                   new.event_id IS NOT NULL AS is_named,
                   CASE WHEN new.event_id IS NULL
                        THEN (lpad(to_hex(items.item_no), 16, '0') || lpad(to_hex(kinds.kind_no::int), 16, '0'))::uuid
                        ELSE encode(substring(sha256(convert_to(new.event_id, 'UTF8')), 1, 16), 'hex')::uuid
                   END AS event_key
            FROM \(source) AS new
            JOIN linden.users AS users ON users.user_id = new.user_id
            JOIN linden.items AS items ON items.item_id = new.item_id
            JOIN linden.event_kinds AS kinds ON kinds.kind = new.kind
        ), claimed AS (
            INSERT INTO linden.event_keys (event_key)
            SELECT DISTINCT event_key FROM numbered WHERE is_named
            ON CONFLICT DO NOTHING RETURNING event_key
        ), unnamed AS (
            SELECT user_no, at, event_key, item_no, kind_no, value, recommendation_id FROM numbered WHERE NOT is_named
        ), named AS (
            SELECT DISTINCT ON (event_key) user_no, at, event_key, item_no, kind_no, value, recommendation_id
            FROM numbered JOIN claimed USING (event_key) WHERE is_named ORDER BY event_key, at
        )
        INSERT INTO linden.events (user_no, at, event_key, item_no, kind_no, value, recommendation_id)
        SELECT * FROM (SELECT * FROM unnamed UNION ALL SELECT * FROM named) AS new ORDER BY user_no, at
        ON CONFLICT DO NOTHING
        """
    }

    /// All of them, in their order.
    var statements: [SQL] { [ensurePartitions, addUsers, addItems, addKinds, addEvents] }
}
