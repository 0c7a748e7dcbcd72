-- Indexes that lists of agents are read from in their order, whatever they are narrowed by.

-- +goose Up
CREATE INDEX agents_version ON agents (org, version, id);
CREATE INDEX agents_provider ON agents (org, provider, id);
CREATE INDEX agents_proof ON agents (org, proof, id);
CREATE INDEX agents_system ON agents (org, (CASE WHEN distro = '' THEN os WHEN release = '' THEN distro ELSE distro || ' ' || release END), id);

-- +goose Down
DROP INDEX agents_system;
DROP INDEX agents_proof;
DROP INDEX agents_provider;
DROP INDEX agents_version;
