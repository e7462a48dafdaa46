-- What is known of the numbers of contacts that have several, or whose calls were
-- rescheduled; others have no row. Kind is the phone column. Attempts and what became
-- of them are never reset, save for daily, which counts the calls of one day.
CREATE TABLE numbers (
    contact         INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL COLLATE NOCASE,
    status          TEXT NOT NULL DEFAULT 'C',
    passed          INTEGER NOT NULL DEFAULT 0, -- substatus F: had its turn in this pass
    last            INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    day             INTEGER NOT NULL DEFAULT 0, -- days since 1970, of daily
    daily           INTEGER NOT NULL DEFAULT 0,
    abandoned       INTEGER NOT NULL DEFAULT 0,
    busy            INTEGER NOT NULL DEFAULT 0,
    fax             INTEGER NOT NULL DEFAULT 0,
    machine         INTEGER NOT NULL DEFAULT 0,
    no_answer       INTEGER NOT NULL DEFAULT 0,
    remote_hang_up  INTEGER NOT NULL DEFAULT 0,
    rescheduled     INTEGER NOT NULL DEFAULT 0,
    sit_callable    INTEGER NOT NULL DEFAULT 0,
    system_hang_up  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (contact, kind)
) STRICT, WITHOUT ROWID;

ALTER TABLE attempts ADD COLUMN ccid INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN next_number TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN next_pass INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN next_rescheduled INTEGER NOT NULL DEFAULT 0;
