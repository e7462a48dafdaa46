-- Numbers that are not to be called again, as integers of E.164, by whose word and why.
CREATE TABLE refusals (
    number INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    by     TEXT NOT NULL,
    why    TEXT NOT NULL
) STRICT;

-- Former calls to a number, for rules that count them. About a second for a million
-- attempts.
CREATE INDEX attempts_number ON attempts (number, placed);
