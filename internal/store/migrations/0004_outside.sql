-- Users who may not call outside numbers of their own choice.
ALTER TABLE users ADD COLUMN no_outside_calls INTEGER NOT NULL DEFAULT 0;
