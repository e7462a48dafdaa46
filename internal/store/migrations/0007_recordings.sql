-- The index of recordings. A row is written when a recording begins, and completed
-- when its file is.
CREATE TABLE recordings (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    name      TEXT NOT NULL UNIQUE,
    path      TEXT NOT NULL DEFAULT '',            -- in the folder of recordings
    call      TEXT NOT NULL,
    attempt   INTEGER NOT NULL DEFAULT 0,
    campaign  TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    agent     TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
    starter   TEXT NOT NULL DEFAULT '',            -- a user, or none: the campaign's rule
    announced INTEGER NOT NULL DEFAULT 0,
    started   INTEGER NOT NULL DEFAULT 0,
    ended     INTEGER NOT NULL DEFAULT 0,
    duration  INTEGER NOT NULL DEFAULT 0,          -- microseconds
    dropped   INTEGER NOT NULL DEFAULT 0,          -- microseconds
    bytes     INTEGER NOT NULL DEFAULT 0,
    sum       TEXT NOT NULL DEFAULT '',            -- SHA-256
    state     TEXT NOT NULL DEFAULT 'open',        -- open, complete, failed, deleted
    why       TEXT NOT NULL DEFAULT '',
    held      INTEGER NOT NULL DEFAULT 0,
    deleted   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX recordings_call ON recordings (call);
CREATE INDEX recordings_campaign ON recordings (campaign, id);
CREATE INDEX recordings_agent ON recordings (agent, id);
CREATE INDEX recordings_state ON recordings (state, id);
CREATE INDEX recordings_started ON recordings (started);
