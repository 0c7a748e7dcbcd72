-- +goose Up

-- An authority of agents that was replaced is trusted for a while beside the
-- next, and then retired: its key is destroyed.
ALTER TABLE fleet_authorities ADD COLUMN retired BIGINT;
-- The next one's key, signed by the one before: by it agents that know only
-- that one learn the next.
ALTER TABLE fleet_authorities ADD COLUMN crossed TEXT NOT NULL DEFAULT '';
-- Which authority signed the agent's newest certificate.
ALTER TABLE agents ADD COLUMN authority BIGINT NOT NULL DEFAULT 1;

-- +goose Down
ALTER TABLE agents DROP COLUMN authority;
ALTER TABLE fleet_authorities DROP COLUMN crossed;
ALTER TABLE fleet_authorities DROP COLUMN retired;
