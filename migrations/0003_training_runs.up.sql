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
