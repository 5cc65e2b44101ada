ALTER TABLE linden.generations DROP name;
