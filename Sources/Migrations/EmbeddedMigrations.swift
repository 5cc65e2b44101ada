// swift-format-ignore-file
// Made by tools/embed-migrations from migrations/; do not edit.

/// The files of `migrations/`, as they were when this program was built.
enum EmbeddedMigrations {
    static let files: [MigrationSet.File] = [
        MigrationSet.File(name: "0001_catalogue_and_events.down.sql", text: ###"""
DROP SCHEMA linden CASCADE;

"""###),
        MigrationSet.File(name: "0001_catalogue_and_events.up.sql", text: ###"""
-- Users, items and what the first did with the second.
-- External ids are compared byte by byte: "café" composed and decomposed are two ids.

CREATE SCHEMA linden;

CREATE TABLE linden.users (
    user_no    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    text COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(user_id) BETWEEN 1 AND 256),
    attributes jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE linden.items (
    item_no    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    item_id    text COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(item_id) BETWEEN 1 AND 256),
    title      text NOT NULL DEFAULT '',
    categories text[] NOT NULL DEFAULT '{}',
    attributes jsonb NOT NULL DEFAULT '{}',
    available  boolean NOT NULL DEFAULT true,
    deleted    boolean NOT NULL DEFAULT false,
    -- The transaction that changed the row last. Readers of the feed take the rows whose transaction their last snapshot
    -- did not show, so that a lower number that commits later is not lost.
    changed_by xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX items_changed ON linden.items (changed_by, item_no);

CREATE FUNCTION linden.mark_item_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_by := pg_current_xact_id();
    RETURN NEW;
END
$$;
CREATE TRIGGER mark_changed BEFORE UPDATE ON linden.items
    FOR EACH ROW EXECUTE FUNCTION linden.mark_item_changed();

-- Counters lie apart from the item, so that counting does not rewrite its row or wake the feed.
CREATE TABLE linden.item_stats (
    item_no      bigint PRIMARY KEY,
    interactions bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);

CREATE TABLE linden.event_kinds (
    kind_no smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind    text COLLATE "C" NOT NULL UNIQUE CHECK (octet_length(kind) BETWEEN 1 AND 64)
);

-- Append-only. The key of an event without an id of its own is made of its item and kind, so that a file imported twice
-- is stored once; the key of an event with an id is the id's hash, which event_keys holds once over all partitions.
CREATE TABLE linden.events (
    user_no           bigint NOT NULL,
    at                timestamptz NOT NULL,
    event_key         uuid NOT NULL,
    item_no           bigint NOT NULL,
    kind_no           smallint NOT NULL,
    value             real,
    recommendation_id text,
    PRIMARY KEY (user_no, at, event_key)
) PARTITION BY RANGE (at);

CREATE TABLE linden.event_keys (
    event_key uuid PRIMARY KEY
);

-- Events lie in a partition a year before 2026 and a partition a month from then on: history that is imported is read
-- whole, and what comes in is dropped by the month. The rule depends on nothing but `at`, so partitions cannot overlap.
CREATE FUNCTION linden.event_period(at timestamptz, OUT first_day timestamptz, OUT next_first_day timestamptz)
LANGUAGE sql IMMUTABLE AS $$
    SELECT start AT TIME ZONE 'UTC', (start + step) AT TIME ZONE 'UTC'
    FROM (SELECT date_trunc(CASE WHEN utc < '2026-01-01' THEN 'year' ELSE 'month' END, utc) AS start,
                 CASE WHEN utc < '2026-01-01' THEN interval '1 year' ELSE interval '1 month' END AS step
          FROM (SELECT at AT TIME ZONE 'UTC' AS utc) AS moment) AS period
$$;

CREATE FUNCTION linden.ensure_event_partitions(moments timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    period record;
    name text;
BEGIN
    FOR period IN
        SELECT DISTINCT p.first_day, p.next_first_day
        FROM unnest(moments) AS moment, linden.event_period(moment) AS p ORDER BY 1
    LOOP
        name := 'events_' || to_char(period.first_day AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass('linden.' || name) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtextextended('linden.events', 0));
        -- Whoever held the lock may have made it. A look at the table: to_regclass remembers that it found nothing.
        CONTINUE WHEN EXISTS (SELECT FROM pg_class WHERE relnamespace = 'linden'::regnamespace AND relname = name);
        EXECUTE format('CREATE TABLE linden.%I PARTITION OF linden.events FOR VALUES FROM (%L) TO (%L)',
                       name, period.first_day, period.next_first_day);
    END LOOP;
END
$$;

"""###),
        MigrationSet.File(name: "0002_generations.down.sql", text: ###"""
DROP TABLE linden.frontier_points;
DROP TABLE linden.user_embeddings;
DROP TABLE linden.item_embeddings;
DROP TABLE linden.generation_parts;
DROP TABLE linden.generations;

"""###),
        MigrationSet.File(name: "0002_generations.up.sql", text: ###"""
-- Model generations: the artefact, its metrics, and the embeddings it made, a partition a generation.

CREATE TABLE linden.generations (
    generation   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 over model artefact, ladder and norm rule.
    fingerprint  bytea NOT NULL UNIQUE CHECK (octet_length(fingerprint) = 32),
    state        text NOT NULL CHECK (state IN ('building', 'built', 'active', 'retired')),
    ladder       integer[] NOT NULL CHECK (cardinality(ladder) > 0),
    norm_rule    text NOT NULL,
    users        bigint NOT NULL,
    items        bigint NOT NULL,
    cutoff       integer NOT NULL,
    -- [{"dims": 16, "recall": 0.1, "ndcg": 0.1}, …], shortest first.
    rungs        jsonb NOT NULL,
    -- How it was trained.
    settings     jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL DEFAULT now(),
    activated_at timestamptz
);
-- Whatever is typed by hand: at most one generation serves, and at most one is being built.
CREATE UNIQUE INDEX one_active_generation ON linden.generations ((true)) WHERE state = 'active';
CREATE UNIQUE INDEX one_building_generation ON linden.generations ((true)) WHERE state = 'building';

CREATE TABLE linden.generation_parts (
    generation integer NOT NULL REFERENCES linden.generations ON DELETE CASCADE,
    part       integer NOT NULL,
    bytes      bytea NOT NULL,
    PRIMARY KEY (generation, part)
);
ALTER TABLE linden.generation_parts ALTER bytes SET STORAGE EXTERNAL;

-- Half precision, little-endian, full length. A generation's partitions carry a CHECK on that length.
CREATE TABLE linden.item_embeddings (
    item_no    bigint NOT NULL,
    generation integer NOT NULL,
    embedding  bytea NOT NULL,
    PRIMARY KEY (item_no, generation)
) PARTITION BY LIST (generation);
ALTER TABLE linden.item_embeddings ALTER embedding SET STORAGE EXTERNAL;

CREATE TABLE linden.user_embeddings (
    user_no    bigint NOT NULL,
    generation integer NOT NULL,
    -- Events of the user that the embedding was made of.
    events     bigint NOT NULL,
    embedding  bytea NOT NULL,
    PRIMARY KEY (user_no, generation)
) PARTITION BY LIST (generation);
ALTER TABLE linden.user_embeddings ALTER embedding SET STORAGE EXTERNAL;

-- What each shipped plan was measured to find and to cost on this catalogue's own queries.
CREATE TABLE linden.frontier_points (
    generation      integer NOT NULL REFERENCES linden.generations ON DELETE CASCADE,
    plan            text NOT NULL,
    cost_model      integer NOT NULL,
    recall          double precision NOT NULL CHECK (recall BETWEEN 0 AND 1),
    cost_microunits bigint NOT NULL CHECK (cost_microunits >= 0),
    measured_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (generation, cost_model, plan)
);

"""###),
        MigrationSet.File(name: "0003_training_runs.down.sql", text: ###"""
DROP TABLE linden.training_runs;

"""###),
        MigrationSet.File(name: "0003_training_runs.up.sql", text: ###"""
-- Every training run: on what, how, how good, and what came of it.

CREATE TABLE linden.training_runs (
    run          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at   timestamptz NOT NULL DEFAULT now(),
    -- Only events before it were read; NULL when all were.
    cut_before   timestamptz,
    -- Time of the newest event that was read; NULL without any, or without times.
    latest_at    timestamptz,
    interactions bigint NOT NULL,
    users        bigint NOT NULL,
    items        bigint NOT NULL,
    -- An unsigned number of 64 bits.
    seed         text NOT NULL CHECK (seed ~ '^[0-9]{1,20}$' AND seed::numeric < 18446744073709551616),
    settings     jsonb NOT NULL,
    cutoff       integer NOT NULL DEFAULT 0,
    -- [{"dims": 16, "recall": 0.1, "ndcg": 0.1}, …], shortest first.
    rungs        jsonb NOT NULL DEFAULT '[]',
    seconds      double precision NOT NULL DEFAULT 0,
    outcome      text NOT NULL DEFAULT 'unfinished'
                 CHECK (outcome IN ('unfinished', 'published', 'refused', 'interrupted', 'failed')),
    -- No reference: the run is remembered when its generation is gone.
    generation   integer CHECK (generation IS NOT NULL OR outcome <> 'published'),
    reason       text NOT NULL DEFAULT '',
    -- {"active": 3, "users": 1000, "k": 20, "may_flatter_active": false,
    --  "rungs": [{"dims": 16, "active": 0.1, "new": 0.1, "lower": -0.01, "upper": 0.01}, …]}
    comparison   jsonb
);

"""###),
        MigrationSet.File(name: "0004_generation_names.down.sql", text: ###"""
ALTER TABLE linden.generations DROP name;

"""###),
        MigrationSet.File(name: "0004_generation_names.up.sql", text: ###"""
-- What people call a generation whose vectors came from elsewhere; those that are trained here have none.

ALTER TABLE linden.generations
    ADD name text COLLATE "C" UNIQUE CHECK (octet_length(name) BETWEEN 1 AND 64);

"""###),
        MigrationSet.File(name: "0005_frontiers.down.sql", text: ###"""
DROP TABLE linden.frontiers;

"""###),
        MigrationSet.File(name: "0005_frontiers.up.sql", text: ###"""
-- What ways of answering find and cost on a generation's own queries, as curves over the depth of the rerank.
--
-- frontier_points is written no more; nodes of the version before read it until they are gone.

CREATE TABLE linden.frontiers (
    generation  integer PRIMARY KEY REFERENCES linden.generations ON DELETE CASCADE,
    cost_model  integer NOT NULL,
    host        text NOT NULL,
    measured_at timestamptz NOT NULL DEFAULT now(),
    queries     integer NOT NULL CHECK (queries > 0),
    rows        bigint NOT NULL CHECK (rows > 0),
    curves      jsonb NOT NULL
);

"""###),
        MigrationSet.File(name: "0006_cost_models.down.sql", text: ###"""
DROP TABLE linden.cost_models;

"""###),
        MigrationSet.File(name: "0006_cost_models.up.sql", text: ###"""
-- Cost models fitted on an installation's own machine. Revision 1 ships with the program and has no row.

CREATE TABLE linden.cost_models (
    revision     integer GENERATED ALWAYS AS IDENTITY (START WITH 2) PRIMARY KEY,
    created_at   timestamptz NOT NULL DEFAULT now(),
    host         text NOT NULL,
    -- {"request": 20000000, "scanned_byte": 45, …}: millionths of a unit for a piece of work of each kind.
    weights      jsonb NOT NULL CHECK (jsonb_typeof(weights) = 'object'),
    -- Both on measurements that the weights were not fitted to.
    r2           double precision NOT NULL CHECK (r2 <= 1),
    median_error double precision NOT NULL CHECK (median_error >= 0),
    samples      bigint NOT NULL CHECK (samples > 0)
);

"""###),
        MigrationSet.File(name: "0007_generation_states.down.sql", text: ###"""
-- What the version before has no word for goes: generations without embeddings are deleted, checked ones are built.

DROP TABLE linden.backfills;
DELETE FROM linden.generations WHERE state IN ('registered', 'dropped');
UPDATE linden.generations SET state = 'built' WHERE state IN ('verified', 'shadow');

-- linden:allow require-concurrent-index-deletion a row a generation: a handful
DROP INDEX linden.generations_fingerprint, linden.generations_name;
-- linden:allow disallowed-unique-constraint a row a generation: a handful
-- linden:allow constraint-missing-not-valid a row a generation: a handful
ALTER TABLE linden.generations
    ADD CONSTRAINT generations_fingerprint_key UNIQUE (fingerprint),
    ADD CONSTRAINT generations_name_key UNIQUE (name),
    DROP CONSTRAINT generations_state_check,
    ADD CONSTRAINT generations_state_check CHECK (state IN ('building', 'built', 'active', 'retired')),
    DROP COLUMN replaced;

"""###),
        MigrationSet.File(name: "0007_generation_states.up.sql", text: ###"""
-- The whole life of a generation: registered, building, built, verified, shadow, active, retired, dropped.
--
-- Programs of the version before go on serving: they look at the generation that is active, and write none of the new words.

ALTER TABLE linden.generations
    DROP CONSTRAINT generations_state_check,
    ADD CONSTRAINT generations_state_check CHECK (state IN (
        'registered', 'building', 'built', 'verified', 'shadow', 'active', 'retired', 'dropped')) NOT VALID,
    -- The generation that served when this one was activated: where a rollback goes.
    ADD replaced integer;

ALTER TABLE linden.generations VALIDATE CONSTRAINT generations_state_check;

UPDATE linden.generations SET replaced = (
    SELECT generation FROM linden.generations WHERE state = 'retired' ORDER BY activated_at DESC NULLS LAST LIMIT 1)
WHERE state = 'active';

-- What was dropped may be made again, and its name given again.
ALTER TABLE linden.generations DROP CONSTRAINT generations_fingerprint_key, DROP CONSTRAINT generations_name_key;
-- linden:allow require-concurrent-index-creation a row a generation: a handful
CREATE UNIQUE INDEX generations_fingerprint ON linden.generations (fingerprint) WHERE state <> 'dropped';
-- linden:allow require-concurrent-index-creation a row a generation: a handful
CREATE UNIQUE INDEX generations_name ON linden.generations (name) WHERE state <> 'dropped';

-- How far the embedding of the catalogue for a generation has come. What is to be embedded was fixed when it began; what
-- changed since then is read from the feed of changes.
CREATE TABLE linden.backfills (
    generation  integer PRIMARY KEY REFERENCES linden.generations ON DELETE CASCADE,
    started_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    -- A pg_snapshot: all changes that it shows have been taken up.
    position    text NOT NULL,
    -- Numbers up to which items and users are embedded, and the highest of each when it began.
    item_no     bigint NOT NULL DEFAULT 0,
    last_item   bigint NOT NULL,
    user_no     bigint NOT NULL DEFAULT 0,
    last_user   bigint NOT NULL,
    -- Rows gone through, of those there were.
    items_done  bigint NOT NULL DEFAULT 0,
    items       bigint NOT NULL,
    users_done  bigint NOT NULL DEFAULT 0,
    users       bigint NOT NULL,
    -- Changed items that were embedded after their batch, or again.
    caught_up   bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);

"""###),
        MigrationSet.File(name: "0008_tiers_and_exposures.down.sql", text: ###"""
-- Revisions of tiers and experiments, and what was exposed under them, are gone.

DROP TABLE linden.exposures, linden.active_tiers, linden.tier_revisions;
DROP FUNCTION linden.drop_exposures_before, linden.ensure_exposure_days, linden.refuse_change;

"""###),
        MigrationSet.File(name: "0008_tiers_and_exposures.up.sql", text: ###"""
-- What serving tiers and experiments are, as documents that are only ever added to, and what was shown under them.

CREATE TABLE linden.tier_revisions (
    revision      bigint PRIMARY KEY CHECK (revision > 0),
    parent        bigint REFERENCES linden.tier_revisions,
    created_at    timestamptz NOT NULL DEFAULT now(),
    actor         text NOT NULL,
    reason        text NOT NULL,
    -- Of the document's bytes, as its author wrote it.
    sha256        text NOT NULL CHECK (length(sha256) = 64),
    document      text NOT NULL,
    -- The same in the program's own words: what serving nodes read.
    configuration jsonb NOT NULL CHECK (jsonb_typeof(configuration) = 'object'),
    CHECK (parent < revision)
);

CREATE FUNCTION linden.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of %.% are never changed', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING HINT = 'Add a revision: linden tiers apply, linden tiers rollback.';
END
$$;
CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON linden.tier_revisions
    FOR EACH ROW EXECUTE FUNCTION linden.refuse_change();

-- The one that holds: one row.
CREATE TABLE linden.active_tiers (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    revision bigint NOT NULL REFERENCES linden.tier_revisions
);

-- What was served to units in experiments: a row for each answer and experiment. A day is a partition, so that what is old
-- enough is dropped whole.
CREATE TABLE linden.exposures (
    day               date NOT NULL,
    recommendation_id text COLLATE "C" NOT NULL,
    experiment        text COLLATE "C" NOT NULL,
    at                timestamptz NOT NULL,
    unit              text COLLATE "C" NOT NULL,
    arm               text COLLATE "C" NOT NULL,
    revision          bigint NOT NULL,
    tier              text NOT NULL,
    generation        integer NOT NULL,
    scene             text NOT NULL,
    plan              text NOT NULL,
    -- Cost units.
    planned           double precision NOT NULL,
    spent             double precision NOT NULL,
    estimated_recall  real,
    took_ms           real NOT NULL,
    degraded          text[] NOT NULL,
    -- Not answered as its arm says; left out of what arms are judged by.
    is_fallback       boolean NOT NULL,
    -- Put in its arm by hand; left out as well.
    is_override       boolean NOT NULL,
    -- Probability that this unit got this arm.
    propensity        real NOT NULL CHECK (propensity > 0 AND propensity <= 1),
    -- What was shown, in its order, with the probability of each at its rank.
    items             text[] NOT NULL,
    propensities      real[] NOT NULL,
    -- Of an interleaved answer: which of the two lists each item came from, 0 or 1; 2 where one list was at its end.
    teams             smallint[],
    PRIMARY KEY (day, recommendation_id, experiment)
) PARTITION BY RANGE (day);
CREATE INDEX exposures_experiment ON linden.exposures (experiment, day);

CREATE FUNCTION linden.ensure_exposure_days(days date[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    wanted date;
    name text;
BEGIN
    FOR wanted IN SELECT DISTINCT day FROM unnest(days) AS day ORDER BY 1
    LOOP
        name := 'exposures_' || to_char(wanted, 'YYYY_MM_DD');
        CONTINUE WHEN to_regclass('linden.' || name) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtextextended('linden.exposures', 0));
        CONTINUE WHEN EXISTS (SELECT FROM pg_class WHERE relnamespace = 'linden'::regnamespace AND relname = name);
        EXECUTE format('CREATE TABLE linden.%I PARTITION OF linden.exposures FOR VALUES FROM (%L) TO (%L)',
                       name, wanted, wanted + 1);
    END LOOP;
END
$$;

-- Drops the days before one; how many there were.
CREATE FUNCTION linden.drop_exposures_before(first_kept date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    old text;
    dropped integer := 0;
BEGIN
    FOR old IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'linden.exposures'::regclass
          AND relname < 'exposures_' || to_char(first_kept, 'YYYY_MM_DD') ORDER BY 1
    LOOP
        EXECUTE format('DROP TABLE linden.%I', old);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;

"""###),
    ]
}
