-- Answers to changes that came with an Idempotency-Key, for whoever sends them again.

-- +goose Up
CREATE TABLE api_answers (
    org       BIGINT  NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    by_kind   TEXT    NOT NULL, -- whose key it is
    by_id     BIGINT  NOT NULL,
    key       TEXT    NOT NULL,
    request   TEXT    NOT NULL, -- digest of method, address and If-Match
    status    INTEGER NOT NULL DEFAULT 0,  -- 0 while the request is being worked on
    answer    {blob},           -- sealed, with the digest of the request's body: they may hold secrets
    created   BIGINT  NOT NULL,
    PRIMARY KEY (org, by_kind, by_id, key)
);
CREATE INDEX api_answers_old ON api_answers (created);

-- +goose Down
DROP TABLE api_answers;
