DROP TABLE linden.training_runs;
