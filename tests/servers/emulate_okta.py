"""`coverage pull` against vercel's emulate in the part of Okta: the members of 33 groups, 95 people over its pages, and assignments
whose status it leaves out, which is noticed. It knows no `search`, so the list of people is asked for without, as an own catalog says."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

COVERAGE, NODE, EMULATE = sys.argv[1:]
TOKEN = "okta-token-of-the-check"
PEOPLE, GROUPS = 95, 33

OWN = """id: okta
pulls:
  - id: okta-people
    name: people, as this server lists them
    export: okta-users-api
    path: /api/v1/users
    query: {per_page: "40"}
    item-id: /id
    paging: {by: link}
    needs: [/status, /profile/login]
    credentials: {by: header, name: Authorization, value: "SSWS {secret}"}
    access: a token of the seed
    sources: [sdk]
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(base, method, path, body=None):
    headers = {"Authorization": f"SSWS {TOKEN}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def pull(folder, base, name, listed):
    with open(f"{folder}/pull.yaml", "w") as f:
        f.write(f"pulls:\n  {name}:\n    list: {listed}\n    url: {base}\n    without-tls: true\n    secret: {{env: OKTA_TOKEN}}\n")
    done = subprocess.run(
        [COVERAGE, "pull", "--workspace", folder, "--catalog", f"{folder}/own"],
        env={**os.environ, "OKTA_TOKEN": TOKEN},
        capture_output=True,
        text=True,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def lines(folder, name):
    with open(f"{folder}/pulled/{name}.jsonl") as f:
        return [json.loads(line) for line in f]


def check(base, folder):
    os.mkdir(f"{folder}/own")
    with open(f"{folder}/own/okta.yaml", "w") as f:
        f.write(OWN)
    people = [p["id"] for n in range(3) for p in ask(base, "GET", f"/api/v1/users?per_page=40&page={n + 1}")]
    # It has one more of its own.
    assert len(set(people)) == len(people) == PEOPLE + 1, len(people)
    for n in range(GROUPS):
        group = ask(base, "POST", "/api/v1/groups", {"profile": {"name": f"Group {n}", "description": ""}})["id"]
        for person in people if n == 0 else people[n : n + 2]:
            ask(base, "PUT", f"/api/v1/groups/{group}/users/{person}")

    code, said = pull(folder, base, "people", "okta-people")
    assert code == 0, said
    statuses = [p["status"] for p in lines(folder, "people")]
    assert len(statuses) == len(people) and statuses.count("DEPROVISIONED") == PEOPLE // 5, said
    print(f"ok    emulate, people: {said}")

    code, said = pull(folder, base, "groups", "okta-group-users")
    assert code == 0, said
    members = [m for m in lines(folder, "groups") if m["pulled"]["name"].startswith("Group ")]
    assert len(members) == len(people) + 2 * (GROUPS - 1), said
    with open(f"{folder}/pulled/groups.pull.json") as f:
        note = json.load(f)
    assert note["complete"] and note["lists"] == note["of"]["entries"] >= GROUPS, note
    print(f"ok    emulate, groups: {said}")

    app = ask(base, "GET", "/api/v1/apps")[0]["id"]
    ask(base, "PUT", f"/api/v1/apps/{app}/users/{people[0]}", {})
    code, said = pull(folder, base, "given", "okta-app-users")
    assert code == 1 and "lacks `/status`" in said, said
    print("ok    emulate, assignments: without their status they are no list")


port = free_port()
with tempfile.TemporaryDirectory() as folder:
    status = ["ACTIVE", "SUSPENDED", "STAGED", "DEPROVISIONED", "ACTIVE"]
    person = [
        {
            "login": f"person{n}@lumen.example",
            "email": f"person{n}@lumen.example",
            "first_name": "Person",
            "last_name": str(n),
            "status": status[n % 5],
        }
        for n in range(PEOPLE)
    ]
    app = {"name": "crm", "label": "CRM"}
    seed = {"tokens": {TOKEN: {"login": "admin", "scopes": ["user"]}}, "okta": {"users": person, "apps": [app]}}
    with open(f"{folder}/seed.yaml", "w") as f:
        json.dump(seed, f)
    base = f"http://127.0.0.1:{port}"
    command = [NODE, EMULATE, "start", "--service", "okta", "--port", str(port), "--base-url", base]
    server = subprocess.Popen(
        [*command, "--seed", f"{folder}/seed.yaml"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        check(base, folder)
    finally:
        server.terminate()
        server.wait()
