-- Signs of intrusion: what people say of them, when changes are planned, what each
-- server had when it was last looked at, and which files a server has otherwise than
-- those beside it. Times are milliseconds since 1970.

-- +goose Up

ALTER TABLE agent_detections ADD COLUMN state TEXT NOT NULL DEFAULT 'open'; -- open, acknowledged, closed
ALTER TABLE agent_detections ADD COLUMN explained BIGINT NOT NULL DEFAULT 0;
ALTER TABLE agent_detections ADD COLUMN why TEXT NOT NULL DEFAULT ''; -- it is explained
UPDATE fleet_cells SET c = 'open', d = 'no' WHERE what = 'detections';
CREATE INDEX agent_detections_state ON agent_detections (org, state, explained, id);

ALTER TABLE integrity_changes ADD COLUMN why TEXT NOT NULL DEFAULT ''; -- the control plane takes it for explained

-- What people did with a detection, in order.
CREATE TABLE detection_notes (
    id        {id},
    org       BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    detection BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    by_name   TEXT   NOT NULL,
    state     TEXT   NOT NULL, -- it has since
    text      TEXT   NOT NULL
);
CREATE INDEX detection_notes_of ON detection_notes (detection, id);
CREATE INDEX detection_notes_org ON detection_notes (org, id);

-- When changes on the servers of a group and those below it are planned.
CREATE TABLE fleet_windows (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    why      TEXT   NOT NULL,
    days     BIGINT NOT NULL, -- bit 0 is Sunday; 0: one stretch, from starts to until
    minute   BIGINT NOT NULL, -- of the day, in its zone
    minutes  BIGINT NOT NULL, -- how long
    zone     TEXT   NOT NULL, -- of the IANA database
    starts   BIGINT NOT NULL,
    until    BIGINT NOT NULL,
    by_name  TEXT   NOT NULL,
    created  BIGINT NOT NULL,
    ended    BIGINT,          -- by hand, before its time
    ended_by TEXT   NOT NULL
);
CREATE INDEX fleet_windows_org ON fleet_windows (org, until, id);

-- Who changes files of a group's servers as part of their work.
CREATE TABLE fleet_deployers (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    name     TEXT   NOT NULL,
    why      TEXT   NOT NULL,
    account  TEXT   NOT NULL, -- a user of the server; any if empty
    program  TEXT   NOT NULL, -- path of a program; any if empty
    unit     TEXT   NOT NULL, -- of systemd; any if empty
    paths    TEXT   NOT NULL, -- JSON of what paths begin with; anywhere if none
    until    BIGINT NOT NULL,
    by_name  TEXT   NOT NULL,
    created  BIGINT NOT NULL,
    ended    BIGINT,
    ended_by TEXT   NOT NULL
);
CREATE INDEX fleet_deployers_org ON fleet_deployers (org, until, id);

-- What the host documents of an agent last said of each thing whose change is a sign.
CREATE TABLE agent_known (
    agent BIGINT PRIMARY KEY,
    org   BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    at    BIGINT NOT NULL,
    body  {blob} NOT NULL -- gzip of JSON
);

-- Hashes of the files of an agent that are compared with those of the servers beside it.
CREATE TABLE agent_digests (
    agent    BIGINT PRIMARY KEY,
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    at       BIGINT NOT NULL,
    policy   TEXT   NOT NULL, -- by which they were chosen
    complete BIGINT NOT NULL, -- 1: no file that was to be in it is left out
    files    BIGINT NOT NULL,
    body     {blob} NOT NULL  -- gzip of lines: hash, space, path; by path
);

-- Comparisons of the servers of a group with each other.
CREATE TABLE fleet_comparisons (
    group_id BIGINT PRIMARY KEY,
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    dirty    BIGINT,          -- since when there is something to compare
    compared BIGINT,          -- when it was last done
    took     BIGINT NOT NULL, -- milliseconds
    servers  BIGINT NOT NULL, -- that told hashes
    alone    BIGINT NOT NULL, -- of them, with too few of their kind beside them
    files    BIGINT NOT NULL, -- that were compared
    partial  BIGINT NOT NULL, -- 1: there were more files than are compared
    odd      BIGINT NOT NULL  -- files that differ, also those that are too many to keep
);
CREATE INDEX fleet_comparisons_dirty ON fleet_comparisons (dirty) WHERE dirty IS NOT NULL;

-- Files that one server has otherwise than those beside it.
CREATE TABLE fleet_differences (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    agent    BIGINT NOT NULL,
    path     TEXT   NOT NULL,
    kind     TEXT   NOT NULL, -- content, only, missing
    hash     TEXT   NOT NULL, -- the beginning of the SHA-256; empty where it is missing
    others   TEXT   NOT NULL, -- that of those who agree; empty where they have none
    agree    BIGINT NOT NULL, -- servers beside it that agree with each other
    siblings BIGINT NOT NULL, -- servers beside it in all
    since    BIGINT NOT NULL
);
CREATE INDEX fleet_differences_org ON fleet_differences (org, group_id, id);
CREATE INDEX fleet_differences_agent ON fleet_differences (agent, id);

-- +goose Down
DROP TABLE fleet_differences;
DROP TABLE fleet_comparisons;
DROP TABLE agent_digests;
DROP TABLE agent_known;
DROP TABLE fleet_deployers;
DROP TABLE fleet_windows;
DROP TABLE detection_notes;
DROP INDEX agent_detections_state;
ALTER TABLE integrity_changes DROP COLUMN why;
ALTER TABLE agent_detections DROP COLUMN why;
ALTER TABLE agent_detections DROP COLUMN explained;
ALTER TABLE agent_detections DROP COLUMN state;
