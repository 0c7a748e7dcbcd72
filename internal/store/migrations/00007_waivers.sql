-- Accepted risks: asked for by one person, decided by another, for a time.

-- +goose Up
CREATE TABLE waivers (
    id           {id},
    org          BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id     BIGINT  NOT NULL,
    state        TEXT    NOT NULL,
    reason       TEXT    NOT NULL,
    until        TEXT    NOT NULL, -- the last day it holds, as 2027-01-31
    findings     INTEGER NOT NULL,
    asked_kind   TEXT    NOT NULL,
    asked_by     BIGINT  NOT NULL,
    asked_name   TEXT    NOT NULL,
    asked        BIGINT  NOT NULL,
    decided_kind TEXT    NOT NULL DEFAULT '',
    decided_by   BIGINT  NOT NULL DEFAULT 0,
    decided_name TEXT    NOT NULL DEFAULT '',
    decided      BIGINT,
    note         TEXT    NOT NULL DEFAULT '', -- of whoever decided or ended it
    ended        BIGINT,
    reminded     BIGINT                       -- that it ends soon
);
CREATE INDEX waivers_org ON waivers (org, state, id);
CREATE INDEX waivers_until ON waivers (until) WHERE state = 'approved';

CREATE TABLE waiver_findings (
    waiver      BIGINT NOT NULL REFERENCES waivers (id) ON DELETE CASCADE,
    source      BIGINT NOT NULL,
    fingerprint TEXT   NOT NULL,
    finding     BIGINT NOT NULL,
    check_id    TEXT   NOT NULL,
    title       TEXT   NOT NULL,
    severity    TEXT   NOT NULL,
    address     TEXT   NOT NULL,
    PRIMARY KEY (waiver, source, fingerprint)
);
CREATE INDEX waiver_findings_of ON waiver_findings (source, fingerprint);

-- +goose Down
DROP TABLE waiver_findings;
DROP TABLE waivers;
