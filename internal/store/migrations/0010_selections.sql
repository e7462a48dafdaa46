-- A selection keeps, for a campaign with a filter or a sort, who of a list is to be
-- called and in which order: in a table of its own, selection_ID, which triggers on
-- contacts keep up to date (selection.go). Filter and sort are SQL.
CREATE TABLE selections (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    list   INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    filter TEXT NOT NULL,
    sort   TEXT NOT NULL,
    state  TEXT NOT NULL DEFAULT 'new', -- new, filling, ready, going
    upto   INTEGER NOT NULL,                 -- contacts with a higher id are not in it yet
    count  INTEGER NOT NULL DEFAULT 0        -- rows in its table
) STRICT;

CREATE INDEX selections_list ON selections (list);

-- The credits of lists of one campaign and priority, which share its calls by weight
-- (share.go).
CREATE TABLE credits (
    campaign TEXT NOT NULL COLLATE NOCASE,
    list     INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    credit   INTEGER NOT NULL,
    PRIMARY KEY (campaign, list)
) STRICT, WITHOUT ROWID;
