-- A contact with status S may have an owner: the user who alone is to call at
-- first. Free is when everybody may: at the due time, and of an owned contact an
-- hour later (claim.go, ownersHour).
ALTER TABLE contacts ADD COLUMN owner TEXT NOT NULL DEFAULT '' COLLATE NOCASE;
ALTER TABLE contacts ADD COLUMN free INTEGER AS (iif(owner = '', due, due + 3600000000)) VIRTUAL;

DROP INDEX contacts_due;
CREATE INDEX contacts_free ON contacts (list, status, zone, free, id);
CREATE INDEX contacts_owned ON contacts (list, owner, due, id) WHERE owner <> '';

ALTER TABLE attempts ADD COLUMN manual INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN next_owner TEXT NOT NULL DEFAULT '';

-- What the contact was before it was leased; without a status in rows that are
-- older than these columns.
ALTER TABLE attempts ADD COLUMN was_status TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN was_due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN was_owner TEXT NOT NULL DEFAULT '';

ALTER TABLE users ADD COLUMN supervisor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN extension TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN password_set INTEGER NOT NULL DEFAULT 0;

CREATE TABLE skills (
    user  TEXT NOT NULL COLLATE NOCASE REFERENCES users (id) ON DELETE CASCADE,
    skill TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (user, skill)
) STRICT, WITHOUT ROWID;

-- The names of the customer's own columns that contacts of a list have.
CREATE TABLE list_columns (
    list INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (list, name)
) STRICT, WITHOUT ROWID;

INSERT INTO list_columns (list, name)
    SELECT DISTINCT c.list, j.key FROM contacts c JOIN lists l ON l.id = c.list AND c.id <= l.loaded, json_each(c.columns) j;
