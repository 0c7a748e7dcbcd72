-- People, service accounts, how they sign in, and what they may do where.

-- +goose Up
CREATE TABLE people (
    id               {id},
    email            TEXT   NOT NULL,        -- as it was written
    email_key        TEXT   NOT NULL UNIQUE, -- folded
    name             TEXT   NOT NULL,
    handle           {blob} NOT NULL UNIQUE, -- what passkeys call the person
    password         TEXT,                   -- argon2id, as a PHC string
    password_changed BIGINT,
    totp             {blob},                 -- the sealed secret
    totp_step        BIGINT NOT NULL,        -- of the last code that was taken
    epoch            BIGINT NOT NULL,        -- sessions of an earlier one are dead
    created          BIGINT NOT NULL,
    seen             BIGINT
);

CREATE TABLE memberships (
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    person   BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created  BIGINT NOT NULL,
    disabled BIGINT,
    PRIMARY KEY (org, person)
);
CREATE INDEX memberships_people ON memberships (person);

CREATE TABLE service_accounts (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    name     TEXT   NOT NULL,
    created  BIGINT NOT NULL,
    disabled BIGINT,
    UNIQUE (org, name)
);

CREATE TABLE grants (
    id       {id},
    org      BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    kind     TEXT   NOT NULL, -- of the holder: person or service
    holder   BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    role     TEXT   NOT NULL,
    provider TEXT   NOT NULL, -- whose group claims give it, or empty
    UNIQUE (org, kind, holder, group_id, role, provider)
);
CREATE INDEX grants_roles ON grants (org, role, group_id);

-- What a person is called by the identity providers.
CREATE TABLE subjects (
    provider TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    person   BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created  BIGINT NOT NULL,
    PRIMARY KEY (provider, subject)
);
CREATE UNIQUE INDEX subjects_people ON subjects (person, provider);

CREATE TABLE recovery_codes (
    person BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    hash   TEXT   NOT NULL,
    PRIMARY KEY (person, hash)
);

CREATE TABLE passkeys (
    id         {id},
    person     BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    credential TEXT   NOT NULL UNIQUE, -- its id, base64
    record     TEXT   NOT NULL,        -- JSON of what is needed to verify it
    name       TEXT   NOT NULL,
    created    BIGINT NOT NULL,
    used       BIGINT
);
CREATE INDEX passkeys_people ON passkeys (person);

CREATE TABLE sessions (
    id      {id},
    token   TEXT   NOT NULL UNIQUE, -- SHA-256 of what is in the cookie
    person  BIGINT NOT NULL,        -- 0 before somebody signed in
    epoch   BIGINT NOT NULL,
    data    {blob} NOT NULL,
    begun   BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    ended   BIGINT, -- kept until it would have expired, so that nothing brings it back
    address TEXT   NOT NULL,
    agent   TEXT   NOT NULL
);
CREATE INDEX sessions_people ON sessions (person);
CREATE INDEX sessions_expire ON sessions (expires);

CREATE TABLE tokens (
    id          {id},
    org         BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    kind        TEXT   NOT NULL, -- of the holder: person or service
    holder      BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    hint        TEXT   NOT NULL,
    hash        TEXT   NOT NULL UNIQUE,
    permissions TEXT   NOT NULL, -- separated by blanks
    group_id    BIGINT NOT NULL, -- 0 is everywhere
    created     BIGINT NOT NULL,
    expires     BIGINT NOT NULL,
    used        BIGINT
);
CREATE INDEX tokens_holders ON tokens (org, kind, holder);

-- Links that hold once: invitations, the first administrator's, new passwords.
CREATE TABLE links (
    id      {id},
    kind    TEXT   NOT NULL,
    hash    TEXT   NOT NULL UNIQUE,
    org     BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    person  BIGINT NOT NULL, -- whose password it sets, else 0
    email   TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    grants  TEXT   NOT NULL, -- JSON
    made_by BIGINT NOT NULL, -- the person who asked for it, or 0
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX links_orgs ON links (org, kind);

-- What an organisation asks of those who sign in.
CREATE TABLE sign_in_rules (
    org           BIGINT NOT NULL PRIMARY KEY REFERENCES organisations (id) ON DELETE CASCADE,
    second_factor TEXT   NOT NULL -- for whom a password alone is not enough: nobody, deciders or everybody
);

-- How often somebody tried and failed of late.
CREATE TABLE attempts (
    name     TEXT   NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last     BIGINT NOT NULL,
    until    BIGINT NOT NULL -- no attempt before
);
CREATE INDEX attempts_last ON attempts (last);

-- +goose Down
DROP TABLE attempts;
DROP TABLE sign_in_rules;
DROP TABLE links;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE passkeys;
DROP TABLE recovery_codes;
DROP TABLE subjects;
DROP TABLE grants;
DROP TABLE service_accounts;
DROP TABLE memberships;
DROP TABLE people;
