-- A value sealed with the key of the installation, by which a replica sees at
-- its start that it was given another key.

-- +goose Up
CREATE TABLE seal_checks (
    id     INTEGER PRIMARY KEY, -- 1
    sealed {blob}  NOT NULL
);

-- +goose Down
DROP TABLE seal_checks;
