"""Reads the outputs of `coverage report --format …` as the programs do for which they are made: check.py FOLDER…

Says what it has read; ends with 1 if a program refuses a file, or if anything that cannot be decided looks like a pass.
"""

import base64
import csv
import json
import pathlib
import re
import sys

import cmarkgfm
import jsonschema
import openpyxl
from cmarkgfm.cmark import Options
from junitparser import Failure, JUnitXml, Skipped
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.compliance_status import StatusID
from trestle.oscal.assessment_results import AssessmentResults

wrong = []


def expect(truth, message):
    if not truth:
        wrong.append(message)


def plain(value):
    """What stands in a value that a model has wrapped."""
    while hasattr(value, "root"):
        value = value.root
    return getattr(value, "value", value)


def prop(of, name):
    return next((plain(p.value) for p in of.props or [] if plain(p.name) == name), None)


def oscal(folder, findings):
    read = AssessmentResults.oscal_read(folder / "oscal-assessment-results.json")
    result = read.results[0]
    seen = {prop(o, "finding-id"): prop(o, "status") for o in result.observations or []}
    expect(seen == findings, "oscal: the observations are not the findings")
    risks = {prop(r, "finding-id"): plain(r.status) for r in result.risks or []}
    expected = {i: {"open": "open", "excepted": "deviation-approved"}[s] for i, s in findings.items() if s != "not-evaluable"}
    expect(risks == expected, "oscal: what stands is a risk, what is excepted an approved deviation, nothing else is one")
    states = {str(plain(f.target.status.state)) for f in result.findings or []}
    expect(states <= {"not-satisfied"}, f"oscal: a control is said to be {states}")
    plan = read.back_matter.resources[0]
    expect(b"# Policy" in base64.b64decode(plain(plan.base64.value)), "oscal: the plan cannot be read")
    return f"oscal: {len(seen)} observations, {len(risks)} risks, {len(result.findings or [])} controls"


def ocsf(folder, findings):
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.5.0")).get_class_schema("compliance_finding", [])
    validator = jsonschema.Draft202012Validator(schema)
    seen = {}
    for line in (folder / "findings.ocsf.jsonl").open(encoding="utf-8"):
        for error in validator.iter_errors(json.loads(line)):
            expect(False, f"ocsf: {list(error.path)}: {error.message[:200]}")
        event = ComplianceFinding.model_validate_json(line)
        result = event.compliance.status_id
        expect(result != StatusID.Pass, f"ocsf: {event.finding_info.uid} passes")
        undecided = result == StatusID.Warning and event.status_id == 99
        status = "not-evaluable" if undecided else "excepted" if event.status_id == 3 else "open"
        expect(undecided or result == StatusID.Fail, f"ocsf: {event.finding_info.uid} has the result {result}")
        seen[event.finding_info.uid] = status
    expect(seen == findings, "ocsf: the events are not the findings")
    return f"ocsf: {len(seen)} events"


def xlsx(folder, findings):
    book = openpyxl.load_workbook(folder / "report.xlsx")
    seen = {}
    for sheet in book.worksheets:
        expect(len(sheet.title) <= 31 and not re.search(r"[\[\]:*?/\\]", sheet.title), f"xlsx: {sheet.title!r}")
        expect(sheet.auto_filter.ref, f"xlsx: {sheet.title!r} has no filter")
        expect(sheet.freeze_panes, f"xlsx: {sheet.title!r} has no frozen header")
        for row in sheet.iter_rows():
            for cell in row:
                expect(cell.data_type in "sn", f"xlsx: {sheet.title!r} {cell.coordinate} is of type {cell.data_type}")
        if sheet.title != "Overview":
            head = [cell.value for cell in sheet[1]]
            for row in sheet.iter_rows(min_row=2, values_only=True):
                row = dict(zip(head, row))
                expect(row["id"] not in seen, f"xlsx: {row['id']} stands twice")
                expect(row["status"] != "excepted" or row["exception"], f"xlsx: {row['id']}: exception")
                seen[row["id"]] = row["status"]
    titles = [sheet.title.lower() for sheet in book.worksheets]
    expect(len(set(titles)) == len(titles), "xlsx: two sheets have one name")
    expect(seen == findings, "xlsx: the rows are not the findings")
    return f"xlsx: {len(book.worksheets)} sheets, {len(seen)} rows"


def junit(folder, findings, apps):
    read = JUnitXml.fromfile(str(folder / "junit.xml"))
    passed = failed = skipped = 0
    for suite in read:
        for case in suite:
            if not case.result:
                passed += 1
                expect(case.name == "accounts could be judged", f"junit: {case.classname}/{case.name} passes")
                expect(apps.get(case.classname), f"junit: {case.classname} could not be judged, and its case passes")
            elif any(isinstance(r, Failure) for r in case.result):
                failed += 1
            else:
                expect(all(isinstance(r, Skipped) for r in case.result), f"junit: {case.name}")
                skipped += 1
    expect((read.tests, read.failures, read.skipped) == (passed + failed + skipped, failed, skipped), "junit: the sums")
    text = (folder / "junit.xml").read_text(encoding="utf-8")
    undecided = {i for i, s in findings.items() if s == "not-evaluable"}
    named = undecided & set(re.findall(r"v1:[0-9a-f]{32}", text))
    expect(bool(named) == bool(undecided), "junit: what cannot be decided is not named")
    return f"junit: {failed} failed, {skipped} skipped, {passed} passed (apps that could be judged)"


def markdown(folder, findings):
    text = (folder / "report.md").read_text(encoding="utf-8")
    expect(len(text) < 65_536, f"markdown: {len(text)} characters")
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_GITHUB_PRE_LANG
    page = cmarkgfm.github_flavored_markdown_to_html(text, options)
    tags = set(re.findall(r"</?([A-Za-z!?][^\s/>]*)", page))
    allowed = {"h2", "h3", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td"}
    expect(tags <= allowed, f"markdown: a stranger's mark-up: {tags - allowed}")
    outside = re.sub(r"<code>.*?</code>", "", page, flags=re.S)
    expect("@" not in outside and "#" not in outside, "markdown: a mention or a number of an issue")
    for row in re.findall(r"<tr>.*?</tr>", page, flags=re.S):
        expect(len(re.findall(r"<t[dh]", row)) in (3, 4, 9), f"markdown: a row of another width: {row[:200]}")
    if any(s == "not-evaluable" for s in findings.values()):
        expect("cannot be decided" in text, "markdown: what cannot be decided is not said")
    if any(s == "excepted" for s in findings.values()):
        expect("### Excepted" in text, "markdown: what is excepted is hidden")
    return f"markdown: {len(text)} characters"


def sarif(folder, findings):
    run = json.loads((folder / "findings.sarif").read_text(encoding="utf-8"))["runs"][0]
    status = {"open": "not-evaluable"}
    seen = {
        r["partialFingerprints"]["coverageFindingId/v1"]: status.get(r["kind"]) or ("excepted" if r["suppressions"] else "open")
        for r in run["results"]
    }
    expect(seen == findings, "sarif: the results are not the findings")
    expect(all(r["kind"] in ("fail", "open") for r in run["results"]), "sarif: a result passes")
    return f"sarif: {len(seen)} results"


for folder in map(pathlib.Path, sys.argv[1:]):
    document = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as file:
        expect(len(list(csv.reader(file))) - 1 == len(document["findings"]), "csv: the rows are not the findings")
    findings = {f["id"]: f["status"] for f in document["findings"]}
    apps = {a["id"]: a["evaluated"] for a in document["apps"]}
    counts = {s: list(findings.values()).count(s) for s in ("open", "not-evaluable", "excepted")}
    print(f"{folder}: {counts}")
    expect(all(counts.values()), f"{folder}: it takes findings of every status to see that none is lost")
    for line in (
        oscal(folder, findings),
        ocsf(folder, findings),
        sarif(folder, findings),
        xlsx(folder, findings),
        junit(folder, findings, apps),
        markdown(folder, findings),
    ):
        print(f"  {line}")
for message in wrong[:40]:
    print(f"!!! {message}", file=sys.stderr)
sys.exit(bool(wrong))
