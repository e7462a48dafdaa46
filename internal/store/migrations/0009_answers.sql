-- Who answered an attempt, and how he was served. Adding columns takes no time,
-- however many attempts there are.
ALTER TABLE attempts ADD COLUMN finding   TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN judged    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN why       TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN features  TEXT NOT NULL DEFAULT ''; -- JSON
ALTER TABLE attempts ADD COLUMN greeted   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN message   TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN messaged  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN played    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN abandoned INTEGER NOT NULL DEFAULT 0;
