#!/usr/bin/env python3
"""The bare join with Polars' streaming engine: residual access, orphans and a count per app.

    python3 polars_join.py DATA OUT [--threads 2]

Reads what generate.py wrote; writes OUT/findings.csv and OUT/summary.csv, the same as duckdb_join.py does.

- A person is an employee id; an identity without one takes it from the HR row with its address, if there is one such.
- A person has left when all their HR rows have ended, or when their identity is DEPROVISIONED.
- Keys are e-mail, login and second e-mail of the identity and the work e-mail of HR, trimmed and in lower case. A key of
  two people is ambiguous and decides nothing.
- An account lives unless its status is Suspended or Deactivated. A roster without a status lists who has access.

Tried and slower or equal: one scan per roster instead of one per header style, two sinks one after the other, keeping
the joined rows in memory, the in-memory engine, keys from a lazy plan, short file names, low_memory, sinks in order.
"""

import argparse
import os
import re
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
parser.add_argument("data", type=Path)
parser.add_argument("out", type=Path)
parser.add_argument("--threads", default="2")
args = parser.parse_args()
os.environ["POLARS_MAX_THREADS"] = args.threads  # read once, at import

import polars as pl  # noqa: E402

ENDED = ["suspended", "deactivated"]
PRESENT, LEFT, AMBIGUOUS = 0, 1, 2  # what a key says
NOTHING, RESIDUAL, SHARED, ORPHAN = 0, 1, 2, 3  # what a row is


def clean(column):
    return pl.col(column).str.strip_chars(" ").str.to_lowercase()


def read_people(data, as_of):
    """One row per person and identity, with all their addresses."""
    hr = pl.scan_csv(data / "hr.csv", infer_schema=False).select(
        person="Employee ID", hr_email=clean("Work email"), end="End date").collect()
    idp = pl.scan_csv(data / "idp.csv", infer_schema=False).select(
        email=clean("user.email"), login=clean("user.login"), second=clean("user.secondEmail"), number="user.employeeNumber",
        gone=pl.col("user.status") == "DEPROVISIONED", changed=pl.col("user.statusChange").str.slice(0, 10)).collect()
    # Few are employed twice, so only those are grouped.
    ended = (pl.col("end") < as_of).fill_null(False)
    twice = hr["person"].is_duplicated()
    employed = pl.concat([
        hr.filter(~twice).select("person", "hr_email", "end", ended=ended),
        hr.filter(twice).group_by("person").agg(pl.col("hr_email", "end").max(), ended=ended.all()),
    ])
    # Few identities have no number, so only their addresses are looked up.
    by_email = (hr.join(idp.filter(pl.col("number").is_null()), left_on="hr_email", right_on="email", how="semi")
                .select(email="hr_email", found="person").unique().filter(pl.col("email").is_unique()))
    idp = idp.join(by_email, on="email", how="left").with_columns(
        person=pl.coalesce("number", "found", pl.lit("idp:") + pl.col("email")))
    return (idp.join(employed, on="person", how="full", coalesce=True).with_row_index("at")
            .with_columns(pl.col("gone", "ended").fill_null(False))
            .with_columns(left=pl.col("ended") | pl.col("gone"), since=pl.when("ended").then("end").when("gone").then("changed")))


def keys_of(people):
    """Each address once, with the row of its person and what it says."""
    def key(column, *where):
        return people.lazy().filter(pl.col(column).is_not_null(), *where).select(
            "at", "person", key=column, says=pl.when("left").then(LEFT).otherwise(PRESENT).cast(pl.UInt8))

    email = pl.col("email")
    keys = pl.concat([key("email"), key("login", pl.col("login") != email), key("second", pl.col("second") != email),
                      key("hr_email", pl.col("hr_email").ne_missing(email))]).collect()
    several = keys["key"].is_duplicated()
    rivals = pl.col("person").min() != pl.col("person").max()
    return pl.concat([
        keys.filter(~several).select("key", "at", "says"),
        keys.filter(several).group_by("key").agg(
            pl.col("at").min(), says=pl.when(rivals).then(AMBIGUOUS).otherwise(pl.col("says").max()).cast(pl.UInt8)),
    ])


def read_rosters(folder):
    """All rosters as one plan: one scan for all files of a header style, each column a string, nothing guessed."""
    styles = {}
    for path in sorted(folder.glob("*.csv")):
        with open(path, encoding="utf-8-sig") as f:
            styles.setdefault(f.readline().rstrip("\r\n"), []).append(path)
    scans = []
    for header, paths in styles.items():
        separator = ";" if ";" in header else ","
        names = {name.lower(): name for name in header.split(separator)}
        scan = pl.scan_csv(paths, separator=separator, schema=dict.fromkeys(names.values(), pl.String), include_file_paths="file")
        status = pl.col(names["status"]) if "status" in names else pl.lit(None, dtype=pl.String)
        scans.append(scan.select("file", account=names["email"], status=status))
    return pl.concat(scans)


as_of = re.search(r'^as-of: "?(\d{4}-\d{2}-\d{2})', (args.data / "coverage.yaml").read_text(), re.M)[1]
folder = args.data / "rosters"
args.out.mkdir(parents=True, exist_ok=True)
people = read_people(args.data, as_of)
rows = (
    read_rosters(folder)
    .with_columns(key=clean("account"), live=~pl.col("status").str.to_lowercase().is_in(ENDED).fill_null(False))
    .join(keys_of(people).lazy(), on="key", how="left")
    .with_columns(is_=pl.when(pl.col("says").is_null()).then(ORPHAN).when(pl.col("says") == AMBIGUOUS).then(SHARED)
                  .when((pl.col("says") == LEFT) & pl.col("live")).then(RESIDUAL).otherwise(NOTHING).cast(pl.UInt8))
)
is_ = pl.col("is_")
app = (pl.lit("app-") + pl.col("file").str.slice(len(str(folder / "app_"))).str.strip_suffix(".csv")).alias("app")
known = is_ == RESIDUAL
findings = (
    rows.filter(is_ != NOTHING)
    .join(people.lazy().select("at", "person", "since", person_email=pl.coalesce("email", "hr_email")), on="at", how="left")
    .select(
        pl.when(known).then(pl.lit("residual")).when(is_ == SHARED).then(pl.lit("ambiguous")).otherwise(pl.lit("orphan")).alias("finding"),
        app, "account", "status",
        person=pl.when(known).then("person"), person_email=pl.when(known).then("person_email"), leaver_since=pl.when(known).then("since"))
)
summary = (
    rows.group_by("file")
    .agg(rows=pl.len(), live=pl.col("live").sum(), matched=pl.col("at").is_not_null().sum(), residual=known.sum(),
         ambiguous=(is_ == SHARED).sum(), orphan=(is_ == ORPHAN).sum())
    .select(app, pl.exclude("file")).sort("app")
)
# Both files from one pass over the rosters.
pl.collect_all([
    findings.sink_csv(args.out / "findings.csv", lazy=True, maintain_order=False, engine="streaming"),
    summary.sink_csv(args.out / "summary.csv", lazy=True, engine="streaming"),
], engine="streaming")
