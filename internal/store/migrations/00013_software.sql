-- The software of servers with agents: what they have, so that it can be found
-- by any attribute, and the vulnerabilities that are known of it. Times are
-- milliseconds since 1970.

-- +goose Up

-- What is known of the software of each agent's server.
CREATE TABLE host_software (
    agent     BIGINT PRIMARY KEY,
    org       BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id  BIGINT NOT NULL,
    hostname  TEXT   NOT NULL,
    system    TEXT   NOT NULL, -- such as debian 12
    result    TEXT   NOT NULL, -- clean, vulnerable, not_evaluated
    why       TEXT   NOT NULL, -- it, or a part of it, was not evaluated
    os        TEXT   NOT NULL, -- supported, extended, ended, unknown
    ends      TEXT   NOT NULL, -- the day its support does
    kernel    TEXT   NOT NULL, -- current, restart_pending, unknown
    packages  BIGINT NOT NULL,
    clean     BIGINT NOT NULL, -- of the packages
    affected  BIGINT NOT NULL,
    unknown   BIGINT NOT NULL,
    found     BIGINT NOT NULL, -- vulnerabilities
    fixable   BIGINT NOT NULL,
    exploited BIGINT NOT NULL,
    worst     BIGINT NOT NULL, -- rank of the worst severity; beyond all where nothing is found
    document  TEXT   NOT NULL, -- SHA-256 of the host document that was evaluated
    data      TEXT   NOT NULL, -- stamp of the database it was held against
    at        BIGINT,          -- when
    due       BIGINT NOT NULL, -- when it is evaluated again
    rest      {blob}           -- gzip of the JSON of packages that were not evaluated, and why
);
CREATE INDEX host_software_due ON host_software (due);
CREATE INDEX host_software_org ON host_software (org, agent);
CREATE INDEX host_software_result ON host_software (org, result, agent);

-- Vulnerabilities that any server of an organisation has.
CREATE TABLE vulnerabilities (
    id         {id},
    org        BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL, -- CVE-…, or the advisory's own where there is none
    severity   BIGINT NOT NULL, -- the worst rank of any server
    exploited  BIGINT NOT NULL, -- 1: CISA says that attackers use it
    added      TEXT   NOT NULL, -- the day CISA said so
    deadline   TEXT   NOT NULL, -- the day by which CISA wants it mended
    ransomware BIGINT NOT NULL,
    epss       BIGINT NOT NULL, -- millionths
    percentile BIGINT NOT NULL, -- millionths
    score      BIGINT NOT NULL, -- tenths, of CVSS
    vector     TEXT   NOT NULL,
    since      BIGINT,          -- when the fix, or without one the flaw, was published
    summary    TEXT   NOT NULL,
    url        TEXT   NOT NULL,
    place      BIGINT NOT NULL, -- in the list, the worst lowest
    first      BIGINT NOT NULL  -- when it was first found
);
CREATE UNIQUE INDEX vulnerabilities_name ON vulnerabilities (org, name);
CREATE INDEX vulnerabilities_place ON vulnerabilities (org, place, id);

-- Which servers have which.
CREATE TABLE host_vulnerabilities (
    agent     BIGINT NOT NULL,
    vuln      BIGINT NOT NULL,
    org       BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id  BIGINT NOT NULL,
    system    TEXT   NOT NULL,
    severity  BIGINT NOT NULL,
    exploited BIGINT NOT NULL,
    fix       TEXT   NOT NULL, -- yes, subscribers, no
    used      TEXT   NOT NULL, -- listening, loaded, unknown, installed, not_running
    fixed     TEXT   NOT NULL, -- the versions that mend it
    since     BIGINT,          -- when the fix, or without one the vulnerability, was published
    first     BIGINT NOT NULL, -- when it was first found on this server
    body      TEXT   NOT NULL, -- JSON of its packages
    PRIMARY KEY (agent, vuln)
){clustered};
CREATE UNIQUE INDEX host_vulnerabilities_vuln ON host_vulnerabilities (vuln, agent);

-- How many servers have a vulnerability, by what lists filter by.
CREATE TABLE vulnerability_cells (
    vuln     BIGINT NOT NULL,
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    system   TEXT   NOT NULL,
    severity BIGINT NOT NULL,
    fix      TEXT   NOT NULL,
    used     TEXT   NOT NULL,
    fixed    TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    PRIMARY KEY (vuln, group_id, system, severity, fix, used, fixed)
){clustered};
CREATE INDEX vulnerability_cells_none ON vulnerability_cells (n) WHERE n = 0;

-- The database of vulnerabilities, as the replica that evaluates has it,
-- and how its last update went.
CREATE TABLE vulnerability_data (
    name  TEXT   PRIMARY KEY, -- data, update
    stamp TEXT   NOT NULL,
    body  TEXT   NOT NULL, -- JSON
    at    BIGINT NOT NULL
);

-- +goose Down
DROP TABLE vulnerability_data;
DROP TABLE vulnerability_cells;
DROP TABLE host_vulnerabilities;
DROP TABLE vulnerabilities;
DROP TABLE host_software;
