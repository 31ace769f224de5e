#!/usr/bin/env python3
"""Worst cases, each at several sizes: does the time grow with the rows and no faster, and does the memory stay?

    python3 cliffs.py --coverage ../target/release/coverage --work /tmp/coverage-cliffs [--case NAME ...] [--scale 1] [--sizes 2]

Each case is made ten times as large from size to size (--scale moves all of them), run once or --rounds times, and
removed again. The exponent is that of CPU time (user and system) over rows between two sizes, with the time of a run over
nothing taken off first: 1.0 is linear. It is left out where the smaller run takes hardly longer than one over nothing. Memory
is the peak of the process. Exits with 1 if an exponent is above 1.15, or if a case's peak memory grows by more than its
limit: 1.1 times where only rows are added about which there is nothing to say, 12 times where people or findings are added.
"""

import argparse
import math
import os
import shutil
import sys
from pathlib import Path

from run import measure, say

HR = "Employee ID,Name,Work email,Start date,End date,Status\n"
ROSTER = "Email,Name,Status,User ID\n"
MADE = "2026-11-20T06:00:00Z"


def workspace(folder, apps, domain="acme.example", more=""):
    with open(folder / "coverage.yaml", "w") as f:
        f.write(f"as-of: 2026-11-22T09:00:00Z\ncompany: {{name: Acme, domains: [{domain}]}}\n{more}")
        f.write(f"hr:\n  - {{file: hr.csv, extracted-at: {MADE}}}\napps:\n")
        for app in apps:
            f.write(f"  {app}: {{roster: {{file: {app}.csv, encoding: utf-8, extracted-at: {MADE}}}}}\n")


def word(n, letters="bcdfghklmnprstvz", vowels="aeiou"):
    """A word for a number, so that names differ in letters and not in figures."""
    out = []
    while True:
        n, c = divmod(n, len(letters))
        n, v = divmod(n, len(vowels))
        out.append(letters[c] + vowels[v])
        if n == 0:
            return "".join(out).capitalize()


def people(folder, n, name=lambda i: f"{word(i % 1009)} {word(i)}", address=lambda i: f"p{i}@acme.example", left=True):
    with open(folder / "hr.csv", "w") as f:
        f.write(HR)
        for i in range(n):
            end, status = ("2026-10-31", "Terminated") if left and i % 20 == 7 else ("", "Active")
            f.write(f"E{i},{name(i)},{address(i)},2020-01-01,{end},{status}\n")


def roster(folder, app, rows, row):
    with open(folder / f"{app}.csv", "w", buffering=1 << 20) as f:
        f.write(ROSTER)
        for i in range(rows):
            f.write(row(i))


def ordinary(n):
    names = [f"p{i}@acme.example,{word(i % 1009)} {word(i)},active,U{i}\n" for i in range(n)]
    return lambda i: names[i % n]


# Each case makes a company with about `rows` rows and says how many there are.

def unmatched(folder, rows):
    """all accounts are unmatched, and none shows a name"""
    people(folder, 1013)
    roster(folder, "crm", rows, lambda i: f"x{i}@acme.example,,active,U{i}\n")
    workspace(folder, ["crm"])
    return rows


def strangers(folder, rows):
    """all accounts are unmatched, and each shows a name that somebody bears in part: candidates for every one"""
    n = 20_011
    people(folder, n)
    roster(folder, "crm", rows,
           lambda i: f"x{i}@acme.example,{word(i * 7 % 1009)} {word(i * 13 % n)},active,U{i}\n")
    workspace(folder, ["crm"])
    return rows


def one_domain(folder, rows):
    """every account and every person has one domain, which nobody has declared"""
    people(folder, rows // 10, address=lambda i: f"p{i}@one.example")
    roster(folder, "crm", rows, lambda i: f"p{i // 10}@one.example,,active,U{i}\n")
    workspace(folder, ["crm"], domain="acme.example")
    return rows


def one_name(folder, rows):
    """everybody has the same name, and so has every account, under addresses that nobody has"""
    people(folder, rows, name=lambda _: "Kim Lee")
    roster(folder, "crm", rows, lambda i: f"kim{i}@acme.example,Kim Lee,active,U{i}\n")
    workspace(folder, ["crm"])
    return rows


def one_roster(folder, rows):
    """one roster has all rows, and there is nothing to say about any"""
    people(folder, 20_011, left=False)
    roster(folder, "crm", rows, ordinary(20_011))
    workspace(folder, ["crm"])
    return rows


def many_rosters(folder, rows):
    """many small rosters: 20 rows each, so that their number grows"""
    apps = [f"app{i:05}" for i in range(max(1, rows // 20))]
    people(folder, 2003)
    for k, app in enumerate(apps):
        row = ordinary(2003)
        roster(folder, app, 20, lambda i: row(i + 20 * k))
    workspace(folder, apps)
    return rows


def long_rows(folder, rows):
    """rows of a megabyte; the number counts megabytes"""
    people(folder, 1013)
    long = "x" * 1_000_000
    roster(folder, "crm", rows, lambda i: f'p{i % 1013}@acme.example,"{long}",active,U{i}\n')
    workspace(folder, ["crm"])
    return rows


def slow_addresses(folder, rows):
    """no address can be compared as it is written: letters beyond ASCII, wrappers, spaces, an international domain"""
    n = 20_011
    people(folder, n, address=lambda i: f"pä{i}@bücher.example", left=False)
    shapes = ("mailto:PÄ{}@BÜCHER.example", " pa\u0308{}@xn--bcher-kva.example ", " PÄ{}@BÜCHER.Example", "ＰÄ{}@bücher.example")
    roster(folder, "crm", rows, lambda i: f"{shapes[i % 4].format(i % n)},,active,U{i % n}\n")
    workspace(folder, ["crm"], domain="bücher.example")
    return rows


def leavers(folder, rows):
    """every account belongs to somebody who has left: a finding a row"""
    n = 20_011
    with open(folder / "hr.csv", "w") as f:
        f.write(HR)
        for i in range(n):
            f.write(f"E{i},{word(i % 1009)} {word(i)},p{i}@acme.example,2020-01-01,2026-10-31,Terminated\n")
        f.write("B1,Bo Lund,bo@acme.example,2020-01-01,,Active\n")
    roster(folder, "crm", rows, lambda i: f"p{i % n}@acme.example,,active,U{i}\n")
    workspace(folder, ["crm"])
    return rows


def listed_again(folder, rows):
    """one account of a leaver stands in the roster again and again"""
    people(folder, 1013)
    roster(folder, "crm", rows, lambda i: "p7@acme.example,,active,U7\n")
    workspace(folder, ["crm"])
    return rows


def one_account(folder, rows):
    """one person has all accounts"""
    people(folder, 1013)
    roster(folder, "crm", rows, lambda i: f"p1@acme.example,,active,U{i}\n")
    workspace(folder, ["crm"])
    return rows


def rejected(folder, rows):
    """no row can be read: its bytes are no text"""
    people(folder, 1013)
    with open(folder / "crm.csv", "wb", buffering=1 << 20) as f:
        f.write(ROSTER.encode() + b"p1@acme.example,,active,U1\n" * 20_000)
        for i in range(rows):
            f.write(b"p%d@acme.example,\xff\xfe\x81,active,U%d\n" % (i % 1013, i))
    workspace(folder, ["crm"])
    return rows


# Name: what makes it, rows at the first size, and how the memory may grow from size to size.
CASES = {
    "unmatched": (unmatched, 100_000, "findings"),
    "strangers": (strangers, 100_000, "findings"),
    "one-domain": (one_domain, 300_000, "people"),
    "one-name": (one_name, 30_000, "people"),
    "one-roster": (one_roster, 500_000, "flat"),
    "many-rosters": (many_rosters, 10_000, "people"),
    "long-rows": (long_rows, 200, "flat"),
    "slow-addresses": (slow_addresses, 100_000, "flat"),
    "leavers": (leavers, 100_000, "findings"),
    "listed-again": (listed_again, 100_000, "findings"),
    "one-account": (one_account, 100_000, "findings"),
    "rejected": (rejected, 100_000, "flat"),
}
GROWTH = {"flat": 1.1, "people": 12, "findings": 12}
STEEPEST = 1.15


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--coverage", type=Path, default=Path("target/release/coverage"))
    args.add_argument("--work", type=Path, required=True)
    args.add_argument("--case", action="append", choices=CASES, help="only this case (repeatable)")
    args.add_argument("--scale", type=float, default=1, help="all sizes times this")
    args.add_argument("--sizes", type=int, default=2, help="how many sizes, ten times apart")
    args.add_argument("--rounds", type=int, default=1, help="the lowest CPU time of so many runs counts")
    args = args.parse_args()
    env = dict(os.environ, RAYON_NUM_THREADS="2")
    args.work.mkdir(parents=True, exist_ok=True)

    def once(folder):
        out = args.work / "out"
        shutil.rmtree(out, ignore_errors=True)
        return measure([str(args.coverage.resolve()), "report", str(folder), "--out", str(out), "--quiet"], env)

    def made(make, rows):
        folder = args.work / "company"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder, make(folder, rows)

    folder, _ = made(one_roster, 1)
    nothing = min(once(folder)[1] for _ in range(3))
    print("| case | rows | CPU s | CPU µs a row | peak MiB | time × | memory × | exponent |\n|---|---|---|---|---|---|---|---|")
    bad = []
    for name in args.case or CASES:
        make, first, grows = CASES[name]
        before = None
        for step in range(args.sizes):
            folder, rows = made(make, int(first * args.scale * 10**step) + 7)  # no round number: the checks of lists stop at these
            runs = [once(folder) for _ in range(args.rounds)]
            cpu, peak = min(r[1] for r in runs), max(r[2] for r in runs)
            net = max(cpu - nothing, 0.001)
            line = f"| {name} | {rows:,} | {cpu:.2f} | {net / rows * 1e6:.2f} | {peak:.0f} "
            if before:
                ratio, memory = net / before[1], peak / before[2]
                exponent = math.log(ratio) / math.log(rows / before[0])
                # Beside a run over nothing, a small one says little.
                told = before[1] > 2 * nothing
                line += f"| {ratio:.1f} | {memory:.2f} | {f'{exponent:.2f}' if told else '–'} |"
                if told and exponent > STEEPEST:
                    bad.append(f"{name}: time grows with rows^{exponent:.2f}")
                if memory > GROWTH[grows]:
                    bad.append(f"{name}: memory grows {memory:.2f} times")
            else:
                line += "| | | |"
            print(line, flush=True)
            before = (rows, net, peak)
    shutil.rmtree(args.work, ignore_errors=True)
    for problem in bad:
        say(f"FAILED: {problem}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
