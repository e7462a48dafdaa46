-- The ledger: what the attempts of a campaign add up to, day by day in its zone. It is
-- changed in the transaction that closes an attempt, so that both always agree.
CREATE TABLE ledger (
    campaign  TEXT NOT NULL COLLATE NOCASE,
    day       INTEGER NOT NULL,            -- 20261102
    answered  INTEGER NOT NULL DEFAULT 0,
    live      INTEGER NOT NULL DEFAULT 0,
    abandoned INTEGER NOT NULL DEFAULT 0,
    served    INTEGER NOT NULL DEFAULT 0,
    unmanned  INTEGER NOT NULL DEFAULT 0,
    heard     INTEGER NOT NULL DEFAULT 0,
    checked   INTEGER NOT NULL DEFAULT 0,
    mistaken  INTEGER NOT NULL DEFAULT 0,
    told      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (campaign, day)
) STRICT, WITHOUT ROWID;

-- The day of the ledger that an attempt was counted to; 0 is none. It stays when the
-- campaign moves to another zone.
ALTER TABLE attempts ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
