-- The audit log: for each organisation one chain of entries, never changed.
-- Chain 0 is the installation's own. There is no foreign key, since the trace
-- of an organisation must not go with it.

-- +goose Up
CREATE TABLE audit_entries (
    org         BIGINT NOT NULL,
    seq         BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    actor_kind  TEXT   NOT NULL,
    actor_id    BIGINT NOT NULL,
    actor_name  TEXT   NOT NULL,
    token       BIGINT NOT NULL, -- the API token it came with, or 0
    address     TEXT   NOT NULL,
    request     TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    object_kind TEXT   NOT NULL,
    object_id   TEXT   NOT NULL,
    detail      TEXT   NOT NULL, -- JSON object
    previous    TEXT   NOT NULL, -- hash of the entry before, empty in the first
    hash        TEXT   NOT NULL,
    PRIMARY KEY (org, seq)
);
CREATE INDEX audit_entries_objects ON audit_entries (org, object_kind, object_id, seq);
CREATE INDEX audit_entries_actors ON audit_entries (org, actor_kind, actor_id, seq);
CREATE INDEX audit_entries_actions ON audit_entries (org, action, seq);
CREATE INDEX audit_entries_times ON audit_entries (org, at);

-- Where each chain ends. Its row is the lock that makes writers take turns.
CREATE TABLE audit_heads (
    org  BIGINT NOT NULL PRIMARY KEY,
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);

-- +goose Down
DROP TABLE audit_heads;
DROP TABLE audit_entries;
