-- Where assessments come from, and what was uploaded for them.

-- +goose Up
CREATE TABLE sources (
    id         {id},
    org        BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id   BIGINT  NOT NULL,
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    config     TEXT    NOT NULL, -- JSON of sources.Config
    credential {blob},           -- sealed
    schedule   TEXT    NOT NULL DEFAULT '',
    next_run   BIGINT,
    created    BIGINT  NOT NULL
);
CREATE UNIQUE INDEX sources_names ON sources (org, name);
CREATE INDEX sources_due ON sources (next_run) WHERE next_run IS NOT NULL;

CREATE TABLE uploads (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    source   BIGINT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    name     TEXT   NOT NULL,
    size     BIGINT NOT NULL,
    sha256   TEXT   NOT NULL,
    complete BOOLEAN NOT NULL,
    created  BIGINT NOT NULL
);
CREATE INDEX uploads_of ON uploads (source, id);

CREATE TABLE upload_chunks (
    upload BIGINT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    seq    BIGINT NOT NULL,
    data   {blob} NOT NULL,
    PRIMARY KEY (upload, seq)
);

-- +goose Down
DROP TABLE upload_chunks;
DROP TABLE uploads;
DROP TABLE sources;
