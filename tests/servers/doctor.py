"""`coverage doctor` and `coverage pull` against servers that are wrong in one way each, directly and through a proxy: doctor.py COVERAGE."""

import datetime
import http.server
import json
import os
import pathlib
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time

from authority import DAY, Authority

COVERAGE = os.path.abspath(sys.argv[1])
TOKEN = "t0ken-that-nobody-may-see"
place = tempfile.TemporaryDirectory()
folder = pathlib.Path(place.name)
ours, stranger = Authority(folder), Authority(folder, "stranger")
asked, tunnels = [], []


def person(n, **more):
    return {"id": f"u{n}", "userName": f"p{n}@lumen.example", "active": True} | more


class Users(http.server.BaseHTTPRequestHandler):
    """What is wrong stands in the path: /WRONG/Users."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        asked.append(self.path)
        wrong = self.path.split("/")[1]
        status, headers, people = 200, {}, [person(n) for n in range(3)]
        if self.headers["Authorization"] != f"Bearer {TOKEN}" or wrong == "401":
            status = 401
        elif wrong in ("403", "404", "400", "500"):
            status = int(wrong)
        elif wrong == "429":
            status, headers = 429, {"Retry-After": "7"}
        elif wrong == "elsewhere":
            status, headers = 302, {"Location": "https://evil.example/Users"}
        elif wrong == "missing":
            people = [{"id": "u1", "userName": "x"}]
        elif wrong == "limits":
            headers = {"X-Left": "17", "X-Reset": "1"}
        elif wrong == "used-up":
            headers = {"X-Left": "0", "X-Reset": "1"}
        body = {"totalResults": 50 if wrong == "capped" else len(people), "Resources": people}
        if self.path.endswith("/ServiceProviderConfig"):
            body = {"pagination": {"index": True, "cursor": False, "maxPageSize": 100}, "patch": {"supported": True}, "filter": {"maxResults": 200}}
        elif wrong == "garbage":
            body = ["no list"]
        if status != 200:
            body = {"detail": f"the server repeats {wrong}"}
        self.late = wrong == "clock"
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() - 600 if getattr(self, "late", False) else timestamp)

    def log_message(self, *_):
        pass


class Proxy(http.server.BaseHTTPRequestHandler):
    """Lets connections through, and notes where to."""

    def do_CONNECT(self):
        tunnels.append((self.path, self.headers.get("Proxy-Authorization"), self.headers.get("Authorization")))
        host, port = self.path.rsplit(":", 1)
        with socket.create_connection(("127.0.0.1" if host.endswith(".lumen.example") else host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            ends = {self.connection: there, there: self.connection}
            while True:
                for end in select.select(list(ends), [], [], 20)[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)

    def log_message(self, *_):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Connections that are broken off are what is wanted here."""


def serve(handler=Users, context=None):
    server = Quiet(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(command, url, code, more="", secret="{env: TOKEN}", lists="scim-users", arguments=(), **environment):
    (folder / "pull.yaml").write_text(
        f"pulls:\n  lumen:\n    list: {lists}\n    url: {url}\n    secret: {secret}\n{more}"
    )
    env = {"PATH": os.environ["PATH"], "TOKEN": TOKEN, "NO_COLOR": "1"} | environment
    words = [COVERAGE, command, "--workspace", str(folder), "--catalog", str(folder / "own"), *arguments]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=55)
    said = done.stdout + done.stderr
    assert TOKEN not in said, "the token is shown"
    assert done.returncode == code, f"{url}: {done.returncode}\n{said}"
    assert command == "pull" or not (folder / "pulled").exists(), "something is written"
    return said


def expect(what, said, *words):
    for word in words:
        assert word in said, f"{what}: no {word!r} in\n{said}"
    line = next((line for line in said.splitlines() if "WRONG" in line), said.splitlines()[-1])
    print(f"ok    {what}: {' '.join(line.split())}")


def main():
    trusted = "certificates: our-ca.pem\n"
    good = serve(context=ours.context("good"))
    home = f"https://localhost:{good}"
    own = folder / "own"
    own.mkdir()
    (own / "lumen.yaml").write_text(
        "id: lumen\nname: Lumen\nroles: [app]\nsources:\n  api: {url: https://lumen.example/api, publisher: Lumen, kind: vendor-official, seen-on: 2026-11-20}\n"
        "pulls:\n  - id: lumen-people\n    name: people\n    export: scim-list-response\n    path: /Users\n    items: /Resources\n    item-id: /id\n"
        "    total: /totalResults\n    paging: {by: link}\n    needs: [/active]\n    credentials: {by: bearer}\n"
        "    limits: {remaining: X-Left, reset: X-Reset, reset-is: seconds}\n    access: a token with users.read\n    sources: [api]\n"
    )
    own_list = {"lists": "lumen-people", "more": trusted}

    # Nothing is wrong.
    said = run("doctor", f"{home}/fine", 0, trusted)
    expect("nothing is wrong", said, "ok    secret       is in $TOKEN", "ok    name         localhost is 127.0.0.1", "ok    connection   encrypted")
    expect("what a SCIM service says", said, "ok    scim         pages by index, 100 entries to a page at most, 200 results")
    expect("one page", said, "3 entries on the first page, of 3", "ok    clock", "ok    token", "ok    rights", "ok    paging")
    assert asked == ["/fine/Users?startIndex=1", "/fine/ServiceProviderConfig"], asked
    read = json.loads(run("doctor", f"{home}/fine", 0, trusted, arguments=["--json"]))
    assert read[0]["name"] == "lumen" and all(check["state"] != "wrong" for check in read[0]["checks"]), read

    # Secrets.
    (folder / "token").write_text(TOKEN)
    (folder / "token").chmod(0o644)
    expect("a file that others can read", run("doctor", f"{home}/fine", 1, trusted, "{file: token}"), "WRONG secret       others on this machine can read `token`")
    expect("no variable", run("doctor", f"{home}/fine", 1, trusted, "{env: NOBODY}"), "WRONG secret       the variable NOBODY is not set")
    said = run("doctor", f"{home}/fine", 1, trusted + "x: 1\n")
    expect("a file that is wrong", said, "pull.yaml:7:1: error")

    # The way there.
    expect("no such name", run("doctor", "https://nobody.invalid", 1), "WRONG name         nobody.invalid is not found")
    expect("nobody listens", run("doctor", f"https://localhost:{free_port()}", 1), "WRONG connection   no connection")
    expect("no TLS there", run("doctor", f"https://localhost:{serve()}", 1), "WRONG connection")
    expect("an authority that nobody knows", run("doctor", home, 1), "WRONG certificate  nobody here vouches for it")
    expect("another authority", run("doctor", home, 1, "certificates: stranger.pem\n"), "WRONG certificate  nobody here vouches for it")
    port = serve(context=ours.context("old", since=-3 * DAY, until=-DAY))
    expect("an old certificate", run("doctor", f"https://localhost:{port}", 1, trusted), "WRONG certificate  it has expired")
    port = serve(context=ours.context("early", since=DAY, until=2 * DAY))
    expect("an early certificate", run("doctor", f"https://localhost:{port}", 1, trusted), "WRONG certificate  it is not valid yet")
    port = serve(context=ours.context("other", hosts=("other.example",)))
    expect("another's certificate", run("doctor", f"https://localhost:{port}", 1, trusted), "WRONG certificate  it is for another name")
    expect("no certificates", run("doctor", home, 1, "certificates: nobody.pem\n"), "WRONG certificates", "nobody.pem")
    (folder / "garbage.pem").write_text("no certificate")
    expect("a file without certificates", run("doctor", home, 1, "certificates: garbage.pem\n"), "WRONG certificates there is no certificate in the file")

    # What the server says.
    for wrong, word in [
        ("401", "WRONG token        the server does not accept it: 401"),
        ("403", "WRONG rights       it may not read this list: 403"),
        ("404", "WRONG list         there is no /404/Users: 404"),
        ("400", "WRONG list         the server does not understand the question: 400"),
        ("500", "WRONG list         the server says 500"),
        ("429", "try again in 7 s"),
        ("missing", "WRONG rights       entry 1 of page 1 lacks `/active`"),
        ("elsewhere", "WRONG list         the server redirects to https://evil.example"),
        ("garbage", "WRONG list"),
        ("capped", "WRONG paging       3 of 50 entries come, and no way to more is given"),
        ("clock", "WRONG clock        this machine is 600 s ahead of the server"),
    ]:
        expect(wrong, run("doctor", f"{home}/{wrong}", 1, **own_list), word)
    expect("a wrong token", run("doctor", f"{home}/fine", 1, trusted, TOKEN="wr0ng"), "WRONG token")
    expect("requests that are left", run("doctor", f"{home}/limits", 0, **own_list), "ok    limit        17 requests are left")
    expect("no requests that are left", run("doctor", f"{home}/used-up", 0, **own_list), "note  limit        no request is left")

    # Earlier pulls.
    assert "3 entries" in run("pull", f"{home}/fine", 0, trusted)
    note = folder / "pulled/lumen.pull.json"
    told = json.loads(note.read_text())
    told["began"] = (datetime.datetime.now(datetime.timezone.utc) - 40 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    note.write_text(json.dumps(told))
    (folder / "coverage.yaml").write_text("policy: {roster-max-age-days: 30}\n")
    kept = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "pull.yaml"}
    done = subprocess.run(
        [COVERAGE, "doctor", "--workspace", folder], env={"TOKEN": TOKEN, "NO_COLOR": "1"}, capture_output=True, text=True
    )
    assert done.returncode == 1
    expect("an old list", done.stdout, "WRONG last pull    pulled/lumen.jsonl is 40 days old, and the workspace's rule is 30")
    now = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "pull.yaml"}
    assert kept == now, "doctor has written something"
    for name in ("pulled/lumen.jsonl", "pulled/lumen.pull.json", "coverage.yaml"):
        (folder / name).unlink()
    for left in (folder / "pulled").iterdir():
        left.unlink()
    (folder / "pulled").rmdir()

    # Through a proxy: it sees host and port alone. Its own password is not shown either.
    proxy = f"http://ann:{TOKEN}@127.0.0.1:{serve(Proxy)}"
    wiki = serve(context=ours.context("wiki", hosts=("wiki.lumen.example",)))
    far = f"https://wiki.lumen.example:{wiki}"
    said = run("doctor", f"{far}/fine", 0, trusted, HTTPS_PROXY=proxy)
    expect("through a proxy", said, "note  proxy        the server is asked by way of 127.0.0.1:", "ok    token")
    assert tunnels and tunnels[0][0] == f"wiki.lumen.example:{wiki}", tunnels
    assert all(header is None for *_, header in tunnels) and tunnels[0][1].startswith("Basic "), "the proxy gets the token"
    before = len(tunnels)
    assert "3 entries" in run("pull", f"{far}/fine", 0, trusted, HTTPS_PROXY=proxy) and len(tunnels) > before
    before = len(tunnels)
    said = run("pull", f"{home}/fine", 0, trusted, HTTPS_PROXY=proxy, NO_PROXY="localhost")
    assert len(tunnels) == before, "NO_PROXY is not heeded"
    print("ok    a list through a proxy, and NO_PROXY")


try:
    main()
finally:
    place.cleanup()
