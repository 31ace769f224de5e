#!/usr/bin/env python3
"""Counts the instructions of two runs and fails if they have grown: wall times are noise on shared machines, these are not.

    cargo build && python3 benches/instructions.py              # counts, compares with instructions.json
    python3 benches/instructions.py --record                    # writes instructions.json anew
    python3 benches/instructions.py --coverage target/release/coverage

The runs: `coverage report` on a company of 1,000 identities, 5 apps and 6,000 rows (generate.py, seed 1), and on the sample company.
valgrind's callgrind counts them, on one thread. The build is told by the folder (`debug`, `release`); each has counts of its own. CI counts the debug
build, because it has made that one anyway: what grows there by more than a tenth has grown.

Fails (1) if a run, or a part of at least a tenth of a run, has grown by more than a tenth; asks for --record if one has fallen by as much.
Parts: what a function of the standard library or of a dependency costs is laid to the rooms of `src` that call it, in proportion.
"""

import argparse
import collections
import functools
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE.parent
RECORD = HERE / "instructions.json"
LIMIT = 0.10
COMPANY = ["--identities", "1000", "--apps", "5", "--rows", "6000", "--seed", "1"]

# Rooms of `src` by what they do in a report. A room that is not here passes its cost on to whoever calls it.
PARTS = {
    "ingest": "reading",
    "identity": "placing",
    "rules": "findings",
    "assess": "findings",
    "report": "writing",
    "catalog": "settings",
    "workspace": "settings",
    "yaml": "settings",
    "run": "the run",
    "cli": "the run",
}
# Hashing is counted apart: it runs on special instructions of the processor that valgrind does not have.
SHOWN = ["reading", "placing", "findings", "writing", "hashing", "settings", "the run", "other"]
ROOM = re.compile(r"^<?(?:dyn |&|mut )*coverage::(\w+)")


@functools.lru_cache(maxsize=None)
def part_of(function):
    if "sha2::" in function:
        return "hashing"
    found = ROOM.match(function)
    return PARTS.get(found.group(1)) if found else None


def profile(path):
    """The cost of each function itself, and what each caller has caused in each callee, out of a callgrind file."""
    own, edges, names = collections.Counter(), collections.Counter(), {}

    def name(text):
        number, _, rest = text.partition(" ")
        if rest:
            names[number] = re.sub(r"'\d+$", "", rest)
        return names[number]

    function = callee = None
    call = False
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            first = line[:1]
            if first.isdigit() or first in "+-*":
                cost = int(line.rsplit(" ", 1)[1])
                if call:
                    edges[function, callee] += cost
                    call = False
                else:
                    own[function] += cost
            elif line.startswith("fn="):
                function = name(line[3:].rstrip("\n"))
            elif line.startswith("cfn="):
                callee = name(line[4:].rstrip("\n"))
            elif line.startswith("calls="):
                call = True
    return own, edges


def parts(own, edges):
    """Lays the cost of functions that belong to no room to those who call them, until nothing moves any more."""
    names = [part for part in SHOWN if part != "other"]
    fixed = {}
    for function in {f for edge in edges for f in edge} | set(own):
        part = part_of(function)
        if part:
            fixed[function] = [float(part == name) for name in names]
    callers, callees = collections.defaultdict(list), collections.defaultdict(list)
    for (caller, callee), cost in edges.items():
        if caller != callee and callee not in fixed and cost:
            callers[callee].append((caller, cost))
            callees[caller].append(callee)
    # Those nearest to a room come first, so that what is known spreads in few rounds.
    order, known = [], set(fixed)
    near = collections.deque(fixed)
    while near:
        for callee in callees.get(near.popleft(), ()):
            if callee not in known:
                known.add(callee)
                order.append(callee)
                near.append(callee)
    shares = dict(fixed)
    for _ in range(60):
        moved = 0.0
        for callee in order:
            new = [0.0] * len(names)
            for caller, cost in callers[callee]:
                for n, much in enumerate(shares.get(caller, ())):
                    new[n] += much * cost
            total = sum(new)
            if total:
                new = [much / total for much in new]
                moved = max(moved, own[callee] * max(abs(x - y) for x, y in zip(new, shares.get(callee, [0.0] * len(names)))))
                shares[callee] = new
        if moved < 1e-5 * sum(own.values()):
            break
    out = collections.Counter()
    for function, cost in own.items():
        of = shares.get(function)
        for part, much in zip(names, of) if of else [("other", 1.0)]:
            out[part] += cost * much
    return {part: round(out[part]) for part in SHOWN if round(out[part])}


def data(into):
    """The company, and a hash of all its bytes: another Python may make another company, which cannot be compared."""
    subprocess.run([sys.executable, HERE / "generate.py", *COMPANY, "--jobs", "1", "--out", into], check=True, stdout=subprocess.DEVNULL)
    whole = hashlib.sha256()
    for file in sorted(p for p in Path(into).rglob("*") if p.is_file()):
        whole.update(f"{file.relative_to(into)}\n".encode() + file.read_bytes())
    return whole.hexdigest()[:16]


def count(program, workspace, folder, keep):
    out = folder / "callgrind.out"
    # One thread, a bare environment, and names of files that are as long everywhere.
    environment = {"PATH": os.environ["PATH"], "RAYON_NUM_THREADS": "1", "LC_ALL": "C", "TZ": "UTC", "NO_COLOR": "1"}
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--dump-line=no", program, "report", workspace, "--out", folder / "report"]
    ran = subprocess.run(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    if ran.returncode:
        sys.exit(f"{program} report {workspace} ended with {ran.returncode}:\n{ran.stderr.decode(errors='replace')[-3000:]}")
    own, edges = profile(out)
    if keep:
        shutil.copy(out, keep)
    return {"all": sum(own.values()), **parts(own, edges)}


def said(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def compare(run, old, new):
    """Prints a run beside what was recorded. Gives what has grown, and whether something has fallen."""
    grown, fallen = [], False
    print(f"\n{run:<18}{'recorded':>16}{'now':>16}   change")
    for part in ["all", *SHOWN]:
        before, now = old.get(part, 0), new.get(part, 0)
        if not before and not now:
            continue
        change = (now - before) / before if before else float("inf")
        counts = part == "all" or max(before, now) >= old["all"] / 10
        word = ""
        if counts and change > LIMIT:
            word = "  <-- more than a tenth more"
            grown.append(f"{run}: {part} {change:+.1%}")
        elif counts and change < -LIMIT:
            word = "  (a tenth less: record it)"
            fallen = True
        print(f"  {part:<16}{before:>16,}{now:>16,}   {change:+.1%}{word}")
    return grown, fallen


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", HOME / "target"))
    options.add_argument("--coverage", type=Path, default=target / "debug/coverage")
    options.add_argument("--record", action="store_true", help="write instructions.json anew")
    options.add_argument("--keep", type=Path, help="a folder for the profiles, for callgrind_annotate or KCachegrind")
    options = options.parse_args()
    if platform.machine() != "x86_64" or sys.platform != "linux":
        print("instructions are counted on Linux on x86-64 only: others have others")
        return
    program = options.coverage.resolve()
    build = "release" if program.parent.name == "release" else "debug"
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    with tempfile.TemporaryDirectory(prefix="coverage-instructions-") as made:
        folder = Path(made)
        now = {"rustc": said(["rustc", "--version"]), "valgrind": said(["valgrind", "--version"]), "data": data(folder / "small")}
        shutil.copytree(HOME / "samples/nordwind", folder / "nordwind")
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
        runs = {"small": "1,000 identities", "nordwind": "the sample company"}
        for run in runs:
            now[run] = count(program, run, folder, options.keep / f"{run}.callgrind" if options.keep else None)
    old = record.get(build)
    if options.record or old is None:
        if old is None and not options.record:
            sys.exit(f"nothing is recorded of a {build} build: run with --record, and commit {RECORD.name}")
        RECORD.write_text(json.dumps({**record, build: now}, indent=2) + "\n")
        print("recorded: " + ", ".join(f"{run} {now[run]['all']:,}" for run in runs))
        return
    if old["data"] != now["data"]:
        sys.exit("generate.py makes another company here than when the counts were recorded: record them anew")
    for what in ("rustc", "valgrind"):
        if old[what] != now[what]:
            print(f"recorded with {old[what]}, counted with {now[what]}: what grew may be its doing")
    grown, fallen = [], False
    for run, words in runs.items():
        more, less = compare(words, old[run], now[run])
        grown += more
        fallen |= less
    if grown:
        print("\nmore instructions than a tenth above what is recorded:\n  " + "\n  ".join(grown), file=sys.stderr)
        print("find out why (--keep FOLDER, callgrind_annotate), or record the counts anew with --record and say why in the commit", file=sys.stderr)
        sys.exit(1)
    print("\nno part has grown by more than a tenth" + ("; please record the fall: --record" if fallen else ""))


if __name__ == "__main__":
    main()
