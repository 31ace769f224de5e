-- A store as the first version of the program wrote it: one run of January 2026, in which a person who had left still had an
-- account in Slack.
CREATE TABLE store (version BIGINT NOT NULL);
INSERT INTO store VALUES (1);
CREATE TABLE run (
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
    made_from BIGINT NOT NULL, made_to BIGINT NOT NULL, PRIMARY KEY (app, account_key, person, from_run));
INSERT INTO run VALUES (
    1, 'f00d', '2026-01-28T06:00:00Z', 1769580000, '0.1.0', '2026.11', '[["zone","UTC"]]', 'beef', 1, 1);
INSERT INTO source VALUES (1, 0, 'roster', 'slack', 'slack-members', 'abcd', '2026-01-28T06:00:00Z', 'declared', '[2,2,0,0,0,0,0,0,0,0]');
INSERT INTO population VALUES (
    1, 'roster', 'slack', 1, '', 'abcd', 1769580000, 1769580000, '2026-01-28T06:00:00Z', 2, 2, 1, '[]', '', '');
INSERT INTO finding VALUES (
    'v1:0123456789abcdef0123456789abcdef', 'residual-login-capable', 'slack', 'U1', 3561398357364741848, 'ann@nordwind.example',
    'employee-id:e1', 'ann@nordwind.example');
INSERT INTO spell VALUES (
    'v1:0123456789abcdef0123456789abcdef', 1, 1, NULL, NULL, 'high', 'open', 'active, left 2026-01-10', '', NULL, NULL);
INSERT INTO gap VALUES (
    'slack', 3561398357364741848, 'employee-id:e1', 1, NULL, 'U1', 1, 'ann@nordwind.example', '2026-01-10', 1768089599,
    1768089599, 'living', 'active', NULL, NULL, 1769580000, 1769580000);
