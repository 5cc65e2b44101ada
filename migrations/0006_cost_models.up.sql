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
