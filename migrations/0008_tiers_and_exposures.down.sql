-- Revisions of tiers and experiments, and what was exposed under them, are gone.

DROP TABLE linden.exposures, linden.active_tiers, linden.tier_revisions;
DROP FUNCTION linden.drop_exposures_before, linden.ensure_exposure_days, linden.refuse_change;
