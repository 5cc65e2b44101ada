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
