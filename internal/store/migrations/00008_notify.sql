-- Whom to tell of what, and what was told. Times are milliseconds since 1970.

-- +goose Up

-- Where to tell it.
CREATE TABLE channels (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    config   TEXT   NOT NULL, -- JSON of notify.Config
    secret   {blob},          -- sealed
    paused   BIGINT,          -- it asked to be left alone until then
    created  BIGINT NOT NULL
);
CREATE UNIQUE INDEX channels_names ON channels (org, name);

CREATE TABLE rules (
    id       {id},
    org      BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT  NOT NULL,
    name     TEXT    NOT NULL,
    enabled  BOOLEAN NOT NULL,
    match    TEXT    NOT NULL, -- JSON of notify.Match
    timing   TEXT    NOT NULL, -- JSON of notify.Timing
    created  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX rules_names ON rules (org, name);

CREATE TABLE rule_channels (
    rule    BIGINT NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    channel BIGINT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    PRIMARY KEY (rule, channel)
);
CREATE INDEX rule_channels_of ON rule_channels (channel);

-- Events of other subjects, until it is decided whom to tell: written in the
-- transaction of what they tell of, taken out in the one that decides.
CREATE TABLE notify_events (
    id   {id},
    org  BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    body TEXT   NOT NULL -- JSON of notify.Event
);

-- How far each source's changes were read. They come in the order of their ids
-- within a source, whose writers wait for each other, and in none beyond it.
CREATE TABLE notify_cursors (
    source   BIGINT PRIMARY KEY,
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    position BIGINT NOT NULL
);

-- What is told once: that a line moves soon, that a source is silent.
CREATE TABLE notify_told (
    org BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    key TEXT   NOT NULL,
    at  BIGINT NOT NULL,
    PRIMARY KEY (org, key)
);

-- One message to one channel.
CREATE TABLE deliveries (
    id       {id},
    org      BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    group_id BIGINT  NOT NULL, -- of the rule
    rule     BIGINT  NOT NULL, -- 0 for a test
    channel  BIGINT  NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    key      TEXT    NOT NULL, -- the same at each attempt, for receivers to know it again
    form     TEXT    NOT NULL, -- single, digest, summary, test
    action   TEXT    NOT NULL, -- open, again, close
    thread   TEXT    NOT NULL, -- what it is about, where the channel keeps that apart
    total    INTEGER NOT NULL, -- events; not all of many are kept
    title    TEXT    NOT NULL,
    state    TEXT    NOT NULL, -- waiting, sending, sent, dead
    attempt  INTEGER NOT NULL DEFAULT 0,
    holder   TEXT    NOT NULL DEFAULT '', -- the replica that sends it
    created  BIGINT  NOT NULL,
    due      BIGINT  NOT NULL, -- not to be sent before
    until    BIGINT  NOT NULL, -- dead when not sent by then
    lease    BIGINT,           -- the holder's, while sending
    sent     BIGINT,
    problem  TEXT    NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX deliveries_key ON deliveries (channel, key);
CREATE INDEX deliveries_due ON deliveries (due, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_thread ON deliveries (channel, thread, id) WHERE state IN ('waiting', 'sending');
CREATE INDEX deliveries_org ON deliveries (org, id);
CREATE INDEX deliveries_old ON deliveries (created) WHERE state = 'sent';

CREATE TABLE delivery_events (
    delivery BIGINT  NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    seq      INTEGER NOT NULL,
    body     TEXT    NOT NULL, -- JSON of notify.Event
    PRIMARY KEY (delivery, seq)
);

-- Tickets and incidents: one for each finding and channel, opened once.
CREATE TABLE threads (
    channel BIGINT  NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    thread  TEXT    NOT NULL,
    org     BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    rule    BIGINT  NOT NULL,
    group_id BIGINT NOT NULL, -- of the rule
    source  BIGINT  NOT NULL,
    open    BOOLEAN NOT NULL, -- as it will be once all deliveries are sent
    ref     TEXT    NOT NULL DEFAULT '', -- how the other side calls it
    url     TEXT    NOT NULL DEFAULT '',
    opened  BIGINT  NOT NULL,
    PRIMARY KEY (channel, thread)
);
CREATE INDEX threads_of ON threads (org, thread);
CREATE INDEX threads_source ON threads (source) WHERE open;

-- How much each rule told each channel in an hour.
CREATE TABLE notify_counts (
    rule    BIGINT  NOT NULL,
    channel BIGINT  NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    hour    BIGINT  NOT NULL, -- hours since 1970
    n       INTEGER NOT NULL,
    PRIMARY KEY (rule, channel, hour)
);

-- +goose Down
DROP TABLE notify_counts;
DROP TABLE threads;
DROP TABLE delivery_events;
DROP TABLE deliveries;
DROP TABLE notify_told;
DROP TABLE notify_cursors;
DROP TABLE notify_events;
DROP TABLE rule_channels;
DROP TABLE rules;
DROP TABLE channels;
