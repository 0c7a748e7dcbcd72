-- +goose Up

-- Machines of clouds by the provider's id for them: those that sources
-- describe, and those that an agent inside proved to be on.
CREATE TABLE asset_instances (
    asset    BIGINT PRIMARY KEY,
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    source   BIGINT NOT NULL,
    provider TEXT   NOT NULL,
    account  TEXT   NOT NULL,
    region   TEXT   NOT NULL,
    instance TEXT   NOT NULL,
    proved   BIGINT NOT NULL, -- 1: an agent's, by a document that the provider signed
    inside   BIGINT NOT NULL  -- the asset of the agent whose evidence this one's duties carry, or 0
);
CREATE INDEX asset_instances_instance ON asset_instances (org, instance);
CREATE INDEX asset_instances_source ON asset_instances (source);
CREATE INDEX asset_instances_inside ON asset_instances (inside) WHERE inside <> 0;

-- Sources of agents of which something changed that machines of other sources
-- have to be told.
CREATE TABLE binds_due (
    source BIGINT PRIMARY KEY,
    org    BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    at     BIGINT NOT NULL
);

-- +goose Down
DROP TABLE binds_due;
DROP TABLE asset_instances;
