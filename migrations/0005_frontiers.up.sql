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
