DROP TABLE linden.frontier_points;
DROP TABLE linden.user_embeddings;
DROP TABLE linden.item_embeddings;
DROP TABLE linden.generation_parts;
DROP TABLE linden.generations;
