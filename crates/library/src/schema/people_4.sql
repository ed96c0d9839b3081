-- People and how they sign in. Times are seconds since 1970. Of secrets only the SHA-256 is kept.
CREATE TABLE person (
    id          INTEGER PRIMARY KEY,   -- rows are never deleted, so no number is given twice
    username    TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,         -- as others read it
    credentials TEXT NOT NULL,         -- as "MD, oncology"; stands under their signatures
    specialties TEXT NOT NULL,         -- JSON list
    conflicts   TEXT NOT NULL,         -- standing conflicts of interest, in their words
    roles       TEXT NOT NULL,         -- JSON list
    password    TEXT,                  -- Argon2id as a PHC string
    issuer      TEXT,                  -- who vouches for them: an OpenID Connect provider
    vouched     TEXT,                  -- their name (`sub`) there
    disabled_at INTEGER,
    added_at    INTEGER NOT NULL,
    UNIQUE (issuer, vouched)
) STRICT;
CREATE TABLE session (
    hash       TEXT PRIMARY KEY,
    person     INTEGER NOT NULL REFERENCES person(id),
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_person ON session(person);
CREATE TABLE link (
    hash    TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,             -- first-administrator, invitation, reset
    person  INTEGER REFERENCES person(id),
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE token (
    id         INTEGER PRIMARY KEY,    -- rows stay when a token is taken back
    hash       TEXT NOT NULL UNIQUE,
    person     INTEGER NOT NULL REFERENCES person(id),
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,          -- JSON list
    made_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    used_at    INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX token_person ON token(person);
-- Passwords that were wrong, in a row, of an account or from an address; a restart forgets none.
CREATE TABLE attempt (
    kind     TEXT NOT NULL,            -- account (of a person), nobody (of none), address
    name     TEXT NOT NULL,            -- its SHA-256: somebody may have typed a password for a name
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;
-- Sign-ins under way at an OpenID Connect provider.
CREATE TABLE journey (
    state   TEXT PRIMARY KEY,          -- SHA-256 of the `state` sent there
    held    TEXT NOT NULL,             -- what must be known when it comes back, as JSON
    ends_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
