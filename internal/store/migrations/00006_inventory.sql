-- The ledger over time: what each source's latest snapshot holds, and how it
-- came to differ from those before. Times are milliseconds since 1970, days
-- are days since 1970. Severities and the states of assets are ranks, worst
-- lowest, so that they sort. What hangs on an asset has no foreign key to it,
-- which would be looked up for each of very many rows: inventory.forget takes it
-- out with the asset. Indexes that are {large} are of large estates and so of
-- PostgreSQL alone: SQLite, which has one writer, would pay for them with every
-- row, and finds what they are for by the others.

-- +goose Up

-- One row for each source that was ever posted: its row lock makes posts to
-- one source wait for each other.
CREATE TABLE ledgers (
    source      BIGINT PRIMARY KEY,
    org         BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    snapshot    BIGINT, -- the latest
    assessed    BIGINT, -- when the latest was assessed
    weakest     TEXT   NOT NULL DEFAULT '', -- digests of what a post need not write again
    names       TEXT   NOT NULL DEFAULT '',
    version     BIGINT NOT NULL DEFAULT 0 -- grows when its cells change
);
CREATE INDEX ledgers_org ON ledgers (org);

CREATE TABLE snapshots (
    id          {id},
    org         BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    source      BIGINT NOT NULL,
    assessed    BIGINT NOT NULL,
    posted      BIGINT NOT NULL,
    tool        TEXT   NOT NULL,
    version     TEXT   NOT NULL,
    revision    TEXT   NOT NULL,
    branch      TEXT   NOT NULL,
    origin      TEXT   NOT NULL, -- how it came: job, push, upload
    counts      TEXT   NOT NULL, -- JSON of inventory.Counts
    summary     TEXT   NOT NULL, -- JSON of report.Summary
    details     TEXT   NOT NULL  -- JSON of what could not be read, types not covered, imports, limitations
);
CREATE INDEX snapshots_source ON snapshots (source, id);
CREATE INDEX snapshots_org ON snapshots (org, id);

CREATE TABLE assets (
    id          {id},
    org         BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    source      BIGINT  NOT NULL,
    group_id    BIGINT  NOT NULL,
    uid         TEXT    NOT NULL, -- id in the assessment
    address     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    provider    TEXT    NOT NULL,
    service     TEXT    NOT NULL,
    model       TEXT    NOT NULL,
    native_type TEXT    NOT NULL,
    account     TEXT    NOT NULL,
    region      TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    team        TEXT    NOT NULL,
    path        TEXT    NOT NULL, -- of the file that describes it
    exposed     TEXT    NOT NULL, -- yes, no, unknown
    state       INTEGER NOT NULL, -- rank of the worst status among the customer's duties
    severity    INTEGER NOT NULL, -- rank of the worst failing finding
    failing     INTEGER NOT NULL, -- duties
    unverified  INTEGER NOT NULL,
    duties      INTEGER NOT NULL,
    first_seen  BIGINT  NOT NULL,
    changed     BIGINT  NOT NULL, -- when anything of it last differed
    unseen      BIGINT,           -- since when it is missing where something could not be read
    silent      BIGINT,           -- since when whoever looks inside it says nothing
    gone        BIGINT,
    digest      TEXT    NOT NULL  -- of the asset with its duties and findings
);
CREATE UNIQUE INDEX assets_uid ON assets (source, uid);
CREATE INDEX assets_state ON assets (org, state, severity, id) WHERE gone IS NULL;
CREATE INDEX assets_name ON assets (org, address, id) WHERE gone IS NULL;
CREATE INDEX assets_seen ON assets (org, first_seen, id) WHERE gone IS NULL;
CREATE INDEX assets_group ON assets (group_id, state, severity, id) WHERE gone IS NULL;
{large}CREATE INDEX assets_service ON assets (org, service, state, severity, id) WHERE gone IS NULL;
{large}CREATE INDEX assets_account ON assets (org, account, state, severity, id) WHERE gone IS NULL;
{large}CREATE INDEX assets_team ON assets (org, team, state, severity, id) WHERE gone IS NULL;
CREATE INDEX assets_gone ON assets (source, gone) WHERE gone IS NOT NULL;

-- What is only read when one asset is looked at.
CREATE TABLE asset_bodies (
    asset BIGINT PRIMARY KEY,
    body  TEXT   NOT NULL -- JSON of report.Asset
);

-- The words of names and addresses, for search by their beginnings.
CREATE TABLE asset_words (
    asset BIGINT NOT NULL,
    word  TEXT {bytewise} NOT NULL,
    org   BIGINT NOT NULL,
    PRIMARY KEY (asset, word)
){clustered};
CREATE INDEX asset_words_word ON asset_words (org, word, asset);

-- Relations between assets of a source, to be followed backwards.
CREATE TABLE asset_edges (
    asset  BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    target TEXT   NOT NULL, -- uid
    source BIGINT NOT NULL,
    PRIMARY KEY (asset, name, target)
){clustered};
CREATE INDEX asset_edges_target ON asset_edges (source, target);

-- Texts and reasons that many rows share, kept once by hash.
CREATE TABLE bases (
    source BIGINT NOT NULL,
    hash   BIGINT NOT NULL,
    org    BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    body   TEXT   NOT NULL,
    PRIMARY KEY (source, hash)
);

CREATE TABLE duties (
    asset          BIGINT NOT NULL,
    responsibility TEXT   NOT NULL,
    layer          TEXT   NOT NULL, -- row of the matrix
    owner          TEXT   NOT NULL,
    party          TEXT   NOT NULL,
    possible       TEXT   NOT NULL, -- parties it may be, separated by commas, where the owner is not known
    status         TEXT   NOT NULL,
    since          BIGINT NOT NULL, -- when it took the status
    basis          BIGINT NOT NULL, -- hash in bases
    changes_on     TEXT   NOT NULL, -- day on which the line moves, or nothing
    changes_to     TEXT   NOT NULL,
    team           TEXT   NOT NULL, -- its own, or else its asset's
    org            BIGINT NOT NULL,
    source         BIGINT NOT NULL,
    group_id       BIGINT NOT NULL,
    kind           TEXT   NOT NULL,
    provider       TEXT   NOT NULL,
    service        TEXT   NOT NULL,
    model          TEXT   NOT NULL,
    account        TEXT   NOT NULL,
    region         TEXT   NOT NULL,
    environment    TEXT   NOT NULL,
    known          TEXT   NOT NULL DEFAULT '', -- the status that was known last, while its asset is silent
    gone           BIGINT,
    PRIMARY KEY (asset, responsibility)
){clustered};
CREATE INDEX duties_layer ON duties (org, layer, status, asset) WHERE gone IS NULL;
CREATE INDEX duties_status ON duties (org, status, asset) WHERE gone IS NULL;
{large}CREATE INDEX duties_responsibility ON duties (org, responsibility, status, asset) WHERE gone IS NULL;
{large}CREATE INDEX duties_service ON duties (org, service, status, asset) WHERE gone IS NULL;
{large}CREATE INDEX duties_account ON duties (org, account, status, asset) WHERE gone IS NULL;
{large}CREATE INDEX duties_team ON duties (org, team, status, asset) WHERE gone IS NULL;
CREATE INDEX duties_group ON duties (group_id, status, asset) WHERE gone IS NULL;
{large}CREATE INDEX duties_source ON duties (source, status, asset) WHERE gone IS NULL;
CREATE INDEX duties_owner ON duties (org, asset) WHERE gone IS NULL AND owner = 'unknown';
CREATE INDEX duties_moving ON duties (org, changes_on, asset) WHERE gone IS NULL AND changes_on <> '';

CREATE TABLE findings (
    id             {id},
    asset          BIGINT  NOT NULL,
    fingerprint    TEXT    NOT NULL,
    check_id       TEXT    NOT NULL,
    severity       INTEGER NOT NULL,
    result         TEXT    NOT NULL,
    state          TEXT    NOT NULL, -- open, waived, unverified, resolved, passing
    responsibility TEXT    NOT NULL,
    layer          TEXT    NOT NULL,
    owner          TEXT    NOT NULL,
    message        TEXT    NOT NULL,
    attribute      TEXT    NOT NULL,
    location       TEXT    NOT NULL, -- JSON
    waiver         TEXT    NOT NULL, -- JSON, or nothing
    tool           TEXT    NOT NULL, -- the other scanner that found it, or nothing
    detail         BIGINT  NOT NULL, -- hash in bases
    first_seen     BIGINT  NOT NULL,
    failing_since  BIGINT,           -- of its latest failure
    resolved       BIGINT,
    regressed      BIGINT,           -- when it last failed again after having been resolved
    regressions    INTEGER NOT NULL,
    team           TEXT    NOT NULL,
    org            BIGINT  NOT NULL,
    source         BIGINT  NOT NULL,
    group_id       BIGINT  NOT NULL,
    kind           TEXT    NOT NULL,
    provider       TEXT    NOT NULL,
    service        TEXT    NOT NULL,
    model          TEXT    NOT NULL,
    account        TEXT    NOT NULL,
    region         TEXT    NOT NULL,
    environment    TEXT    NOT NULL,
    gone           BIGINT
);
CREATE UNIQUE INDEX findings_asset ON findings (asset, fingerprint);
CREATE INDEX findings_fingerprint ON findings (org, fingerprint);
CREATE INDEX findings_state ON findings (org, state, severity, id);
CREATE INDEX findings_check ON findings (org, check_id, state, severity, id);
{large}CREATE INDEX findings_service ON findings (org, service, state, severity, id) WHERE state <> 'passing';
{large}CREATE INDEX findings_account ON findings (org, account, state, severity, id) WHERE state <> 'passing';
{large}CREATE INDEX findings_team ON findings (org, team, state, severity, id) WHERE state <> 'passing';
{large}CREATE INDEX findings_environment ON findings (org, environment, state, severity, id) WHERE state <> 'passing';
CREATE INDEX findings_group ON findings (group_id, state, severity, id) WHERE state <> 'passing';
{large}CREATE INDEX findings_source ON findings (source, state, severity, id) WHERE state <> 'passing';
CREATE INDEX findings_since ON findings (org, failing_since, id) WHERE state = 'open';
CREATE INDEX findings_regressed ON findings (org, severity, id) WHERE state = 'open' AND regressed IS NOT NULL;
CREATE INDEX findings_resolved ON findings (org, resolved, id) WHERE state = 'resolved';

-- Append-only, but for retention.
CREATE TABLE changes (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    source   BIGINT NOT NULL,
    snapshot BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    asset    BIGINT NOT NULL, -- 0 for what is of the source as a whole
    address  TEXT   NOT NULL,
    subject  TEXT   NOT NULL, -- the responsibility or the fingerprint
    was      TEXT   NOT NULL, -- JSON of inventory.State
    now      TEXT   NOT NULL
);
CREATE INDEX changes_org ON changes (org, id);
CREATE INDEX changes_at ON changes (org, at, id);
CREATE INDEX changes_source ON changes (source, snapshot, id);
CREATE INDEX changes_asset ON changes (asset, id);
CREATE INDEX changes_feed ON changes (source, id);

-- What there is now, counted. Each row is one combination of the dimensions;
-- what is counted in it stands in counts, one line for each.
CREATE TABLE cells (
    source      BIGINT  NOT NULL,
    what        TEXT    NOT NULL, -- assets, duties, findings
    group_id    BIGINT  NOT NULL,
    provider    TEXT    NOT NULL,
    service     TEXT    NOT NULL,
    model       TEXT    NOT NULL,
    kind        TEXT    NOT NULL, -- of assets only
    account     TEXT    NOT NULL,
    region      TEXT    NOT NULL, -- of assets only
    environment TEXT    NOT NULL,
    team        TEXT    NOT NULL,
    org         BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    counts      TEXT    NOT NULL,
    PRIMARY KEY (source, what, group_id, provider, service, model, kind, account, region, environment, team)
);
CREATE INDEX cells_org ON cells (org, what);

-- The sums of cells by source and group, and how they changed by day.
CREATE TABLE totals (
    source   BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    counts   TEXT   NOT NULL,
    PRIMARY KEY (source, group_id)
);
CREATE INDEX totals_org ON totals (org);

CREATE TABLE points (
    source   BIGINT NOT NULL,
    day      BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    counts   TEXT   NOT NULL,
    PRIMARY KEY (source, day, group_id)
);
CREATE INDEX points_day ON points (org, day);

CREATE TABLE weakest (
    source         BIGINT NOT NULL,
    ordinal        BIGINT NOT NULL,
    org            BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    asset          BIGINT NOT NULL,
    responsibility TEXT   NOT NULL,
    score          BIGINT NOT NULL, -- in thousandths
    link           TEXT   NOT NULL, -- JSON of report.WeakestLink
    PRIMARY KEY (source, ordinal)
);
CREATE INDEX weakest_score ON weakest (org, score);

-- Titles of rows, responsibilities, checks, kinds and services.
CREATE TABLE names (
    org   BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    what  TEXT   NOT NULL,
    id    TEXT   NOT NULL,
    title TEXT   NOT NULL,
    body  TEXT   NOT NULL, -- JSON, for those that have more than a title
    PRIMARY KEY (org, what, id)
);

-- What is to be done for an organisation that nobody waits for.
CREATE TABLE upkeep (
    org   BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    what  TEXT   NOT NULL, -- place, compact
    asked BIGINT NOT NULL, -- how often it was asked for
    due   BIGINT NOT NULL,
    last  BIGINT,          -- when it was last done
    PRIMARY KEY (org, what)
);

-- +goose Down
DROP TABLE upkeep;
DROP TABLE names;
DROP TABLE weakest;
DROP TABLE points;
DROP TABLE totals;
DROP TABLE cells;
DROP TABLE changes;
DROP TABLE findings;
DROP TABLE duties;
DROP TABLE bases;
DROP TABLE asset_edges;
DROP TABLE asset_words;
DROP TABLE asset_bodies;
DROP TABLE assets;
DROP TABLE snapshots;
DROP TABLE ledgers;
