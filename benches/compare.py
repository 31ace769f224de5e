#!/usr/bin/env python3
"""Compares what the three have found. Exits with 1 where they contradict each other.

    python3 compare.py POLARS_OUT DUCKDB_OUT [COVERAGE_OUT]

An account is (app, address), the address trimmed and in lower case. The rivals must agree row by row. `coverage` must
have found each residual account of the rivals, or say elsewhere why it is none; what it has found beyond them must have
a reason, too. Orphans are reported, not judged: most of the rivals' orphans belong to somebody.
"""

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

RESIDUAL = {"activity-after-leaving", "residual-login-capable", "residual-sso-blocked", "pending-invite-leaver", "residual-undecidable"}
UNKNOWN = {"orphan-account", "owner-unconfirmed", "external-domain-account", "non-human-without-owner", "ambiguous-owner"}
OTHER_SITUATION = UNKNOWN | {"reused-address"}
PAUSED = {"suspended", "locked"}
ENDED = {"deactivated", "archived", "soft-deleted"}
NEEDED = {"id", "rule", "app", "account", "account_email", "account_status", "person", "match"}

csv.field_size_limit(1 << 30)
failures = []


def fail(text, examples=()):
    failures.append(text)
    print(f"- **{text}**")
    show(examples)


def show(examples, most=5):
    for e in sorted(examples, key=str)[:most]:
        print(f"  - `{e}`")


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        yield from csv.DictReader(f)


def normal(address):
    return address.strip(" ").lower()


def rivals(polars, duckdb):
    """The rivals' findings by kind, after both were found equal."""
    for name in ("summary.csv", "findings.csv"):
        with open(polars / name, encoding="utf-8", newline="") as f:
            a = Counter(map(tuple, csv.reader(f)))
        with open(duckdb / name, encoding="utf-8", newline="") as f:
            b = Counter(map(tuple, csv.reader(f)))
        if a != b:
            fail(f"Polars and DuckDB differ in {name}: {sum((a - b).values())} rows only Polars, {sum((b - a).values())} only DuckDB",
                 [*list(a - b)[:3], *list(b - a)[:3]])
    found = defaultdict(set)
    total = 0
    for row in rows(polars / "findings.csv"):
        total += 1
        found[row["finding"]].add((row["app"], normal(row["account"])))
    if not failures:
        print(f"- Polars and DuckDB agree in all {total} findings and in every app's counts.")
    return found


def situations(out, wanted):
    """Where coverage's other tables place accounts: every CSV with an app, an address and a situation."""
    placed = defaultdict(set)
    for path in sorted(out.rglob("*.csv")):
        with open(path, encoding="utf-8-sig", newline="") as f:
            reader = csv.DictReader(f)
            fields = set(reader.fieldnames or ())
            if "situation" not in fields or not fields & {"account_email", "email", "account"}:
                continue
            for row in reader:
                address = row.get("account_email") or row.get("email") or row.get("account") or ""
                key = (row.get("app") or path.stem, normal(address))
                if key in wanted:
                    placed[key].add(row["situation"])
    return placed


def written_how(address):
    """In what way an address that is no key differs from one. For grouping only."""
    local, _, domain = address.partition("@")
    if address.startswith("mailto:"):
        return "mailto: wrapper"
    if "+" in local:
        return "plus-tag"
    if domain.partition(".")[0].endswith("-old"):
        return "domain alias"
    return "other"


def compare(found, out):
    path = out / "findings.csv"
    if not path.exists():
        fail("coverage has written no findings.csv")
        return
    with open(path, encoding="utf-8-sig", newline="") as f:
        missing = NEEDED - set(next(csv.reader(f), ()))
    if missing:
        fail(f"coverage's findings.csv lacks the columns {', '.join(sorted(missing))}")
        return
    by_rule, detail, elsewhere = defaultdict(set), defaultdict(list), defaultdict(set)
    for row in rows(path):
        key = (row["app"], normal(row["account_email"] or row["account"]))
        rule = row["rule"]
        if rule in RESIDUAL:
            detail[key].append((rule, row["account_status"], row["match"]))
        if rule in RESIDUAL or rule in OTHER_SITUATION:
            by_rule[rule].add(key)
            elsewhere[key].add(rule)

    theirs, ours = found["residual"], set(detail)
    print(f"- Residual accounts: rivals {len(theirs)}, coverage {len(ours)}, both {len(theirs & ours)}.")
    print("  - by coverage's rules: " + ", ".join(f"{r} {len(by_rule[r])}" for r in sorted(RESIDUAL) if by_rule[r]))
    lost = theirs - ours
    if lost:
        placed = situations(out, lost)
        reasons, unexplained = Counter(), []
        for key in lost:
            why = (elsewhere[key] & OTHER_SITUATION if key in elsewhere else set()) or {s for s in placed.get(key, ()) if s != "linked"}
            if why:
                reasons["/".join(sorted(why))] += 1
            else:
                unexplained.append(key)
        for why, n in reasons.most_common():
            print(f"  - only the rivals: {n}, which coverage reports as {why}")
        if unexplained:
            fail(f"{len(unexplained)} residual accounts of the rivals are not in coverage's findings", unexplained)
    reasons, unexplained = Counter(), []
    for key in ours - theirs:
        records = detail[key]
        if key in found["orphan"]:
            reasons[f"no exact key ({written_how(key[1])}), linked by {'/'.join(sorted({m for _, _, m in records}))}"] += 1
        elif key in found["ambiguous"]:
            reasons[f"ambiguous for the rivals, linked by {'/'.join(sorted({m for _, _, m in records}))}"] += 1
        elif all(status in PAUSED or status in ENDED and rule == "activity-after-leaving" for rule, status, _ in records):
            reasons[f"status {'/'.join(sorted({s for _, s, _ in records}))}, which the rivals do not count as live"] += 1
        else:
            unexplained.append((*key, *records[0]))
    for why, n in reasons.most_common():
        print(f"  - only coverage: {n}, {why}")
    if unexplained:
        fail(f"{len(unexplained)} residual accounts of coverage belong, for the rivals, to somebody who is here or do not live", unexplained)

    theirs, ours = found["orphan"], set().union(*(by_rule[r] for r in UNKNOWN))
    print(f"- Accounts of nobody known: rivals {len(theirs)}, coverage {len(ours)}, both {len(theirs & ours)}.")
    print("  - by coverage's rules: " + ", ".join(f"{r} {len(by_rule[r])}" for r in sorted(UNKNOWN) if by_rule[r]))
    settled = theirs - ours
    if settled:
        placed = situations(out, settled)
        reasons = Counter(("residual" if key in detail else "/".join(sorted(placed.get(key, ()))) or "in none of its tables", written_how(key[1]))
                          for key in settled)
        for (where, how), n in reasons.most_common(12):
            print(f"  - only the rivals: {n} ({how}), for coverage: {where}")
    more = ours - theirs
    if more:
        print(f"  - only coverage: {len(more)}, of them ambiguous for the rivals {len(more & found['ambiguous'])}")
        if linked := more - found["ambiguous"]:
            print(f"  - of these, {len(linked)} that the rivals give to one person, to look at:")
            show((*k, "/".join(sorted(elsewhere[k]))) for k in linked)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    found = rivals(Path(sys.argv[1]), Path(sys.argv[2]))
    if len(sys.argv) == 4:
        compare(found, Path(sys.argv[3]))
    if failures:
        print(f"\n{len(failures)} contradiction(s).")
        sys.exit(1)


if __name__ == "__main__":
    main()
