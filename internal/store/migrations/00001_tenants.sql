-- Organisations and their groups. Times are milliseconds since 1970.

-- +goose Up
CREATE TABLE organisations (
    id      {id},
    slug    TEXT   NOT NULL UNIQUE,
    name    TEXT   NOT NULL,
    created BIGINT NOT NULL,
    tree    BIGINT NOT NULL DEFAULT 0 -- grows with each change of its groups
);

CREATE TABLE groups (
    id     {id},
    org    BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    parent BIGINT REFERENCES groups (id) ON DELETE RESTRICT,
    kind   TEXT   NOT NULL,
    name   TEXT   NOT NULL,
    scope  TEXT   NOT NULL -- JSON of tenant.Scope
);
CREATE UNIQUE INDEX groups_names ON groups (org, parent, name);
CREATE UNIQUE INDEX groups_root ON groups (org) WHERE parent IS NULL;

-- +goose Down
DROP TABLE groups;
DROP TABLE organisations;
