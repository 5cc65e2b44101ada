DROP TABLE linden.cost_models;
