-- What the pacer of each campaign has learned, as JSON, so that a restart does not cost it.
CREATE TABLE pacing (
    campaign TEXT PRIMARY KEY,
    memory   TEXT NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
