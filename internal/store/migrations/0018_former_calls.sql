-- Former calls to a contact or a number are looked for by attempts that are closed, so
-- that a claim enters none of its own there. Of those that are open there are few. Some
-- seconds for a million attempts.
DROP INDEX attempts_contact;
DROP INDEX attempts_number;
CREATE INDEX attempts_contact ON attempts (contact) WHERE closed <> 0;
CREATE INDEX attempts_number ON attempts (number, placed) WHERE closed <> 0;
CREATE INDEX attempts_calling ON attempts (number) WHERE closed = 0;
