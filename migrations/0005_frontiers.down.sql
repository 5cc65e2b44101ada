DROP TABLE linden.frontiers;
