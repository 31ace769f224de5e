"""`coverage pull` against scim2-server: 1,205 people by index, where the server gives 1,000 a page at most, and 23 by cursor."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

TOKEN = "scim-token-of-the-check"
CURSOR = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
    "filter": {"supported": True, "maxResults": 1000},
    "changePassword": {"supported": False},
    "sort": {"supported": True},
    "etag": {"supported": True},
    "authenticationSchemes": [],
    "pagination": {
        "cursor": True,
        "index": True,
        "defaultPaginationMethod": "cursor",
        "defaultPageSize": 7,
        "maxPageSize": 10,
        "cursorTimeout": 60,
    },
}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until_it_listens(port, process=None, within=30):
    for _ in range(within * 20):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert process is None or process.poll() is None, "the server has ended"
            time.sleep(0.05)
    raise AssertionError("the server does not listen")


def add(base, n):
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"person{n}@lumen.example",
        "displayName": f"Person {n}",
        "active": n % 5 != 0,
        "emails": [{"value": f"person{n}@lumen.example", "primary": True}],
    }
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
    request = urllib.request.Request(f"{base}/Users", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        answer.read()


def export(base):
    """The same people as somebody would save them by hand: page after page, one file a page."""
    pages, start = [], 1
    while True:
        request = urllib.request.Request(f"{base}/Users?startIndex={start}", headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request) as answer:
            page = json.load(answer)
        pages.append(page)
        start += len(page["Resources"])
        if start > page["totalResults"]:
            return pages


def findings(folder, roster):
    """What a report says of a roster, without where it was read."""
    settings = {
        "company": {"domains": ["lumen.example"]},
        "as-of": "2026-12-01",
        "hr": [{"file": "hr.csv", "extracted-at": "2026-11-30"}],
        "apps": {"lumen": {"roster": roster}},
    }
    with open(f"{folder}/coverage.yaml", "w") as f:
        json.dump(settings, f)
    command = [COVERAGE, "report", "--quiet", "--format", "json", "--out", f"{folder}/out", folder]
    subprocess.run(command, check=True, capture_output=True)
    with open(f"{folder}/out/findings.json") as f:
        report = json.load(f)
    said = ("rule", "severity", "status", "account", "person", "reason", "action")
    return [[finding.get(name) for name in said] for finding in report["findings"] if finding.get("account")]


def write_hr(folder, people):
    """Everybody works at the company, and every third person has left it."""
    with open(f"{folder}/hr.csv", "w") as f:
        f.write("Employee ID,Name,Work email,Start date,End date,Status\n")
        for n in range(people):
            left = n % 3 == 0
            f.write(f"{n},Person {n},person{n}@lumen.example,2020-01-01,{'2026-05-31' if left else ''},{'Terminated' if left else 'Active'}\n")


def same_as_by_hand(folder, base, people):
    write_hr(folder, people)
    pulled = findings(folder, "pulled/lumen.jsonl")
    files = []
    for n, page in enumerate(export(base)):
        files.append({"file": f"page{n}.json", "extracted-at": "2026-11-30"})
        with open(f"{folder}/page{n}.json", "w") as f:
            json.dump(page, f)
    by_hand = findings(folder, files)
    residual = sum("residual" in finding[0] for finding in pulled)
    assert residual > 0 and pulled == by_hand, (len(pulled), len(by_hand), [a for a in pulled if a not in by_hand][:2], by_hand[:2])
    print(f"ok    {len(pulled)} findings, {residual} of them residual access, as by {len(files)} pages saved by hand")


def check(what, people, pages, config=None):
    port = free_port()
    base = f"http://127.0.0.1:{port}/v2"
    with tempfile.TemporaryDirectory() as folder:
        command = [SERVER, "--hostname", "127.0.0.1", "--port", str(port), "--bearer-token", TOKEN]
        if config:
            with open(f"{folder}/config.json", "w") as f:
                json.dump(config, f)
            command += ["--service-provider-config", f"{folder}/config.json"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until_it_listens(port, server)
            for n in range(people):
                add(base, n)
            with open(f"{folder}/pull.yaml", "w") as f:
                f.write(
                    f"pulls:\n  lumen:\n    list: scim-users\n    url: {base}\n"
                    "    without-tls: true\n    secret: {env: LUMEN_TOKEN}\n"
                )
            done = subprocess.run(
                [COVERAGE, "pull", "--workspace", folder],
                env={**os.environ, "LUMEN_TOKEN": TOKEN},
                capture_output=True,
                text=True,
            )
            said = done.stdout + done.stderr
            assert done.returncode == 0, said
            with open(f"{folder}/pulled/lumen.jsonl") as f:
                names = [json.loads(line)["userName"] for line in f]
            with open(f"{folder}/pulled/lumen.pull.json") as f:
                note = json.load(f)
            assert sorted(names) == sorted(f"person{n}@lumen.example" for n in range(people)), said
            assert note["complete"] and note["total"] == people and note["pages"] == pages, note
            print(f"ok    {what}: {said.strip()}")
            same_as_by_hand(folder, base, people)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    COVERAGE, SERVER = sys.argv[1:]
    check("scim2-server by index", 1205, 2)
    check("scim2-server by cursor", 23, 3, CURSOR)
