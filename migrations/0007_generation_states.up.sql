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
