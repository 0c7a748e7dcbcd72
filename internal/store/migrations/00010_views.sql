-- Filters of a list that somebody saved under a name.

-- +goose Up
CREATE TABLE views (
    id         {id},
    org        BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    place      TEXT   NOT NULL, -- the list: assets, findings or duties
    name       TEXT   NOT NULL,
    query      TEXT   NOT NULL, -- of the list's address, in one order
    group_id   BIGINT NOT NULL, -- that it is shared with, or 0
    owner_kind TEXT   NOT NULL,
    owner      BIGINT NOT NULL,
    owner_name TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    changed    BIGINT NOT NULL,
    UNIQUE (org, owner_kind, owner, place, name)
);
CREATE INDEX views_shared ON views (org, group_id);

-- +goose Down
DROP TABLE views;
