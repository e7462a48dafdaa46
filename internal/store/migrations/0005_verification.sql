-- How a human must show that he answered a station's phone; empty is the server's rule.
ALTER TABLE stations ADD COLUMN verify TEXT NOT NULL DEFAULT '';
