#!/usr/bin/env python3
"""The bare join with DuckDB: residual access, orphans and a count per app.

    python3 duckdb_join.py DATA OUT [--threads 2] [--memory-limit 256MB]

Reads what generate.py wrote; writes OUT/findings.csv and OUT/summary.csv, the same as polars_join.py does; the meaning of
person, left, key and live stands there.

One scan of the rosters into a narrow table (account and status only where there is a finding), from which both files are
written. Tried and slower or equal: two scans and no table, the whole path as app, smaller CSV
buffers, strict_mode off, app numbers instead of names. Left to itself DuckDB keeps what it has read as long as there is
memory; --memory-limit trades time for it.
"""

import argparse
import re
from pathlib import Path

import duckdb

parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("data", type=Path)
parser.add_argument("out", type=Path)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--memory-limit", help="DuckDB's own default if left out")
args = parser.parse_args()


def header_of(path):
    with open(path, encoding="utf-8-sig") as f:
        return f.readline().rstrip("\r\n")


def text(value):
    return "'" + str(value).replace("'", "''") + "'"


def read(paths, header, more=""):
    """Dialect and columns are given: nothing is sniffed."""
    delimiter = ";" if ";" in header else ","
    columns = ", ".join(f"{text(name)}: 'VARCHAR'" for name in header.split(delimiter))
    return (f"read_csv([{', '.join(map(text, paths))}], columns = {{{columns}}}, auto_detect = false, header = true, "
            f"delim = '{delimiter}', quote = '\"', escape = '\"'{more})")


def people_file(name):
    return read([args.data / name], header_of(args.data / name))


def roster_rows():
    styles = {}
    for path in sorted((args.data / "rosters").glob("*.csv")):
        styles.setdefault(header_of(path), []).append(path)
    selects = []
    for header, paths in styles.items():
        names = {name.lower(): f'"{name}"' for name in header.split(";" if ";" in header else ",")}
        selects.append(f"SELECT parse_filename(filename, true) AS app, {names['email']} AS account, {names.get('status', 'NULL')} AS status "
                       f"FROM {read(paths, header, ', filename = true')}")
    return " UNION ALL ".join(selects)


as_of = re.search(r'^as-of: "?(\d{4}-\d{2}-\d{2})', (args.data / "coverage.yaml").read_text(), re.M)[1]
args.out.mkdir(parents=True, exist_ok=True)
db = duckdb.connect(config={"threads": args.threads, "preserve_insertion_order": False})
db.execute("SET enable_progress_bar = false")
if args.memory_limit:
    db.execute(f"SET memory_limit = {text(args.memory_limit)}")
    db.execute(f"SET temp_directory = {text(args.out / 'spill')}")
db.execute(f"""
CREATE TEMP TABLE hr AS
SELECT "Employee ID" AS person, nullif(lower(trim("Work email")), '') AS email, nullif("End date", '') AS ends
FROM {people_file("hr.csv")};

CREATE TEMP TABLE idp AS
WITH raw AS (
  SELECT lower(trim("user.email")) AS email, lower(trim("user.login")) AS login, nullif(lower(trim("user.secondEmail")), '') AS other,
         nullif("user.employeeNumber", '') AS number, "user.status" = 'DEPROVISIONED' AS gone, left("user.statusChange", 10) AS changed
  FROM {people_file("idp.csv")}),
by_email AS (SELECT email, min(person) AS found FROM hr WHERE email IS NOT NULL GROUP BY email HAVING min(person) = max(person))
SELECT raw.*, coalesce(number, found, 'idp:' || raw.email) AS person
FROM raw LEFT JOIN by_email ON raw.number IS NULL AND by_email.email = raw.email;

CREATE TEMP TABLE people AS
WITH h AS (SELECT person, bool_and(coalesce(ends < '{as_of}', false)) AS ended, max(ends) AS ends, min(email) AS email FROM hr GROUP BY person),
i AS (SELECT person, bool_and(gone) AS gone, max(changed) AS changed, min(email) AS email FROM idp GROUP BY person)
SELECT row_number() OVER ()::UINTEGER AS pid, person, coalesce(i.email, h.email) AS email,
       coalesce(ended, false) OR coalesce(gone, false) AS has_left, CASE WHEN ended THEN ends WHEN gone THEN changed END AS since
FROM h FULL JOIN i USING (person);

CREATE TEMP TABLE keys AS
SELECT key, min(pid) AS pid, CASE WHEN min(pid) <> max(pid) THEN 'ambiguous' WHEN any_value(has_left) THEN 'left' ELSE 'present' END AS says
FROM (SELECT email AS key, person FROM idp
      UNION ALL SELECT login, person FROM idp
      UNION ALL SELECT other, person FROM idp WHERE other IS NOT NULL
      UNION ALL SELECT email, person FROM hr WHERE email IS NOT NULL) JOIN people USING (person)
GROUP BY key;

CREATE TEMP TABLE accounts AS
SELECT app, live, pid, finding, CASE WHEN finding IS NOT NULL THEN account END AS account, CASE WHEN finding IS NOT NULL THEN status END AS status
FROM (
  SELECT *, CASE WHEN says IS NULL THEN 'orphan' WHEN says = 'ambiguous' THEN says WHEN says = 'left' AND live THEN 'residual' END AS finding
  FROM (SELECT *, coalesce(lower(status) NOT IN ('suspended', 'deactivated'), true) AS live FROM ({roster_rows()}))
  LEFT JOIN keys ON key = lower(trim(account)));

COPY (SELECT finding, replace(app, '_', '-') AS app, account, status, person, email AS person_email, since AS leaver_since
      FROM accounts LEFT JOIN people ON people.pid = accounts.pid AND finding = 'residual' WHERE finding IS NOT NULL)
TO {text(args.out / "findings.csv")} (HEADER);

COPY (SELECT replace(app, '_', '-') AS app, count(*) AS "rows", count(*) FILTER (live) AS live, count(pid) AS matched,
             count(*) FILTER (finding = 'residual') AS residual, count(*) FILTER (finding = 'ambiguous') AS ambiguous,
             count(*) FILTER (finding = 'orphan') AS orphan
      FROM accounts GROUP BY ALL ORDER BY ALL)
TO {text(args.out / "summary.csv")} (HEADER);
""")
