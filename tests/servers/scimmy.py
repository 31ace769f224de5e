"""`coverage pull` against a service made with scimmy: it gives the first page again beyond the end, and says of every page that it
is as long as it was asked for."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request

import scim
from scim import TOKEN

scim.COVERAGE, PLACE = sys.argv[1:]


def check(what, people, pages, *options):
    command = ["node", "server.mjs", "--people", str(people), *options]
    server = subprocess.Popen(
        command, cwd=PLACE, env={**os.environ, "SCIM_TOKEN": TOKEN}, stdout=subprocess.PIPE, text=True
    )
    try:
        base = server.stdout.readline().strip()
        assert base.startswith("http://127.0.0.1:"), "the server does not say where it is"
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/pull.yaml", "w") as f:
                f.write(
                    f"pulls:\n  lumen:\n    list: scim-users\n    url: {base}\n"
                    "    without-tls: true\n    secret: {env: LUMEN_TOKEN}\n"
                )
            done = subprocess.run(
                [scim.COVERAGE, "pull", "--workspace", folder],
                env={**os.environ, "LUMEN_TOKEN": TOKEN},
                capture_output=True,
                text=True,
            )
            said = done.stdout + done.stderr
            assert done.returncode == 0, said
            with open(f"{folder}/pulled/lumen.jsonl") as f:
                names = [json.loads(line)["userName"] for line in f]
            assert sorted(names) == sorted(f"person{n}@lumen.example" for n in range(people)), said
            with open(f"{folder}/pulled/lumen.pull.json") as f:
                note = json.load(f)
            assert note["complete"] and note["total"] == people and note["pages"] == pages, note
            request = urllib.request.Request(
                f"{base}/Users?startIndex=1&count={people}", headers={"Authorization": f"Bearer {TOKEN}"}
            )
            with urllib.request.urlopen(request) as answer:
                whole = json.load(answer)
            assert len(whole["Resources"]) == people
            scim.write_hr(folder, people)
            with open(f"{folder}/by-hand.json", "w") as f:
                json.dump(whole, f)
            pulled = scim.findings(folder, "pulled/lumen.jsonl")
            assert pulled == scim.findings(folder, {"file": "by-hand.json", "extracted-at": "2026-11-30"})
            assert pulled, "nobody has left?"
            print(f"ok    {what}: {said.strip()}; {len(pulled)} findings, as by hand")
    finally:
        server.terminate()
        server.wait()


check("scimmy", 205, 5, "--page", "50")
check("scimmy without a word of itself", 45, 3, "--no-config")
