-- What happened in the review of each version before the board. Rows are only added; the stage of a review is read from them.
CREATE TABLE review_event (
    article INTEGER NOT NULL,
    reader  TEXT NOT NULL,
    number  INTEGER NOT NULL,
    n       INTEGER NOT NULL,             -- from 1 without a gap
    at      INTEGER NOT NULL,
    person  INTEGER,                      -- none: Curbside itself
    json    TEXT NOT NULL,                -- the event; its hash stands in the audit trail
    PRIMARY KEY (article, reader, number, n),
    FOREIGN KEY (article, reader, number) REFERENCES version(article, reader, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER review_event_stays BEFORE UPDATE ON review_event
    BEGIN SELECT RAISE(ABORT, 'what happened in a review is never changed'); END;
-- One row a review, for lists: where it was after its last event. Whether a version is approved is never read from here.
CREATE TABLE review (
    article   INTEGER NOT NULL,
    reader    TEXT NOT NULL,
    number    INTEGER NOT NULL,
    stage     TEXT NOT NULL,
    changes   INTEGER NOT NULL,           -- the n of the last event
    submitted INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    PRIMARY KEY (article, reader, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX review_stage ON review(stage, changed);
-- What everyone who may read sees, or saw: of an article one version in each reader's wording at a time.
CREATE TABLE publication (
    row     INTEGER PRIMARY KEY,
    article INTEGER NOT NULL,
    reader  TEXT NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    ended   INTEGER
) STRICT;
CREATE UNIQUE INDEX publication_now ON publication(article, reader) WHERE ended IS NULL;
CREATE INDEX publication_of ON publication(article, reader, number);
-- The policy of the board, each that was ever in force; the last is.
CREATE TABLE policy (
    n    INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL,
    by   TEXT NOT NULL,                   -- as the audit trail calls them
    toml TEXT NOT NULL
) STRICT;
CREATE TRIGGER policy_stays BEFORE UPDATE ON policy BEGIN SELECT RAISE(ABORT, 'a policy that was in force is never changed'); END;
CREATE TRIGGER policy_never_goes BEFORE DELETE ON policy BEGIN SELECT RAISE(ABORT, 'a policy that was in force is never removed'); END;
