#!/usr/bin/env python3
"""Measures `coverage report` beside Polars and DuckDB on the same data and prints a Markdown table.

    python3 run.py --coverage target/release/coverage --work DIR

First the findings are compared; numbers of programs that contradict each other are not printed. Then the three run in
turn, --rounds times, in a rotating order. Wall time, CPU time and peak memory of each process come from wait4.
Exits with 1 when findings contradict each other, or coverage is not faster (wall) and smaller (memory) than both.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RIVALS = {"polars": "2.1.0", "duckdb": "2.0.0"}


def say(text):
    print(text, file=sys.stderr, flush=True)


def venv(work):
    """A Python with the rivals in it."""
    python = work / "venv" / "bin" / "python"
    check = "import polars, duckdb; print(polars.__version__, duckdb.__version__)"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(work / "venv")], check=True)
    have = subprocess.run([python, "-c", check], capture_output=True, text=True)
    if have.returncode or have.stdout.split() != list(RIVALS.values()):
        say("installing " + ", ".join(f"{n} {v}" for n, v in RIVALS.items()))
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        *(f"{n}=={v}" for n, v in RIVALS.items())], check=True)
    return str(python)


def measure(command, env):
    """Wall seconds, CPU seconds and peak MiB of one process. Its output goes to our stderr."""
    start = time.perf_counter()
    pid = os.posix_spawn(command[0], command, env, file_actions=[(os.POSIX_SPAWN_DUP2, 2, 1)])
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"run.py: exit code {code} from {' '.join(command)}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit


def table(results):
    median = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in results.items()}
    ours = median.get("coverage")
    lines = ["| | wall s | (min to max) | CPU s | peak MiB | wall ÷ coverage | CPU ÷ coverage | memory ÷ coverage |",
             "|---|---|---|---|---|---|---|---|"]
    for name, (wall, cpu, peak) in median.items():
        walls = [run[0] for run in results[name]]
        ratios = [f"{a / b:.1f}" for a, b in zip((wall, cpu, peak), ours)] if ours else ["–"] * 3
        lines.append(f"| {name} | {wall:.2f} | {min(walls):.2f} to {max(walls):.2f} | {cpu:.2f} | {peak:.0f} | " + " | ".join(ratios) + " |")
    return median, "\n".join(lines)


def main():
    p = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    p.add_argument("--coverage", type=Path, default=HERE.parent / "target" / "release" / "coverage", help="the binary; built by you")
    p.add_argument("--rivals-only", action="store_true", help="without coverage")
    p.add_argument("--work", type=Path, help="keeps venv, data and outputs; default: a temporary folder, removed at the end")
    p.add_argument("--data", type=Path, help="data of generate.py, made there if absent; default: in --work, by size")
    p.add_argument("--identities", type=int, default=100_000)
    p.add_argument("--apps", type=int, default=100)
    p.add_argument("--rows", type=int, default=2_000_000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--threads", type=int, default=2, help="for each of the three")
    p.add_argument("--duckdb-memory", metavar="LIMIT", help="DuckDB's memory_limit (256MB); default: its own")
    args = p.parse_args()
    if args.rounds < 1 or args.threads < 1:
        p.error("--rounds and --threads must be 1 or more")
    if not args.rivals_only and not os.access(args.coverage, os.X_OK):
        p.error(f"no program at {args.coverage}: run `cargo build --release`, or give --coverage or --rivals-only")
    if args.work:
        args.work.mkdir(parents=True, exist_ok=True)
        sys.exit(bench(args, args.work.resolve()))
    with tempfile.TemporaryDirectory(prefix="coverage-bench-") as work:
        code = bench(args, Path(work))
    sys.exit(code)


def bench(args, work):
    python = venv(work)
    sizes = [f"--{n}={getattr(args, n)}" for n in ("identities", "apps", "rows", "seed")]
    data = (args.data or work / f"data-{args.identities}-{args.apps}-{args.rows}-{args.seed}").resolve()
    if not (data / "coverage.yaml").exists():
        say("generating data")
        subprocess.run([sys.executable, HERE / "generate.py", *sizes, "--out", data], check=True)
    with open(data / "coverage.yaml", encoding="utf-8") as f:
        made_by = f.readline().strip("# \n")

    out = work / "out"
    env = dict(os.environ, POLARS_MAX_THREADS=str(args.threads), RAYON_NUM_THREADS=str(args.threads))
    commands = {
        "Polars": [python, str(HERE / "polars_join.py"), str(data), str(out / "Polars"), "--threads", str(args.threads)],
        "DuckDB": [python, str(HERE / "duckdb_join.py"), str(data), str(out / "DuckDB"), "--threads", str(args.threads)]
        + (["--memory-limit", args.duckdb_memory] if args.duckdb_memory else []),
    }
    if not args.rivals_only:
        commands = {"coverage": [str(args.coverage.resolve()), "report", str(data), "--out", str(out / "coverage")]} | commands

    def once(name):
        shutil.rmtree(out / name, ignore_errors=True)
        out.mkdir(exist_ok=True)
        wall, cpu, peak = measure(commands[name], env)
        say(f"  {name}: {wall:.2f} s, CPU {cpu:.2f} s, {peak:.0f} MiB")
        return wall, cpu, peak

    say("first run, for comparison (not counted)")
    for name in commands:
        once(name)
    print(f"Findings ({made_by}):\n", flush=True)
    outputs = [str(out / name) for name in ("Polars", "DuckDB", "coverage") if name in commands]
    # In a process of its own: what this process holds would count as its children's memory.
    if subprocess.run([sys.executable, HERE / "compare.py", *outputs]).returncode:
        print("\nNo numbers: the findings contradict each other.")
        return 1

    results = {name: [] for name in commands}
    load = [os.getloadavg()[0]]
    names = list(commands)
    for r in range(args.rounds):
        say(f"round {r + 1} of {args.rounds}")
        for i in range(len(names)):
            name = names[(r + i) % len(names)]
            results[name].append(once(name))
    load.append(os.getloadavg()[0])
    floor = measure([shutil.which("true")], env)[2]
    median, text = table(results)
    versions = ", ".join(f"{n} {v}" for n, v in RIVALS.items())
    print(f"\nMedians of {args.rounds} rounds, {args.threads} threads each, {os.cpu_count()} CPUs, load {load[0]:.1f} to {load[1]:.1f}, "
          f"{versions}{', DuckDB memory_limit ' + args.duckdb_memory if args.duckdb_memory else ''}. "
          f"Peaks below {floor:.0f} MiB cannot be told from it.\n\n{text}")
    if args.rivals_only:
        return 0
    ours = median.pop("coverage")
    worse = [f"{what} of {name}" for name, theirs in median.items()
             for what, i in (("wall time", 0), ("peak memory", 2)) if ours[i] >= theirs[i]]
    if worse:
        print(f"\nFAILED: coverage does not beat the {', the '.join(worse)}.")
        return 1
    return 0


if __name__ == "__main__":
    main()
