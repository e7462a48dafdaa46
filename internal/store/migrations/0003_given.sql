-- The hash of the password that the configuration gave last. One that was set since
-- stays until the configuration gives another.
ALTER TABLE users ADD COLUMN given TEXT NOT NULL DEFAULT '';
UPDATE users SET given = password;
