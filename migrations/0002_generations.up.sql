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
