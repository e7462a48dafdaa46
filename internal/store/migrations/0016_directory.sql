-- Who of a list has a number. Who adds a contact enters it here, an import many at a
-- time, sorted (directory.go); triggers follow each that changes or goes. It takes some
-- seconds for a million contacts that are there.
CREATE TABLE directory (
    list    INTEGER NOT NULL,
    number  TEXT NOT NULL,
    contact INTEGER NOT NULL,
    PRIMARY KEY (list, number, contact)
) STRICT, WITHOUT ROWID;

INSERT INTO directory (list, number, contact) SELECT list, number, id FROM contacts ORDER BY list, number, id;

CREATE TRIGGER contacts_renumbered AFTER UPDATE OF number ON contacts WHEN old.number <> new.number
BEGIN
    DELETE FROM directory WHERE list = old.list AND number = old.number AND contact = old.id;
    INSERT INTO directory (list, number, contact) VALUES (new.list, new.number, new.id);
END;

CREATE TRIGGER contacts_unlisted AFTER DELETE ON contacts
BEGIN
    DELETE FROM directory WHERE list = old.list AND number = old.number AND contact = old.id;
END;
