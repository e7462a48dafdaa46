-- How the customer's leg was carried and how well it went, what the agent's leg spoke
-- when they were bridged, and what the network claimed of who answered. Jitter and
-- round trip are in microseconds.
ALTER TABLE attempts ADD COLUMN codec TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN secure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN received INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN far_lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN jitter INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN round_trip INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN agent_codec TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN agent_secure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN attestation TEXT NOT NULL DEFAULT '';
