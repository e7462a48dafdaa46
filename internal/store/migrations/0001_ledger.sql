-- Moments are microseconds since 1970 in UTC; 0 is never.

CREATE TABLE users (
    id             TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    name           TEXT NOT NULL,
    admin          INTEGER NOT NULL,
    logon_campaign INTEGER NOT NULL,
    fixed_numbers  INTEGER NOT NULL,
    no_persistence INTEGER NOT NULL,
    station        TEXT NOT NULL,
    password       TEXT NOT NULL -- argon2id with its parameters and salt
) STRICT;

CREATE TABLE members (
    user      TEXT NOT NULL COLLATE NOCASE REFERENCES users (id) ON DELETE CASCADE,
    workgroup TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (user, workgroup)
) STRICT, WITHOUT ROWID;

CREATE TABLE stations (
    name       TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    kind       TEXT NOT NULL,
    target     TEXT NOT NULL,
    trunk      TEXT NOT NULL,
    persistent INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE campaigns (
    id         TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
    name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
    definition TEXT NOT NULL -- JSON
) STRICT;

CREATE TABLE lists (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT NOT NULL UNIQUE COLLATE NOCASE,
    loaded INTEGER NOT NULL DEFAULT 0 -- contacts with a higher id are not there yet
) STRICT;

CREATE TABLE contacts (
    id       INTEGER PRIMARY KEY AUTOINCREMENT, -- I3_IDENTITY
    list     INTEGER NOT NULL REFERENCES lists (id),
    key      TEXT NOT NULL,                     -- what an import knows it by
    number   TEXT NOT NULL,
    zone     TEXT NOT NULL DEFAULT '',
    status   TEXT NOT NULL DEFAULT 'C',
    attempts INTEGER NOT NULL DEFAULT 0,
    due      INTEGER NOT NULL DEFAULT 0,
    columns  TEXT NOT NULL DEFAULT '{}'         -- JSON object of strings
) STRICT;

CREATE UNIQUE INDEX contacts_key ON contacts (list, key);
CREATE INDEX contacts_due ON contacts (list, status, zone, due, id);

CREATE TABLE tallies (
    list   INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    count  INTEGER NOT NULL,
    PRIMARY KEY (list, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER contacts_moved AFTER UPDATE OF status ON contacts
WHEN old.status <> new.status AND old.id <= (SELECT loaded FROM lists WHERE id = old.list)
BEGIN
    UPDATE tallies SET count = count - 1 WHERE list = old.list AND status = old.status;
    INSERT INTO tallies (list, status, count) VALUES (new.list, new.status, 1)
        ON CONFLICT (list, status) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER contacts_removed AFTER DELETE ON contacts
WHEN old.id <= (SELECT loaded FROM lists WHERE id = old.list)
BEGIN
    UPDATE tallies SET count = count - 1 WHERE list = old.list AND status = old.status;
END;

CREATE TABLE attempts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign    TEXT NOT NULL COLLATE NOCASE,
    list        TEXT NOT NULL,
    contact     INTEGER NOT NULL,
    number      TEXT NOT NULL,
    preview     INTEGER NOT NULL,
    rule        TEXT NOT NULL DEFAULT '',
    claimed     INTEGER NOT NULL,
    placed      INTEGER NOT NULL DEFAULT 0,
    ringing     INTEGER NOT NULL DEFAULT 0,
    answered    INTEGER NOT NULL DEFAULT 0,
    bridged     INTEGER NOT NULL DEFAULT 0,
    ended       INTEGER NOT NULL DEFAULT 0,
    disposed    INTEGER NOT NULL DEFAULT 0,
    closed      INTEGER NOT NULL DEFAULT 0,
    to_customer INTEGER NOT NULL DEFAULT 0, -- microseconds
    to_agent    INTEGER NOT NULL DEFAULT 0, -- microseconds
    agent       TEXT NOT NULL DEFAULT '',
    trunk       TEXT NOT NULL DEFAULT '',
    outcome     TEXT NOT NULL DEFAULT '',
    reason      TEXT NOT NULL DEFAULT '',
    sip         INTEGER NOT NULL DEFAULT 0,
    q850        INTEGER NOT NULL DEFAULT 0,
    label       TEXT NOT NULL DEFAULT '',
    category    TEXT NOT NULL DEFAULT '',
    code        TEXT NOT NULL DEFAULT '',
    next_status TEXT NOT NULL DEFAULT '',
    next_due    INTEGER NOT NULL DEFAULT 0,
    next_counts INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Nobody is dialed twice at a time.
CREATE UNIQUE INDEX attempts_open ON attempts (contact) WHERE closed = 0;
CREATE INDEX attempts_campaign ON attempts (campaign, id);
CREATE INDEX attempts_contact ON attempts (contact);

CREATE TABLE journal (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    seq      INTEGER NOT NULL, -- counts from the start of a server
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    agent    TEXT NOT NULL,
    campaign TEXT NOT NULL,
    call     TEXT NOT NULL,
    text     TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    what   TEXT NOT NULL,
    origin TEXT NOT NULL
) STRICT;

CREATE TABLE imports (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    list      INTEGER NOT NULL REFERENCES lists (id),
    source    TEXT NOT NULL,
    checksum  TEXT NOT NULL DEFAULT '', -- SHA-256 of the source, once read
    started   INTEGER NOT NULL,
    beat      INTEGER NOT NULL,         -- last sign of life while running
    finished  INTEGER NOT NULL DEFAULT 0,
    failure   TEXT NOT NULL DEFAULT '',
    read      INTEGER NOT NULL DEFAULT 0,
    added     INTEGER NOT NULL DEFAULT 0,
    updated   INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    rejected  INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One import at a time for a list.
CREATE UNIQUE INDEX imports_running ON imports (list) WHERE finished = 0;

-- What a running import will change of contacts that are there already.
CREATE TABLE changes (
    import  INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    contact INTEGER NOT NULL,
    number  TEXT NOT NULL,
    zone    TEXT NOT NULL,
    columns TEXT NOT NULL,
    PRIMARY KEY (import, contact)
) STRICT, WITHOUT ROWID;
