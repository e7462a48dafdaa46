-- Who is not to be called again may be reached by what is no E.164 number: a short code,
-- an extension, a SIP address. All are kept as text, numbers with + before them. A second
-- or two for a million.
CREATE TABLE callees (
    callee TEXT PRIMARY KEY,
    at     INTEGER NOT NULL,
    by     TEXT NOT NULL,
    why    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO callees (callee, at, by, why) SELECT '+' || number, at, by, why FROM refusals ORDER BY '+' || number;
DROP TABLE refusals;
ALTER TABLE callees RENAME TO refusals;

-- Until now nothing kept the digits at which somebody asked not to be called again.
INSERT INTO refusals (callee, at, by, why)
    SELECT number, min(closed), agent, 'call ' || (1000000000 + id) FROM attempts
    WHERE category = 'Deleted' AND closed <> 0 AND number GLOB '[0-9]*' AND number NOT GLOB '*[^0-9]*' GROUP BY number;
