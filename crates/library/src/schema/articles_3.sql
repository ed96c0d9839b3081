-- An article is what was asked; to it belong versions, each one body in one reader's wording. What 0.1 kept under `article` is
-- read into these tables by the hook behind this text (articles/migrate.rs).
ALTER TABLE article RENAME TO article_0_1;
CREATE TABLE article (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
    slug       TEXT NOT NULL UNIQUE,
    key        TEXT,                              -- hash of question, case and what it follows; none once erased
    asker      INTEGER,                           -- the person; none: whoever has a version's hash, or erased
    root       INTEGER NOT NULL,                  -- the article that its thread begins with
    origin     TEXT NOT NULL CHECK (origin IN ('asked', 'followed', 'generalised')),
    visibility TEXT NOT NULL CHECK (visibility IN ('private', 'submitted', 'published')),
    created    INTEGER NOT NULL,
    asked      INTEGER NOT NULL,                  -- when it was asked for last
    reads      INTEGER NOT NULL DEFAULT 0,
    erased_at  INTEGER,
    erased_by  TEXT,                              -- as the audit trail calls them
    erased_why TEXT,
    CHECK ((erased_at IS NULL) = (erased_by IS NULL) AND (erased_at IS NULL) = (erased_why IS NULL))
) STRICT;
CREATE UNIQUE INDEX article_key ON article(key, ifnull(asker, 0));
CREATE INDEX article_root ON article(root);
CREATE INDEX article_asked ON article(asked);
-- What an article says, once for all articles that say it.
CREATE TABLE body (
    hash     TEXT PRIMARY KEY,                    -- SHA-256 of json
    title    TEXT NOT NULL,
    reader   TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    composer TEXT NOT NULL,
    curbside TEXT NOT NULL,                       -- the version that made it
    model    TEXT,
    prompt   TEXT,                                -- SHA-256
    json     TEXT NOT NULL
) STRICT;
-- Never changed, never removed: of an erased article only the body goes.
CREATE TABLE version (
    article INTEGER NOT NULL REFERENCES article(id),
    reader  TEXT NOT NULL,
    number  INTEGER NOT NULL,                     -- from 1 within article and reader
    hash    TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (article, reader, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX version_hash ON version(hash);
-- The bytes of sources that a body quotes.
CREATE TABLE quotes (
    source TEXT NOT NULL,
    bytes  TEXT NOT NULL,                         -- SHA-256 of what the source was read from
    hash   TEXT NOT NULL REFERENCES body(hash) ON DELETE CASCADE,
    PRIMARY KEY (source, bytes, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX quotes_hash ON quotes(hash);
-- The works in its list of references, held or not.
CREATE TABLE refers (
    scheme TEXT NOT NULL,                         -- pmid, pmcid, doi
    value  TEXT NOT NULL,
    hash   TEXT NOT NULL REFERENCES body(hash) ON DELETE CASCADE,
    PRIMARY KEY (scheme, value, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX refers_hash ON refers(hash);
-- Faults of ours shall not change what is kept for ever. Whoever edits the file can take these away; `audit verify` is for that.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END;
CREATE TRIGGER version_stays BEFORE UPDATE ON version BEGIN SELECT RAISE(ABORT, 'a version is never changed'); END;
CREATE TRIGGER version_never_goes BEFORE DELETE ON version BEGIN SELECT RAISE(ABORT, 'a version is never removed'); END;
CREATE TRIGGER body_stays BEFORE UPDATE ON body BEGIN SELECT RAISE(ABORT, 'a body is never changed'); END;
