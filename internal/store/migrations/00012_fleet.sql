-- Agents on servers: who they are, what became of them, what they saw. The last
-- heartbeat of each is in the event stream; here is only what changes seldom.
-- Times are milliseconds since 1970.

-- +goose Up

-- Who signs an organisation's agents and commands. The newest signs.
CREATE TABLE fleet_authorities (
    id          {id},
    org         BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    serial      BIGINT NOT NULL, -- 1, 2, 3 … in its organisation
    certificate TEXT   NOT NULL, -- PEM
    key         {blob} NOT NULL, -- sealed
    created     BIGINT NOT NULL
);
CREATE UNIQUE INDEX fleet_authorities_org ON fleet_authorities (org, serial);

CREATE TABLE fleet_tokens (
    id        {id},
    org       BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id  BIGINT NOT NULL, -- where its agents lie
    name      TEXT   NOT NULL,
    hash      TEXT   NOT NULL, -- SHA-256
    hint      TEXT   NOT NULL, -- the first characters
    uses      BIGINT NOT NULL,
    most      BIGINT NOT NULL, -- 0 without a limit
    ephemeral BIGINT NOT NULL, -- 1: its agents retire by themselves
    by_name   TEXT   NOT NULL,
    created   BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    used      BIGINT,
    revoked   BIGINT
);
CREATE UNIQUE INDEX fleet_tokens_hash ON fleet_tokens (hash);
CREATE INDEX fleet_tokens_org ON fleet_tokens (org, id);

-- What is asked of the agents of a group and those below it that have no row of
-- their own.
CREATE TABLE fleet_settings (
    org             BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id        BIGINT NOT NULL,
    interval        BIGINT NOT NULL, -- of heartbeats, in seconds
    retire          BIGINT NOT NULL, -- seconds missing after which agents retire; 0 never
    retire_ephemeral BIGINT NOT NULL,
    four_eyes       BIGINT NOT NULL, -- 1: who asks for changes to be taken into the baseline does not approve
    policy          TEXT   NOT NULL, -- JSON
    hashes          TEXT   NOT NULL, -- JSON of the SHA-256 of this and earlier policies, newest first
    changed         BIGINT NOT NULL,
    PRIMARY KEY (org, group_id)
);

CREATE TABLE agents (
    id          {id},
    org         BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id    BIGINT NOT NULL,
    uid         TEXT   NOT NULL, -- as it calls itself
    state       TEXT   NOT NULL, -- active, late, missing, tampered, revoked, retired
    since       BIGINT NOT NULL,
    why         TEXT   NOT NULL, -- of the state, for people
    anchor      BIGINT NOT NULL, -- 1: the next heartbeat is taken whatever came before
    enrolled    BIGINT NOT NULL,
    token       BIGINT NOT NULL,
    ephemeral   BIGINT NOT NULL,
    hostname    TEXT   NOT NULL,
    machine     TEXT   NOT NULL, -- /etc/machine-id
    boot        TEXT   NOT NULL,
    os          TEXT   NOT NULL,
    arch        TEXT   NOT NULL,
    distro      TEXT   NOT NULL,
    release     TEXT   NOT NULL,
    kernel      TEXT   NOT NULL,
    version     TEXT   NOT NULL, -- of the agent
    virtual     TEXT   NOT NULL,
    addresses   TEXT   NOT NULL, -- JSON
    labels      TEXT   NOT NULL, -- JSON
    provider    TEXT   NOT NULL, -- of the cloud, and the rest of who the instance is there
    account     TEXT   NOT NULL,
    region      TEXT   NOT NULL,
    instance    TEXT   NOT NULL,
    proof       TEXT   NOT NULL, -- verified, claimed, or nothing
    unproven    TEXT   NOT NULL, -- why it is not verified
    key         {blob} NOT NULL, -- public, DER
    next_key    {blob},          -- of a certificate that was given and not used yet
    first       TEXT   NOT NULL, -- SHA-256 of the certificate's DER, where its chain begins
    serial      TEXT   NOT NULL, -- of the certificate
    not_after   BIGINT NOT NULL,
    replaces    BIGINT NOT NULL, -- the agent that retired when this one enrolled; 0 none
    source      BIGINT NOT NULL, -- of the ledger, that its documents are assessed in; 0 before the first
    document    BIGINT,          -- when its latest host document was made
    changed     BIGINT NOT NULL  -- when this row last changed
);
CREATE UNIQUE INDEX agents_uid ON agents (uid);
CREATE INDEX agents_org ON agents (org, id);
CREATE INDEX agents_group ON agents (group_id, id);
CREATE INDEX agents_state ON agents (org, state, id);
CREATE INDEX agents_host ON agents (org, hostname, id);
CREATE INDEX agents_machine ON agents (org, machine);
CREATE INDEX agents_instance ON agents (org, instance) WHERE instance <> '';
CREATE INDEX agents_source ON agents (source, id);
CREATE INDEX agents_changed ON agents (changed);

-- What became of an agent, in order.
CREATE TABLE agent_moments (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    agent    BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    kind     TEXT   NOT NULL, -- a state, or enrolled, renewed, moved, boot, version, policy, gap, dropped, duplicate, command
    text     TEXT   NOT NULL
);
CREATE INDEX agent_moments_agent ON agent_moments (agent, id);
CREATE INDEX agent_moments_org ON agent_moments (org, id);
CREATE INDEX agent_moments_at ON agent_moments (at);

-- How many there are of each combination of what lists filter by.
CREATE TABLE fleet_cells (
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    what     TEXT   NOT NULL, -- agents, integrity, coverage, detections
    group_id BIGINT NOT NULL,
    a        TEXT   NOT NULL,
    b        TEXT   NOT NULL,
    c        TEXT   NOT NULL,
    d        TEXT   NOT NULL,
    e        TEXT   NOT NULL,
    n        BIGINT NOT NULL,
    PRIMARY KEY (org, what, group_id, a, b, c, d, e)
){clustered};

-- What agents are asked to do.
CREATE TABLE agent_commands (
    id        {id},
    org       BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id  BIGINT NOT NULL,
    agent     BIGINT NOT NULL,
    uid       TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    args      TEXT   NOT NULL, -- JSON, or nothing
    state     TEXT   NOT NULL, -- asked (for a second person), waiting, delivered, done, refused, failed, expired, withdrawn
    why       TEXT   NOT NULL,
    by_kind   TEXT   NOT NULL,
    by_id     BIGINT NOT NULL,
    by_name   TEXT   NOT NULL,
    approver  TEXT   NOT NULL,
    created   BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    delivered BIGINT,
    finished  BIGINT
);
CREATE UNIQUE INDEX agent_commands_uid ON agent_commands (uid);
CREATE INDEX agent_commands_agent ON agent_commands (agent, id);
CREATE INDEX agent_commands_org ON agent_commands (org, id);
CREATE INDEX agent_commands_open ON agent_commands (agent) WHERE finished IS NULL;
CREATE INDEX agent_commands_end ON agent_commands (expires) WHERE finished IS NULL;

-- How far the events of each agent are taken in, by epoch of its spool.
CREATE TABLE agent_marks (
    agent BIGINT NOT NULL,
    epoch TEXT   NOT NULL,
    mark  BIGINT NOT NULL, -- the highest sequence taken in
    org   BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    at    BIGINT NOT NULL,
    PRIMARY KEY (agent, epoch)
){clustered};

-- The latest host document of each agent, packed.
CREATE TABLE agent_documents (
    agent  BIGINT PRIMARY KEY,
    org    BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    source BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    sha256 TEXT   NOT NULL,
    body   {blob} NOT NULL -- gzip
);
CREATE INDEX agent_documents_source ON agent_documents (source, agent);

-- Sources of the ledger that agents' documents are assessed in: each holds a
-- bounded number of the agents of one group.
CREATE TABLE fleet_sources (
    source   BIGINT PRIMARY KEY,
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    ordinal  BIGINT NOT NULL, -- 1, 2, 3 … in its group
    agents   BIGINT NOT NULL,
    dirty    BIGINT,          -- since when there is something to assess
    asked    BIGINT           -- when an assessment was last asked for
);
CREATE UNIQUE INDEX fleet_sources_group ON fleet_sources (org, group_id, ordinal);
CREATE INDEX fleet_sources_dirty ON fleet_sources (dirty) WHERE dirty IS NOT NULL;

-- Changes of files that agents saw.
CREATE TABLE integrity_changes (
    id        {id},
    org       BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id  BIGINT NOT NULL,
    agent     BIGINT NOT NULL,
    epoch     TEXT   NOT NULL,
    sequence  BIGINT NOT NULL,
    at        BIGINT NOT NULL, -- by the control plane's clock
    path      TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    severity  BIGINT NOT NULL, -- rank, worst lowest
    cause     TEXT   NOT NULL, -- its kind
    explained BIGINT NOT NULL,
    state     TEXT   NOT NULL, -- open, asked, approved
    body      TEXT   NOT NULL  -- JSON of fim.Change
);
CREATE INDEX integrity_changes_org ON integrity_changes (org, id);
CREATE INDEX integrity_changes_open ON integrity_changes (org, state, explained, severity, id);
CREATE INDEX integrity_changes_agent ON integrity_changes (agent, id);
CREATE INDEX integrity_changes_path ON integrity_changes (org, path, id);
CREATE INDEX integrity_changes_at ON integrity_changes (at);

-- What agents say of how completely they watched.
CREATE TABLE integrity_coverage (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    agent    BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    body     TEXT   NOT NULL -- JSON of fim.Coverage
);
CREATE INDEX integrity_coverage_agent ON integrity_coverage (agent, id);
CREATE INDEX integrity_coverage_org ON integrity_coverage (org, complete, id);
CREATE INDEX integrity_coverage_at ON integrity_coverage (at);

-- Signs of intrusion.
CREATE TABLE agent_detections (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    agent    BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    rule     TEXT   NOT NULL,
    title    TEXT   NOT NULL,
    severity BIGINT NOT NULL,
    body     TEXT   NOT NULL -- JSON of detect.Alert
);
CREATE INDEX agent_detections_org ON agent_detections (org, id);
CREATE INDEX agent_detections_severity ON agent_detections (org, severity, id);
CREATE INDEX agent_detections_agent ON agent_detections (agent, id);
CREATE INDEX agent_detections_at ON agent_detections (at);

-- Work that one replica at a time does.
CREATE TABLE fleet_leases (
    name     TEXT   PRIMARY KEY,
    holder   TEXT   NOT NULL,
    until    BIGINT NOT NULL,
    stream   BIGINT NOT NULL, -- when the stream that it reads was made
    position BIGINT NOT NULL  -- how far it has read it
);

-- +goose Down
DROP TABLE fleet_leases;
DROP TABLE agent_detections;
DROP TABLE integrity_coverage;
DROP TABLE integrity_changes;
DROP TABLE fleet_sources;
DROP TABLE agent_documents;
DROP TABLE agent_marks;
DROP TABLE agent_commands;
DROP TABLE fleet_cells;
DROP TABLE agent_moments;
DROP TABLE agents;
DROP TABLE fleet_settings;
DROP TABLE fleet_tokens;
DROP TABLE fleet_authorities;
