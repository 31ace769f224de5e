"""`coverage plan` and `coverage apply` against SCIM servers that others wrote, from the list to the list: pull, report, plan, dry
run, apply, pull, report. Between the program and the server stands a go-between that counts what is asked, and that can
lie, break off or be slow."""

import http.client
import http.server
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scim

TOKEN = "apply-token-of-the-check"
PEOPLE = 25
LEFT = [n for n in range(PEOPLE) if n % 3 == 0]
LIVE = [n for n in LEFT if n % 5 != 0]


def name(n):
    return f"person{n}@lumen.example"


class GoBetween(http.server.ThreadingHTTPServer):
    """Passes requests on and notes them. `way` says what becomes of changes: passed, ignored, lost, refused, slow."""

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), Passing)
        self.behind, self.seen, self.way, self.secrets = port, [], "passed", set()
        self.reached = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def changes(self):
        return [line for line in self.seen if not line.startswith("GET ")]


class Passing(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def passed(self):
        server = self.server
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        server.seen.append(f"{self.command} {self.path} {body.decode()}".strip())
        server.secrets.add(self.headers.get("authorization"))
        changes = self.command != "GET"
        if changes and server.way == "ignored":
            return self.answer(200, b"{}")
        if changes and server.way == "busy":
            server.way = "passed"
            return self.answer(429, b"{}", [("Retry-After", "1")])
        if self.command == "PATCH" and server.way == "no-patch":
            return self.answer(501, b"{}")
        if changes and server.way == "unmade":
            server.way = "passed"
            return self.close()
        connection = http.client.HTTPConnection("127.0.0.1", server.behind)
        kept = ("authorization", "content-type", "accept", "if-match")
        headers = {k: v for k, v in self.headers.items() if k.lower() in kept}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        data = answer.read()
        if changes and server.way == "unsaid":
            server.way = "passed"
            return self.close()
        if changes and server.way == "slow":
            server.reached.set()
            time.sleep(20)
        self.answer(answer.status, data, [(k, v) for k, v in answer.getheaders() if k.lower() in ("content-type", "etag")])

    do_GET = do_PATCH = do_PUT = do_POST = passed

    def close(self):
        self.close_connection = True
        self.connection.close()

    def answer(self, status, data, headers=()):
        try:
            self.send_response(status)
            for key, value in headers:
                self.send_header(key, value)
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(b"" if status == 204 else data)
        except OSError:
            pass


class Scim2:
    def __init__(self, program):
        self.port = scim.free_port()
        command = [program, "--hostname", "127.0.0.1", "--port", str(self.port), "--bearer-token", TOKEN]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.path = "/v2"

    def ready(self):
        scim.until_it_listens(self.port, self.process)
        for n in range(PEOPLE):
            self.ask("POST", "/Users", {
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                "userName": name(n),
                "displayName": f"Person {n}",
                "active": n % 5 != 0,
                "emails": [{"value": name(n), "primary": True}],
            })

    def ask(self, method, path, body=None):
        url = f"http://127.0.0.1:{self.port}{self.path}{path}"
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def users(self):
        found, start = {}, 1
        while True:
            page = self.ask("GET", f"/Users?startIndex={start}")
            for one in page.get("Resources", []):
                found[one["userName"]] = one
            start += len(page.get("Resources", []))
            if len(found) >= page["totalResults"]:
                return found

    def set(self, n, **values):
        user = self.users()[name(n)]
        self.ask("PUT", f"/Users/{user['id']}", {**{k: v for k, v in user.items() if k != "meta"}, **values})

    def end(self):
        self.process.terminate()
        self.process.wait()


class Scimmy(Scim2):
    def __init__(self, folder, *switches):
        command = ["node", f"{folder}/server.mjs", "--people", str(PEOPLE), *switches]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "SCIM_TOKEN": TOKEN}, text=True)
        where = self.process.stdout.readline().strip()
        assert where, "scimmy has ended"
        self.port = int(where.split(":")[2].split("/")[0])
        self.path = "/scim"

    def ready(self):
        pass


class Company:
    """A workspace whose only app is the server behind the go-between."""

    def __init__(self, coverage, server, admins=("person1@lumen.example",)):
        self.coverage, self.server = coverage, server
        server.ready()
        self.between = GoBetween(server.port)
        self.folder = tempfile.TemporaryDirectory()
        self.place = self.folder.name
        made = (datetime.now(timezone.utc) - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.write("pull.yaml", f"""pulls:
  lumen:
    list: scim-users
    url: http://127.0.0.1:{self.between.server_port}{server.path}
    without-tls: true
    secret: {{env: LUMEN_READS}}
    apply-secret: {{env: LUMEN_ENDS}}
""")
        self.write("coverage.yaml", f"""company: {{name: Lumen, domains: [lumen.example]}}
hr: [{{file: hr.csv, extracted-at: {made}}}]
apps:
  lumen:
    roster: pulled/lumen.jsonl
    admins: [{", ".join(admins)}]
""")
        rows = ["Employee Number,Full Name,Work Email,Hire Date,Termination Date"]
        rows += [f"{n},Person {n},{name(n)},2020-01-01,{'2026-10-01' if n in LEFT else ''}" for n in range(PEOPLE)]
        self.write("hr.csv", "\n".join(rows) + "\n")

    def write(self, file, text):
        with open(f"{self.place}/{file}", "w") as f:
            f.write(text)

    def read(self, file):
        with open(f"{self.place}/{file}") as f:
            return f.read()

    def command(self, *arguments):
        return [self.coverage, *arguments]

    def env(self):
        return {**os.environ, "LUMEN_READS": TOKEN, "LUMEN_ENDS": TOKEN}

    def run(self, *arguments, code=0):
        done = subprocess.run(
            self.command(*arguments), cwd=self.place, env=self.env(), capture_output=True, text=True, timeout=120)
        said = done.stdout + done.stderr
        assert TOKEN not in said, said
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{said}"
        return said

    def plan(self, *arguments):
        self.run("pull")
        if os.path.exists(f"{self.place}/plan.yaml"):
            os.remove(f"{self.place}/plan.yaml")
        return self.run("plan", "--out", "plan.yaml", *arguments)

    def apply(self, *arguments, code=0):
        return self.run("apply", "plan.yaml", *arguments, code=code)

    def really(self, *arguments, code=0):
        return self.apply("--really", "--approve-by", "Ann Berg", *arguments, code=code)

    def steps(self):
        """Each account's step, by address."""
        steps, step = {}, None
        for line in self.read("plan.yaml").splitlines():
            if line.startswith("  - step: "):
                step = line.split('"')[1]
            if line.startswith("      email: "):
                steps[line.split(": ")[1].strip('"')] = step
        return steps

    def live(self):
        return sorted(n for n in LEFT if self.server.users()[name(n)]["active"])

    def residual(self):
        self.run("report", "--quiet", "--format", "json")
        findings = json.loads(self.read("coverage-report/findings.json"))["findings"]
        return sorted(f["account"]["email"] for f in findings if f["rule"].startswith("residual-"))

    def log(self):
        return [json.loads(line)["event"] for line in self.read("applied.jsonl").splitlines()]

    def end(self):
        self.between.shutdown()
        self.server.end()
        self.folder.cleanup()


def check(what, says=""):
    print(f"ok    {what}{': ' if says else ''}{says}", flush=True)


def the_whole_way(company, what):
    company.plan()
    assert company.residual() == sorted(map(name, LIVE))
    company.between.seen.clear()
    before = company.server.users()
    said = company.apply("--accounts", str(len(LIVE)))
    assert said.count("would send") == len(LIVE) and not company.between.changes(), said
    assert company.server.users() == before, "a dry run changes nothing"
    assert not os.path.exists(f"{company.place}/applied.jsonl")
    said = company.really(code=1)
    assert "7 of 20 accounts of lumen are more than 20 %" in said and not company.between.changes(), said
    said = company.really("--accounts", str(len(LIVE)))
    assert f"{len(LIVE)} of {len(LIVE)} accounts have ended" in said, said
    after = company.server.users()
    for n in range(PEOPLE):
        was, now = before[name(n)], after[name(n)]
        assert now["active"] == (was["active"] and n not in LIVE), now
        assert {k: v for k, v in was.items() if k not in ("meta", "active")} == {
            k: v for k, v in now.items() if k not in ("meta", "active")}, "nothing else has changed"
    assert len(company.between.changes()) == len(LIVE) and all(c.startswith("PATCH ") for c in company.between.changes())
    assert oct(os.stat(f"{company.place}/applied.jsonl").st_mode & 0o777) == "0o600"
    log = company.log()
    assert log[0]["by"] == "Ann Berg" and [e["fate"] for e in log if e["what"] == "outcome"] == ["ended"] * len(LIVE)
    assert TOKEN not in company.read("applied.jsonl") + company.read("plan.yaml")
    said = company.really("--accounts", str(len(LIVE)))
    assert said.count("ended before") == len(LIVE) and len(company.between.changes()) == len(LIVE), said
    company.run("pull")
    assert company.residual() == []
    said = company.really("--accounts", str(len(LIVE)), code=1)
    assert "give no such step" in said or "has changed since the plan was made" in said, said
    check(f"{what}: pull, report, plan, dry run, apply, pull, report", f"{len(LIVE)} findings before, none after")


def one(company, n):
    return ["--only", company.steps()[name(n)]]


def faults(company, what):
    """What a server may do; each with an account of its own."""
    company.plan()
    between = company.between
    between.way = "ignored"
    said = company.really(*one(company, 3), code=1)
    assert "the server said 200, and the account still lives" in said and 3 in company.live(), said
    assert len(between.changes()) == 1, "what has no effect is not tried again by itself"
    check(f"{what}: 200 without an effect is a failure")
    between.way = "busy"
    said = company.really(*one(company, 3))
    assert 3 not in company.live() and len(between.changes()) == 3, said
    check(f"{what}: 429 with Retry-After is waited for")
    between.way = "unsaid"
    between.seen.clear()
    said = company.really(*one(company, 6), "--accounts", "2")
    assert len(between.changes()) == 1 and "the connection broke off" in said and "has ended" in said, said
    check(f"{what}: a change whose answer is lost is read, not repeated")
    between.way = "unmade"
    between.seen.clear()
    said = company.really(*one(company, 9), "--accounts", "3")
    changes = [i for i, line in enumerate(between.seen) if not line.startswith("GET ")]
    assert len(changes) == 2 and any(line.startswith("GET ") for line in between.seen[changes[0]:changes[1]]), between.seen
    check(f"{what}: a change that was never made is made after the account was read again")
    between.way = "no-patch"
    said = company.really(*one(company, 12), "--accounts", "4", code=1)
    assert "cannot change a part" in said and 12 in company.live(), said
    before = company.server.users()[name(12)]
    company.plan("--or-put")
    said = company.really(*one(company, 12), "--accounts", "4")
    after = company.server.users()[name(12)]
    assert not after["active"] and before["emails"] == after["emails"] and before["displayName"] == after["displayName"]
    assert between.changes()[-1].startswith("PUT "), between.changes()
    check(f"{what}: where PATCH is not known, PUT, if the plan says so, and nothing is lost")
    between.way = "passed"
    company.server.set(18, userName="somebody.else@lumen.example")
    between.seen.clear()
    said = company.really(*one(company, 18), "--accounts", "5", code=1)
    assert "it is another account, or has been changed" in said and not between.changes(), said
    check(f"{what}: an account that was renamed is refused")
    company.really(*one(company, 21), "--accounts", "5")
    company.server.set(21, active=True)
    between.seen.clear()
    said = company.really(*one(company, 21), "--accounts", "5", code=1)
    assert "lives again" in said and not between.changes(), said
    check(f"{what}: an account that somebody has switched on again is refused")


def killed(company, what):
    company.plan()
    company.between.way = "slow"
    everybody = ["--accounts", str(len(LIVE))]
    command = company.command("apply", "plan.yaml", "--really", "--approve-by", "Ann Berg", *everybody)
    process = subprocess.Popen(
        command, cwd=company.place, env=company.env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert company.between.reached.wait(30)
    said = company.really(*everybody, code=1)
    assert "another `coverage apply` is at work" in said, said
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [e["what"] for e in company.log()] == ["begun", "intent"]
    company.between.way = "passed"
    company.between.seen.clear()
    with open(f"{company.place}/applied.jsonl", "a") as log:
        log.write('{"kind":"coverage app')
    said = company.really(*everybody)
    assert len(company.between.changes()) == len(LIVE) - 1, "what was sent before the crash is not sent again"
    assert "before the interruption" in said and company.live() == [], said
    assert [e["what"] for e in company.log()][2] == "torn"
    check(f"{what}: killed in the middle, and again: nothing is sent twice; two at once are refused; a torn line is noted")
    log = company.read("applied.jsonl")
    company.write("applied.jsonl", log.replace("Ann Berg", "Bea Berg", 1))
    assert "somebody" in company.really(*everybody, code=1) or "hash" in company.really(*everybody, code=1)
    company.write("applied.jsonl", log)
    head = company.really(*everybody).split("has the head ")[1].split()[0]
    company.write("applied.jsonl", log)
    said = company.really(*everybody, "--log-head", head, code=1)
    assert "cut short" in said, said
    check(f"{what}: a log that was changed or cut short is refused")


def guards(company, what):
    company.plan()
    between = company.between
    plan = company.read("plan.yaml")
    everybody = ["--accounts", str(len(LIVE))]

    def refused(words, *arguments, text=plan):
        company.write("plan.yaml", text)
        between.seen.clear()
        said = company.really(*everybody, *arguments, code=1)
        assert words in said and not between.seen, said
        company.write("plan.yaml", plan)

    user = company.server.users()[name(3)]["id"]
    refused("is not as `coverage plan` wrote it", text=plan.replace(f"/Users/{user}", "/Groups/1"))
    refused("is not as `coverage plan` wrote it", text=plan.replace("extracted-at", "made").replace("standing: terminated", "standing: active"))
    refused("is not as `coverage plan` wrote it", text=plan.replace("company: Lumen", "company: Limen"))
    refused("is not the plan that was reviewed", "--plan-sha256", "0" * 64)
    refused("neither `yes` nor `no`", text=plan.replace("approved: yes", "approved: maybe", 1))
    first = plan.index("\n  - step: ")
    second = plan.index("\n  - step: ", first + 1)
    refused("a second time", text=plan + plan[first:second])
    refused("no approved step has the id", "--only", "0123456789abcdef")
    company.write("hr.csv", company.read("hr.csv").replace("3,Person 3,person3@lumen.example,2020-01-01,2026-10-01", "3,Person 3,person3@lumen.example,2020-01-01,"))
    refused("has not left")
    company.write("hr.csv", company.read("hr.csv").replace("3,Person 3,person3@lumen.example,2020-01-01,", "3,Person 3,person3@lumen.example,2020-01-01,2026-10-01"))
    check(f"{what}: a plan that was changed, swapped, doubled or overtaken is refused before anybody is asked")
    company.write("plan.yaml", plan[:first] + plan[second:].replace("approved: yes", "approved: no", 1))
    said = company.apply("--accounts", "5")
    assert said.count("would send") == len(LIVE) - 2, said
    check(f"{what}: a reviewer can remove steps and say no")
    company.write("plan.yaml", plan)
    company.run("pull")
    assert company.apply(*everybody).count("would send") == len(LIVE), "the same list, fetched again"
    company.server.set(2, displayName="Somebody Else")
    company.run("pull")
    refused("has changed since the plan was made")
    pull = company.read("pull.yaml")
    company.plan()
    company.write("pull.yaml", pull.replace("    apply-secret: {env: LUMEN_ENDS}\n", ""))
    between.seen.clear()
    said = company.really(*everybody, code=1)
    assert "has no `apply-secret`" in said and not between.seen, said
    company.write("pull.yaml", pull)
    check(f"{what}: without a secret of its own nothing is sent")
    workspace = company.read("coverage.yaml")
    company.write("coverage.yaml", workspace.replace("admins: [person1@lumen.example]", "admins: []"))
    company.plan()
    said = company.really(*everybody, code=1)
    assert "neither the list nor coverage.yaml says who administers lumen" in said, said
    company.write("coverage.yaml", workspace.replace("person1@", "person3@"))
    said = company.plan()
    assert f"{len(LIVE) - 1} to send, 1 by hand" in said, said
    assert "it is the last administrator of lumen" in company.read("plan.yaml")
    company.write("coverage.yaml", workspace.replace("person1@lumen.example", "person3@lumen.example, person1@lumen.example"))
    company.plan()
    company.server.set(1, active=False)
    between.seen.clear()
    said = company.really(*one(company, 3), code=1)
    assert "none of the other administrators can be seen" in said and not between.changes(), said
    company.server.set(1, active=True)
    company.really(*one(company, 3))
    assert 3 not in company.live()
    check(f"{what}: the last administrator stays; one who stays is looked for first; unknown ones stop it")


def main():
    coverage, server, scimmy = sys.argv[1], sys.argv[2], sys.argv[3:]
    cases = [
        (the_whole_way, lambda: Scim2(server), "scim2-server"),
        (faults, lambda: Scim2(server), "scim2-server"),
        (killed, lambda: Scim2(server), "scim2-server"),
        (guards, lambda: Scim2(server), "scim2-server"),
    ]
    if scimmy:
        cases += [(the_whole_way, lambda: Scimmy(scimmy[0]), "scimmy"), (faults, lambda: Scimmy(scimmy[0]), "scimmy")]

    failed = []

    def run(case, made, what):
        company = Company(coverage, made())
        try:
            case(company, what)
        except BaseException as e:  # noqa: B036, all are told at the end
            failed.append(f"{what}, {case.__name__}: {type(e).__name__}: {e}")
        finally:
            company.end()

    # Most of the time is spent waiting.
    threads = [threading.Thread(target=run, args=case) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for what in failed:
        print(f"FAILED {what}")
    sys.exit(1 if failed else 0)


main()
