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
