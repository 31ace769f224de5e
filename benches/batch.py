#!/usr/bin/env python3
"""Measures `coverage report --batch` on many small companies and prints what one costs, beside other ways to do it.

    python3 batch.py --coverage target/release/coverage --work DIR

The companies are made by tenants.py. CPU time (user and system) comes from wait4 and is divided by the companies: all default
outputs are written, and on a busy machine CPU time says more than wall time. Beside it, per company: a process of
`coverage report` each; and DuckDB from Python, a process each, for the bare join that duckdb_join.py does.
"""

import argparse
import filecmp
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from run import HERE, RIVALS, measure, say, venv


def differing(a, b):
    """Whether two folders differ in a file. What a run remembers of itself for the next one names its own folder."""
    files = lambda d: {p.relative_to(d) for p in d.rglob("*") if p.is_file() and p.name != ".coverage-run.json"}
    here, there = files(a), files(b)
    return sorted(here ^ there) or [name for name in sorted(here) if not filecmp.cmp(a / name, b / name, shallow=False)]


def main():
    p = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    p.add_argument("--coverage", type=Path, default=HERE.parent / "target" / "release" / "coverage", help="the binary; built by you")
    p.add_argument("--work", type=Path, required=True, help="keeps the companies, the outputs and, for DuckDB, a venv")
    p.add_argument("--tenants", type=int, default=400)
    p.add_argument("--identities", type=int, default=200, help="of each")
    p.add_argument("--apps", type=int, default=10, help="of each")
    p.add_argument("--rows", type=int, default=1500, help="of all rosters of one together")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--singles", type=int, default=20, help="companies that are measured with a process each")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--format", default="html,csv,json", help="what is written; the default is that of the program")
    p.add_argument("--without-duckdb", action="store_true")
    args = p.parse_args()
    program, work = str(args.coverage.resolve()), args.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    sizes = [f"--{n}={getattr(args, n)}" for n in ("tenants", "identities", "apps", "rows", "seed")]
    data = work / ("tenants-" + "-".join(size.partition("=")[2] for size in sizes))
    if not (data / "made").exists():
        say("generating companies")
        subprocess.run([sys.executable, HERE / "tenants.py", *sizes, "--out", data / "all"], check=True)
        (data / "made").touch()
    every, out = data / "all", work / "out"
    env = dict(os.environ, RAYON_NUM_THREADS=str(args.threads))
    batch = [program, "report", "--batch", str(every), "--out", str(out / "batch"), "--format", args.format, "--quiet"]
    some = sorted(every.iterdir())[: args.singles]
    one = lambda place: [program, "report", str(place), "--fresh", "--out", str(out / "single" / place.name), "--format", args.format, "--quiet"]
    shutil.rmtree(out, ignore_errors=True)
    (out / "single").mkdir(parents=True)

    measure(batch, env)
    for place in some:
        measure(one(place), env)
        if wrong := differing(out / "single" / place.name, out / "batch" / place.name):
            print(f"No numbers: {place.name} is reported otherwise in a batch: {wrong}")
            return 1
    print(f"The outputs of {len(some)} companies are those of a run of their own, byte for byte.\n")

    python = None if args.without_duckdb else venv(work)
    duckdb = lambda place: [python, str(HERE / "duckdb_join.py"), str(place), str(out / "duckdb"), "--threads", str(args.threads)]
    ways = {"`coverage report --batch`": [], "`coverage report`, a process each": []}
    if python:
        ways["DuckDB from Python, a process each, the bare join"] = []
    peaks = {name: 0.0 for name in ways}
    for r in range(args.rounds):
        say(f"round {r + 1} of {args.rounds}")
        for name, runs in ways.items():
            commands = [batch] if "--batch" in name else [(one if "coverage" in name else duckdb)(place) for place in some]
            used = [measure(command, env) for command in commands]
            per = args.tenants if "--batch" in name else 1
            runs.append((statistics.mean(u[0] for u in used) * 1e3 / per, statistics.mean(u[1] for u in used) * 1e3 / per))
            peaks[name] = max(peaks[name], max(u[2] for u in used))
    bytes_out = sum(f.stat().st_size for f in (out / "batch").rglob("*") if f.is_file()) / args.tenants
    print(f"{args.tenants} companies of {args.identities} identities, {args.apps} apps and {args.rows} rows; {args.threads} threads, "
          f"{bytes_out / 1e6:.2f} MB of outputs each; medians of {args.rounds} rounds; load {os.getloadavg()[0]:.1f}"
          + (f"; DuckDB {RIVALS['duckdb']}" if python else "") + "\n")
    base = statistics.median(cpu for _, cpu in ways["`coverage report --batch`"])
    print("| per company | wall ms | CPU ms | CPU ÷ batch | peak MiB of the process |\n|---|---|---|---|---|")
    for name, runs in ways.items():
        wall, cpu = (statistics.median(column) for column in zip(*runs))
        print(f"| {name} | {wall:.1f} | {cpu:.1f} | {cpu / base:.1f} | {peaks[name]:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
