-- Problems that readers report, and what was corrected because of them or otherwise.
CREATE TABLE report (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    version   TEXT NOT NULL,                 -- hash of the version they read
    statement TEXT,                          -- name of the statement; none: the whole article
    words     TEXT NOT NULL,                 -- patient identifiers removed
    person    INTEGER,                       -- none: somebody who did not sign in
    at        INTEGER NOT NULL,
    ended     TEXT CHECK (ended IN ('answered', 'closed', 'corrected')),
    answer    TEXT,
    ended_by  INTEGER,
    ended_at  INTEGER,
    CHECK ((ended IS NULL) = (answer IS NULL) AND (ended IS NULL) = (ended_at IS NULL))
) STRICT;
CREATE INDEX report_version ON report(version);
CREATE INDEX report_open ON report(at) WHERE ended IS NULL;
CREATE TABLE correction (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    version TEXT NOT NULL,                   -- hash of the version that was wrong
    title   TEXT NOT NULL,                   -- as the article was called then
    words   TEXT NOT NULL,                   -- what was wrong, and what was done
    report  INTEGER REFERENCES report(id),
    person  INTEGER
) STRICT;
CREATE INDEX correction_at ON correction(at);
