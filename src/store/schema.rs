//! The tables of a store, version by version. Both backends read the same text; types are written as PostgreSQL names them.

/// The steps from one version to the next. A store of version n has gone through the first n.
pub(super) const STEPS: [&str; 3] = [
    // Runs, their files and lists, and how findings and leavers' accounts stood over them.
    "CREATE TABLE run (
        no BIGINT PRIMARY KEY, inputs TEXT NOT NULL UNIQUE, as_of TEXT NOT NULL, as_of_second BIGINT NOT NULL,
        tool TEXT NOT NULL, catalog TEXT NOT NULL, policy TEXT NOT NULL, people_files TEXT NOT NULL,
        people_accepted BIGINT NOT NULL, findings BIGINT NOT NULL);
     CREATE TABLE source (
        run BIGINT NOT NULL REFERENCES run (no), ix BIGINT NOT NULL, role TEXT NOT NULL, id TEXT NOT NULL,
        export TEXT NOT NULL, sha256 TEXT NOT NULL, extracted_at TEXT NOT NULL, basis TEXT NOT NULL, row_counts TEXT NOT NULL,
        PRIMARY KEY (run, ix));
     CREATE TABLE population (
        run BIGINT NOT NULL REFERENCES run (no), role TEXT NOT NULL, id TEXT NOT NULL, accepted BIGINT NOT NULL,
        why TEXT NOT NULL, files TEXT NOT NULL, made_from BIGINT, made_to BIGINT, made_at TEXT NOT NULL,
        records BIGINT NOT NULL, live BIGINT NOT NULL, ids BIGINT NOT NULL, admins TEXT NOT NULL, set_up TEXT NOT NULL,
        claims TEXT NOT NULL, PRIMARY KEY (run, role, id));
     CREATE TABLE finding (
        id TEXT PRIMARY KEY, rule TEXT NOT NULL, app TEXT, account TEXT, account_key BIGINT, email TEXT NOT NULL,
        person TEXT, person_email TEXT NOT NULL);
     CREATE TABLE spell (
        finding TEXT NOT NULL REFERENCES finding (id), from_run BIGINT NOT NULL REFERENCES run (no),
        opened_run BIGINT NOT NULL, until_run BIGINT, unseen_from BIGINT, severity TEXT NOT NULL, status TEXT NOT NULL,
        facts TEXT NOT NULL, moved_by TEXT NOT NULL, ended_how TEXT, ended_by TEXT, PRIMARY KEY (finding, from_run));
     CREATE TABLE gap (
        app TEXT NOT NULL, account_key BIGINT NOT NULL, person TEXT NOT NULL, from_run BIGINT NOT NULL,
        until_run BIGINT, account TEXT NOT NULL, native BIGINT NOT NULL, person_email TEXT NOT NULL, left_at TEXT NOT NULL,
        left_from BIGINT, left_to BIGINT, state TEXT NOT NULL, status TEXT NOT NULL, ended_from BIGINT, ended_to BIGINT,
        made_from BIGINT NOT NULL, made_to BIGINT NOT NULL, PRIMARY KEY (app, account_key, person, from_run));",
    // What people say, whose accounts were whose, and whether a roster's time is a guess.
    "CREATE TABLE claim (
        no BIGINT PRIMARY KEY, finding TEXT NOT NULL REFERENCES finding (id), said_by TEXT NOT NULL, ticket TEXT NOT NULL,
        note TEXT NOT NULL, said_at TEXT NOT NULL, said_second BIGINT NOT NULL);
     CREATE TABLE linked (
        app TEXT NOT NULL, run BIGINT NOT NULL REFERENCES run (no), accounts BYTEA NOT NULL, PRIMARY KEY (app, run));
     CREATE TABLE people (run BIGINT PRIMARY KEY REFERENCES run (no), person_keys BYTEA NOT NULL);
     ALTER TABLE population ADD COLUMN made_guessed BIGINT NOT NULL DEFAULT 0;",
    // The headline numbers of a run, for the trend. Those of older runs were not kept.
    "ALTER TABLE run ADD COLUMN headline TEXT;",
];

/// The version that this program writes.
pub(super) const VERSION: i64 = STEPS.len() as i64;
