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
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    COVERAGE, SERVER = sys.argv[1:]
    check("scim2-server by index", 1205, 2)
    check("scim2-server by cursor", 23, 4, CURSOR)
