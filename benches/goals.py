#!/usr/bin/env python3
"""Holds `coverage report` against the goals that are ratios of its own runs, and against the physical floor.

    cargo build --release --bin coverage --example csv-pass
    python3 goals.py --work DIR

The floor is one thread of the csv crate that walks over the same files (csv_pass.rs). Whatever is compared runs in turn, --rounds
times; a ratio is that of the medians. Data is made by generate.py. Nothing fails: the table says what was asked and what was seen.
"""

import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from run import HERE, measure, say

MIB = 1 << 20


class Bench:
    def __init__(self, args):
        self.args = args
        self.program = str(args.coverage.resolve())
        self.floor = str(args.csv_pass.resolve())
        self.work = args.work.resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.out = self.work / "out-goals"

    def data(self, identities, apps, rows, half=False):
        place = self.work / f"data-{identities}-{apps}-{rows}-1{'-half' * half}"
        if not (place / "coverage.yaml").exists():
            say(f"generating {place.name}")
            size = [f"--identities={identities}", f"--apps={apps}", f"--rows={rows}", "--seed=1"]
            subprocess.run([sys.executable, HERE / "generate.py", *size, *["--half"] * half, "--out", place], check=True)
        return place

    def report(self, data, *more, threads=2, fresh=True, out="report"):
        if fresh:
            shutil.rmtree(self.out / out, ignore_errors=True)
        self.out.mkdir(exist_ok=True)
        env = dict(os.environ, RAYON_NUM_THREADS=str(threads))
        return measure([self.program, "report", str(data), "--out", str(self.out / out), "--quiet", *more], env)

    def kept(self, data):
        """A run that is kept, beside an earlier one of the same data."""
        store = f"--store={self.work / 'history.sqlite'}"
        return self.report(data, "--keep", store, out="kept")

    def walk(self, data):
        files = [data / "hr.csv", data / "idp.csv", *sorted((data / "rosters").iterdir())]
        return measure([self.floor, *map(str, files)], dict(os.environ))

    def in_turn(self, **ways):
        """Medians of wall s, CPU s and peak MiB of each way."""
        results = {name: [] for name in ways}
        names = list(ways)
        for r in range(self.args.rounds):
            for i in range(len(names)):
                name = names[(r + i) % len(names)]
                results[name].append(ways[name]())
                say(f"  {name}: " + ", ".join(f"{n:.2f}" for n in results[name][-1]))
        return {name: [statistics.median(column) for column in zip(*runs)] for name, runs in results.items()}


def main():
    p = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    release = HERE.parent / "target" / "release"
    p.add_argument("--coverage", type=Path, default=release / "coverage", help="the binary; built by you")
    p.add_argument("--csv-pass", type=Path, default=release / "examples" / "csv-pass", help="the floor; built by you")
    p.add_argument("--work", type=Path, required=True, help="keeps data and outputs")
    p.add_argument("--identities", type=int, default=100_000)
    p.add_argument("--apps", type=int, default=100)
    p.add_argument("--rows", type=int, default=2_000_000)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--growth", default="10000:40:200000,100000:100:2000000", help="sizes for the exponent, IDENTITIES:APPS:ROWS")
    args = p.parse_args()
    bench = Bench(args)
    table = []

    def tell(what, asked, seen):
        table.append(f"| {what} | {asked} | {seen} |")
        say(table[-1])

    data = bench.data(args.identities, args.apps, args.rows)
    bench.kept(data)
    bench.report(data, out="again")
    runs = bench.in_turn(
        floor=lambda: bench.walk(data),
        report=lambda: bench.report(data, "--fresh"),
        kept=lambda: bench.kept(data),
        again=lambda: bench.report(data, fresh=False, out="again"),
    )
    wall, cpu, peak = runs["report"]
    tell("CPU ÷ one thread of the csv crate walking over the files", "≤ 3.5", f"{cpu / runs['floor'][1]:.1f}")
    tell("a kept run beside a kept one ÷ a run without history, CPU", "≤ 1.5", f"{runs['kept'][1] / cpu:.2f} (wall {runs['kept'][0] / wall:.2f})")
    tell("a run where nothing changed ÷ the first, CPU", "≤ 0.15", f"{runs['again'][1] / cpu:.3f} (wall {runs['again'][0] / wall:.3f})")
    tell("peak memory above 64 MiB, bytes per identity", "≤ 400", f"{(peak - 64) * MIB / args.identities:.0f}")

    for half in (False, True):
        shape = bench.data(args.identities, args.apps, args.rows, half)
        both = bench.in_turn(one=lambda: bench.report(shape, "--fresh", threads=1), two=lambda: bench.report(shape, "--fresh", threads=2))
        how = "one app holds half of all rows" if half else "many apps"
        tell(f"one thread ÷ two, wall: {how}", "≥ 1.6", f"{both['one'][0] / both['two'][0]:.2f}")

    tenth = bench.data(args.identities, args.apps, args.rows // 10)
    rows = bench.in_turn(tenth=lambda: bench.report(tenth, "--fresh"), all=lambda: bench.report(data, "--fresh"))
    tell("peak memory of ten times the rows ÷ that of a tenth, same people", "≤ 1.10", f"{rows['all'][2] / rows['tenth'][2]:.2f}")

    sizes = [tuple(map(int, size.split(":"))) for size in args.growth.split(",")]
    places = [bench.data(*size) for size in sizes]
    grown = bench.in_turn(**{str(n): (lambda place=place: bench.report(place, "--fresh")) for n, place in enumerate(places)})
    cpus = [grown[str(n)][1] for n in range(len(sizes))]
    k = math.log(cpus[-1] / cpus[0]) / math.log(sizes[-1][2] / sizes[0][2])
    tell(f"k of CPU ~ rows^k from {sizes[0][2]:,} to {sizes[-1][2]:,} rows", "≤ 1.10", f"{k:.2f} ({', '.join(f'{c:.2f}' for c in cpus)} s)")

    load = os.getloadavg()[0]
    print(f"{args.identities:,} identities, {args.apps} apps, {args.rows:,} rows; medians of {args.rounds} rounds; load {load:.1f}\n")
    print("| | asked | seen |\n|---|---|---|")
    print("\n".join(table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
