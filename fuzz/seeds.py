#!/usr/bin/env python3
"""Writes what fuzzing begins with: seeds out of the tests' fixtures, the samples and the documents, a dictionary, and a good evidence pack.

    python3 fuzz/seeds.py OUT --coverage PROGRAM

OUT/seeds/TARGET/… and OUT/words.dict; OUT/pack.zip is made by the program. The same checkout gives the same seeds.
"""

import argparse
import base64
import hashlib
import json
import re
import subprocess
import zipfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
LONGEST = 4096  # what libFuzzer is given; the first rows of an export say what the later ones say

DATES = """2026-11-20
2026-11-20T07:43:00Z
2026-11-20T07:43:00.000Z
2026-11-20 07:43:00 UTC
2026-11-20T07:43:00+01:00
20261120074300.0Z
20261120074300Z
1763624580
1763624580000
133769000000000000
20/11/2026
11/20/2026 3:04 PM
3-4-2026
20.11.2026
20 Nov 2026
Nov 20, 2026
November 20, 2026 at 3:04 PM
Fri, 20 Nov 2026 07:43:00 GMT
Fri Nov 20 07:43:00 CET 2026
2026/11/20
0001-01-01T00:00:00Z
1970-01-01
Never
45981
2026-02-29
2026-11-20T24:00:00Z
9999-12-31T23:59:59Z"""

PEOPLE = """Employee ID,Name,Email,Status,Start date,End date
1001,Ada Amberley,ada.amberley@corp.example,active,2020-01-01,
1002,Bodo Brinkmann,bodo.brinkmann@corp.example,terminated,2019-03-01,2026-08-31
"""
ZOOM = """Name,Email,Status,Role
Ada Amberley,ada.amberley@corp.example,active,Admin
Bodo Brinkmann,bodo.brinkmann@corp.example,active,Member
Egon Eberwein,egon@elsewhere.example,active,Member
"""
WORKSPACE = """as-of: 2026-11-20T12:00:00Z
company: {name: Corp, domains: [corp.example], zone: UTC}
hr: [{file: people.csv, extracted-at: 2026-11-20T06:00:00Z}]
apps:
  zoom: {roster: zoom.csv, extracted-at: 2026-11-20T06:00:00Z, sso: optional, owner: ada.amberley@corp.example}
"""


class Seeds:
    def __init__(self, out):
        self.out = out

    def add(self, target, data):
        if isinstance(data, str):
            data = data.encode()
        data = data[: LONGEST if target != "workbook" else 64 << 10]
        folder = self.out / "seeds" / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def yaml_blocks():
    """What documents show in YAML, and what the tables of malformed files hold."""
    for file in sorted([HOME / "README.md", *(HOME / "docs").glob("*.md")]):
        yield from re.findall(r"```yaml\n(.*?)```", file.read_text(), re.S)
    for file in sorted((HOME / "samples").rglob("*.yaml")):
        yield file.read_text()
    cases = (HOME / "tests/malformed/cases.yaml").read_text()
    for block in re.findall(r"\|\n((?: {6,}.*\n)+)", cases):
        depth = len(block) - len(block.lstrip(" "))
        yield "\n".join(line[depth:] for line in block.split("\n"))


def message(identity, operation, controls=b""):
    return element(0x30, element(0x02, bytes([identity])) + operation + controls)


def element(tag, content):
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


def directory(entries, cookies):
    """The messages of a search in as many pages as there are cookies."""
    out = b""
    for page, cookie in enumerate(cookies):
        for n in range(entries):
            name = f"p{page}x{n}".encode()
            attributes = b""
            for key, values in ((b"uid", [name]), (b"cn", [b"Ann", "Łukasz".encode()]), (b"sn", [b"Berg"]), (b"mail", [name + b"@x.example"])):
                attributes += element(0x30, element(4, key) + element(0x31, b"".join(element(4, v) for v in values)))
            out += message(page + 1, element(0x64, element(4, b"uid=" + name + b",dc=x") + element(0x30, attributes)))
        control = element(0x30, element(4, b"1.2.840.113556.1.4.319") + element(4, element(0x30, element(2, b"\0") + element(4, cookie))))
        done = element(0x0A, b"\0") + element(4, b"") + element(4, b"")
        out += message(page + 1, element(0x65, done), element(0xA0, control))
    return out


def pages(seeds, json_files, pulls):
    user = {"id": "1", "userName": "a@x.example", "email": "a@x.example", "status": "active", "profile": {"email": "a@x.example", "status": "ACTIVE"}}
    scim = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 1, "startIndex": 1, "itemsPerPage": 1, "Resources": [user]}
    graph = {"value": [user], "@odata.nextLink": "https://api.acme.example/v2/users?$skiptoken=x"}
    slack = {"ok": True, "members": [user], "response_metadata": {"next_cursor": "abc"}}
    xml = "<R><ListUsersResult><Users><member><UserId>1</UserId><UserName>a</UserName></member></Users><IsTruncated>false</IsTruncated></ListUsersResult></R>"
    report = base64.b64encode(b"user,arn\na,arn:aws:iam::1:user/a\n").decode()
    bodies = [json.dumps(b) for b in (scim, graph, slack, [user], {"users": [user], "next_page_token": "", "total_records": 1})]
    bodies += [xml, f"<R><GetCredentialReportResult><Content>{report}</Content></GetCredentialReportResult></R>"]
    bodies += [file.read_text(errors="replace")[:3000] for file in json_files]
    for n in range(pulls):
        for body in bodies[:7] + bodies[7 + n % 5 :: 5]:
            link = 'Link: <https://api.acme.example/v2/users?after=1>; rel="next"\nX-Total: 2\n'
            seeds.add("pages", bytes([n]) + f"=== 200\n{link}\n{body}=== 429\nRetry-After: 3\n\n{{}}=== 200\n\n{body}".encode())


def dictionary(out):
    words = set()
    for file in sorted((HOME / "schemas").glob("*.json")):
        words |= set(re.findall(r'"([A-Za-z][\w$@.-]{1,30})"', file.read_text()))
    for file in sorted((HOME / "catalog").glob("*.yaml")):
        for listed in re.findall(r"(?:recognise|fields|words): *[\[{](.*?)[\]}]", file.read_text(), re.S):
            words |= {w.strip().strip("\"'") for w in re.split(r"[,:\n]", listed)}
    words |= set(DATES.split("\n"))
    words |= {"dn: ", "dn:: ", "\n\n", "\r\n", '"",', "\ufeff", "<row>", '<c t="s"><v>', "</v></c>", "<is><t>", "=== 200", "rel=\"next\"", "totalResults"}
    with open(out / "words.dict", "w") as to:
        for word in sorted(w for w in words if 1 < len(w.encode()) < 60):
            safe = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word.encode())
            to.write(f'"{safe}"\n')


def pack(out, program):
    company = out / "company"
    company.mkdir(parents=True, exist_ok=True)
    for name, text in (("people.csv", PEOPLE), ("zoom.csv", ZOOM), ("coverage.yaml", WORKSPACE)):
        (company / name).write_text(text)
    to = out / "pack.zip"
    to.unlink(missing_ok=True)
    subprocess.run([program, "evidence", str(company), "--out", str(to)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return to


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("out", type=Path)
    options.add_argument("--coverage", required=True)
    options = options.parse_args()
    seeds = Seeds(options.out)
    exports = sorted((HOME / "tests/fixtures/exports").iterdir())
    exports += sorted(p for f in ("hr", "idp", "rosters") for p in (HOME / "samples/nordwind" / f).iterdir())
    json_files = [p for p in exports if p.suffix in (".json", ".jsonl", ".ndjson")]
    for path in exports:
        data = path.read_bytes()
        if data.startswith(b"PK"):
            seeds.add("workbook", data)
        elif path.suffix in (".csv", ".tsv", ".txt"):
            seeds.add("delimited", b"\0\0\x3d" + data)
            text = data.decode("utf-8", "replace")[:800]
            for ask, written in ((0, data[:1500]), (5, text.encode("cp1252", "replace")), (0, b"\xff\xfe" + text.encode("utf-16le"))):
                seeds.add("encoded", bytes([ask, 61, 0]) + written)
            for how in (1, 2, 3):
                seeds.add("encoded", bytes([3 if how == 3 else 0, 61, how]) + text.encode())
        elif path.suffix == ".ldif":
            seeds.add("ldif", b"\0\0\x3d" + data)
        elif path in json_files:
            seeds.add("json", b"\0\0\x3d" + data)
    rows = "".join(f"<c r=\"{c}1\" t=\"s\"><v>{n}</v></c>" for n, c in enumerate("ABC"))
    cells = '<c r="A2" t="inlineStr"><is><t>a@x.example</t></is></c><c r="B2" t="str"><v>Ann</v></c><c r="C2" s="1"><v>45981</v></c><c r="D2" t="b"><v>1</v></c>'
    texts = "".join(f"<si><t>{t}</t></si>" for t in ("Email", "Name", "Last active"))
    styles = '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs>'
    seeds.add("workbook", f'<row r="1">{rows}</row><row r="2">{cells}</row>\0{texts}\0{styles}')
    for order in range(3):
        seeds.add("dates", bytes([order]) + DATES.encode())
        for day in DATES.split("\n"):
            seeds.add("dates", bytes([order]) + day.encode())
    for path in sorted((HOME / "catalog").glob("*.yaml")):
        seeds.add("catalog", path.read_bytes())
    for text in yaml_blocks():
        seeds.add("workspace", text)
        for kind in range(6):
            seeds.add("decisions", bytes([kind]) + text.encode())
    zero = "0" * 64
    empty = hashlib.sha256(b"").hexdigest()
    signoff = {"entry": 1, "statement": empty, "previous": zero, "by": "ann", "at": "2026-11-20T12:00:00Z", "signatures": {}}
    event = {"kind": "urn:coverage:applied:v1", "entry": 1, "previous": zero, "at": "2026-11-20T12:00:00Z", "event": {"torn": {"bytes": 1, "sha256": empty}}}
    for kind in range(6):
        for value in (signoff, event, {"findings": [{"id": "v1:00"}], "leavers": [], "closures": [], "summary": {}}):
            seeds.add("logs", bytes([kind]) + json.dumps(value, separators=(",", ":")).encode() + b"\n")
    key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"
    seeds.add("logs", b"\x04untrusted comment: minisign public key\n" + key.encode() + b"\0untrusted comment: x\n" + key.encode() + b"\ntrusted comment: y\nAAAA\n")
    for text in ("(&(objectClass=person)(!(uid=a*b\\2a))(|(cn~=x)(n>=1)))", "_%Y-%m-%dT%H-%M-%S\0users_2026-11-20T06-00-00.csv", "%d %B %Y %I-%M %p\0List 3 March 2026 4-05 PM.csv"):
        seeds.add("logs", b"\x05" + text.encode())
    for entries, cookies in ((1, [b""]), (2, [b"next", b""]), (0, [b""])):
        seeds.add("directory", directory(entries, cookies))
    pages(seeds, json_files, 64)
    good = pack(options.out, options.coverage)
    if good.stat().st_size < LONGEST:
        seeds.add("pack", good.read_bytes())
    with zipfile.ZipFile(good) as archive:
        names = ["findings.csv", "findings.json", "manifest.json", "ipe.csv", "coverage.csv"]
        for n, name in enumerate(names):
            folder = options.out / "seeds/pack"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(bytes([n]) + archive.read(f"report/{name}"))
        with zipfile.ZipFile(options.out / "small.zip", "w", zipfile.ZIP_DEFLATED) as small:
            for name in ("statement.json", "report/coverage.csv"):
                small.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), archive.read(name)[:600])
        seeds.add("pack", (options.out / "small.zip").read_bytes())
    dictionary(options.out)


if __name__ == "__main__":
    main()
