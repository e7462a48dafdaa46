-- The SIP dialogs that are up, so that a server that starts after a crash can end
-- them. What is told of one is the business of telephony.
CREATE TABLE dialogs (
    call_id TEXT PRIMARY KEY,
    told BLOB NOT NULL
) STRICT, WITHOUT ROWID;
