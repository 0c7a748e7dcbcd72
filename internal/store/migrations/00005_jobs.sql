-- Jobs: what a worker is to do, does, or did.

-- +goose Up
CREATE TABLE jobs (
    id        {id},
    org       BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    source    BIGINT  NOT NULL,
    group_id  BIGINT  NOT NULL,
    reason    TEXT    NOT NULL,           -- manual, schedule, upload, push
    by_kind   TEXT    NOT NULL,           -- who asked
    by_id     BIGINT  NOT NULL,
    by_name   TEXT    NOT NULL,
    upload    BIGINT,
    meta      TEXT    NOT NULL DEFAULT '{}', -- JSON of jobs.Meta
    state     TEXT    NOT NULL,
    attempt   INTEGER NOT NULL DEFAULT 0,
    worker    TEXT    NOT NULL DEFAULT '',
    stage     TEXT    NOT NULL DEFAULT '',
    problem   TEXT    NOT NULL DEFAULT '',
    cancel    BOOLEAN NOT NULL DEFAULT FALSE,
    created   BIGINT  NOT NULL,
    started   BIGINT,
    beat      BIGINT,                     -- when its worker last said that it runs
    due       BIGINT  NOT NULL,           -- not to be tried before
    published BIGINT,                     -- when it was put on the queue
    finished  BIGINT,
    snapshot  BIGINT
);
CREATE INDEX jobs_org ON jobs (org, id);
CREATE INDEX jobs_source ON jobs (source, id);
CREATE INDEX jobs_open ON jobs (due) WHERE finished IS NULL;
CREATE INDEX jobs_dead ON jobs (org, id) WHERE state = 'dead';

-- +goose Down
DROP TABLE jobs;
