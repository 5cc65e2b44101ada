-- What people call a generation whose vectors came from elsewhere; those that are trained here have none.

ALTER TABLE linden.generations
    ADD name text COLLATE "C" UNIQUE CHECK (octet_length(name) BETWEEN 1 AND 64);
