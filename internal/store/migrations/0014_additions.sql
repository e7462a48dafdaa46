-- While an import runs, contacts that others add to its list have identities that it
-- left below its own: given is the last of them, and all of its own are above base.
ALTER TABLE imports ADD COLUMN given INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN base INTEGER NOT NULL DEFAULT 0;

-- The number that was to be shown to the contact.
ALTER TABLE attempts ADD COLUMN caller_id TEXT NOT NULL DEFAULT '';
