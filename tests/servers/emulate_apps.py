"""`coverage pull` against vercel's emulate in the parts of GitHub and Slack: 230 members of an organization over pages that are told
in a header, and people of a Slack workspace. It asks for no rights and knows no limits, which is why there are fakes in tests/apps."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time

import scim
from scim import free_port

scim.COVERAGE, NODE, EMULATE = sys.argv[1:]
TOKEN = "emulate-token-of-the-check"
MEMBERS, ADMINS, PEOPLE = 230, 3, 40


def pull(folder, lists):
    with open(f"{folder}/pull.yaml", "w") as f:
        f.write("pulls:\n" + lists)
    done = subprocess.run(
        [scim.COVERAGE, "pull", "--workspace", folder],
        env={**os.environ, "TOKEN": TOKEN},
        capture_output=True,
        text=True,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0 and TOKEN not in said, said
    return said.strip()


def lines(folder, name):
    with open(f"{folder}/pulled/{name}.jsonl") as f:
        return [json.loads(line) for line in f]


def start(folder, service, seed):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with open(f"{folder}/{service}.yaml", "w") as f:
        json.dump({"tokens": {TOKEN: {"login": "admin", "scopes": ["read:org", "users:read", "users:read.email"]}}, **seed}, f)
    command = [NODE, EMULATE, "start", "--service", service, "--port", str(port), "--base-url", base]
    server = subprocess.Popen(
        [*command, "--seed", f"{folder}/{service}.yaml"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            assert server.poll() is None, "the server has ended"
            time.sleep(0.05)
    return server, base


def github(folder):
    logins = [f"person-{n}" for n in range(MEMBERS)]
    users = [{"login": login, "name": login, "email": f"{login}@lumen.example"} for login in logins]
    members = [{"login": login, "role": "admin" if n < ADMINS else "member"} for n, login in enumerate(logins)]
    seed = {"github": {"users": users, "orgs": [{"login": "lumen", "name": "Lumen", "members": members}]}}
    server, base = start(folder, "github", seed)
    try:
        common = f"    url: {base}\n    without-tls: true\n    with: {{org: lumen}}\n    secret: {{env: TOKEN}}\n"
        said = pull(folder, f"  github-members:\n{common}")
        came = lines(folder, "github-members")
        assert sorted(m["login"] for m in came) == sorted(logins), said
        roles = [m["pulled"]["role"] for m in came]
        assert (roles.count("admin"), roles.count("member")) == (ADMINS, MEMBERS - ADMINS), said
        assert not any("email" in m for m in came), "a list with addresses would be another one"
        scim.write_hr(folder, PEOPLE)
        found = scim.findings(folder, "pulled/github-members.jsonl")
        assert found and not any("residual" in finding[0] for finding in found), "a login alone links nobody"
        print(f"ok    emulate: {said}")
    finally:
        server.terminate()
        server.wait()


def slack(folder):
    users = [
        {"name": f"person{n}", "real_name": f"Person {n}", "email": f"person{n}@lumen.example", "is_admin": n == 1}
        for n in range(PEOPLE)
    ]
    server, base = start(folder, "slack", {"slack": {"team": {"name": "Lumen", "domain": "lumen"}, "users": users}})
    try:
        said = pull(
            folder,
            f"  slack:\n    list: slack-users\n    url: {base}\n    without-tls: true\n    secret: {{env: TOKEN}}\n",
        )
        came = lines(folder, "slack")
        addresses = {m["profile"].get("email") for m in came}
        assert {f"person{n}@lumen.example" for n in range(PEOPLE)} <= addresses, said
        scim.write_hr(folder, PEOPLE)
        pulled = scim.findings(folder, "pulled/slack.jsonl")
        with open(f"{folder}/by-hand.json", "w") as f:
            json.dump({"ok": True, "members": came}, f)
        assert pulled == scim.findings(folder, {"file": "by-hand.json", "extracted-at": "2026-11-30"})
        residual = sum("residual" in finding[0] for finding in pulled)
        assert residual >= PEOPLE // 3, pulled
        print(f"ok    emulate: {said}; {residual} findings of residual access, as by hand")
    finally:
        server.terminate()
        server.wait()


for check in github, slack:
    with tempfile.TemporaryDirectory() as folder:
        check(folder)
