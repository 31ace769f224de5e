"""Plants a secret in every place that `coverage pull` reads one from, lets everything go wrong, and searches everything: planted.py COVERAGE."""

import base64
import http.server
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from authority import Authority

COVERAGE = os.path.abspath(sys.argv[1])
SECRET = "Pl4nted-s3cret/of-the-API"
GIVEN = "g1ven-t0ken-of-the-API"
OTHER = "an0ther-s3cret-in-the-env"
place = tempfile.TemporaryDirectory()
folder = pathlib.Path(place.name)
ours, stranger = Authority(folder), Authority(folder, "stranger")
basic = base64.b64encode(f"ann:{SECRET}".encode()).decode()
PLANTED = [SECRET, GIVEN, basic, SECRET.lower(), SECRET.replace("/", "%2F"), SECRET.replace("/", "\\/")]
heard = set()


class Evil(http.server.BaseHTTPRequestHandler):
    """Does what stands in the path, and repeats what it was sent wherever it can."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        heard.add("secret" if "Pl4nted" in form else "nothing")
        wrong = self.path.split("/")[1]
        if wrong == "token-401":
            self.answer(401, {"error": form, "error_description": f"no {form} {SECRET}"})
        elif wrong == "token-garbage":
            self.answer(200, f"{SECRET} {form}")
        elif wrong == "token-500":
            self.answer(500, {"error": SECRET})
        else:
            self.answer(200, {"access_token": GIVEN, "expires_in": 3600})

    def do_GET(self):
        sent = self.headers.get("Authorization", "")
        heard.add("secret" if any(one in sent for one in PLANTED) else "nothing")
        wrong = self.path.split("/")[1]
        evil = {"detail": f"you sent {sent}", "message": SECRET}
        people = [{"id": "1", "userName": "ann@lumen.example", "active": True}]
        whole = {"totalResults": 1, "Resources": people}
        if wrong in ("401", "403", "404", "400", "418"):
            self.answer(int(wrong), evil, {"X-Secret": sent})
        elif wrong == "garbage":
            self.answer(200, f"<html>{sent} {SECRET}")
        elif wrong == "escaped":
            people[0]["nickName"] = "SECRET"
            self.answer(200, json.dumps(whole).replace("SECRET", SECRET.replace("/", "\\/")))
        elif wrong == "echo":
            people[0]["nickName"] = SECRET
            self.answer(200, whole)
        elif wrong == "elsewhere":
            self.answer(302, "", {"Location": f"https://{SECRET.split('/')[0]}.evil.example/{SECRET}"})
        elif wrong == "next-elsewhere":
            self.answer(200, people, {"Link": '<https://evil.example/next>; rel="next"'})
        elif wrong == "cut":
            self.answer(200, whole, {"Content-Length": "9999"})
        elif wrong == "storm":
            self.answer(429, {}, {"Retry-After": "99999"})
        elif wrong == "slow":
            time.sleep(30)
        else:
            self.answer(200, whole)

    def answer(self, status, body, headers=None):
        text = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(text))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)
        if headers and headers.get("Content-Length") == "9999":
            self.close_connection = True

    def log_message(self, *_):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Connections that are broken off are what is wanted here."""


def serve(context):
    server = Quiet(("127.0.0.1", 0), Evil)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def pull_yaml(url, secret, lists="scim-users", certificates="our-ca.pem"):
    (folder / "pull.yaml").write_text(
        f"pulls:\n  lumen:\n    list: {lists}\n    url: {url}\n    user: ann\n    secret: {secret}\ncertificates: {certificates}\n"
        if lists != "scim-users"
        else f"pulls:\n  lumen:\n    list: {lists}\n    url: {url}\n    secret: {secret}\ncertificates: {certificates}\n"
    )


ENVIRONMENT = {"PATH": os.environ["PATH"], "PLANTED": SECRET, "OTHER": OTHER, "NO_COLOR": "1", "RUST_LOG": "trace", "RUST_BACKTRACE": "full"}
outputs = []


def run(command="pull", code=None, patience=3):
    """Runs until it ends by itself, or until its patience with a server is worn out."""
    words = [COVERAGE, command, "--workspace", str(folder), "--catalog", str(folder / "own")]
    process = subprocess.Popen(words, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        # What has to end by itself may take its time on a busy machine.
        said = b"".join(process.communicate(timeout=patience if code is None else 60))
    except subprocess.TimeoutExpired:
        process.terminate()
        said = b"".join(process.communicate())
    assert b"panicked" not in said, said
    assert code is None or process.returncode == code, (process.returncode, said, (folder / "pull.yaml").read_text())
    outputs.append(said)
    return said.decode()


def search(*places):
    """Nothing that was said or written holds the secret; but for where it was planted."""
    for said in outputs:
        for one in PLANTED:
            assert one.encode() not in said, f"{one} is shown:\n{said.decode()}"
    for file in folder.rglob("*"):
        if file.is_file() and file.name not in places:
            for one in PLANTED:
                assert one.encode() not in file.read_bytes(), f"{one} is in {file}"


def main():
    port, foreign = serve(ours.context("good")), serve(stranger.context("foreign"))
    base = f"https://localhost:{port}"
    own = folder / "own"
    own.mkdir()
    entry = "id: lumen\nname: Lumen\nroles: [app]\nsources:\n  api: {url: https://lumen.example/api, publisher: Lumen, kind: vendor-official, seen-on: 2026-11-20}\npulls:\n"
    for name, credentials in [("basic", "{by: basic}"), ("client", "{by: client-credentials, token-at: /fine/token}")] + [
        (wrong, f"{{by: client-credentials, token-at: /{wrong}/token}}") for wrong in ("token-401", "token-garbage", "token-500")
    ]:
        entry += (
            f"  - id: lumen-{name}\n    name: people\n    export: scim-list-response\n    path: /Users\n    item-id: /id\n    items-may-be-missing: true\n"
            f"    paging: {{by: link}}\n    credentials: {credentials}\n    access: a token\n    sources: [api]\n"
        )
    (own / "lumen.yaml").write_text(entry)
    (folder / "token").write_text(SECRET + "\n")
    (folder / "token").chmod(0o600)
    (folder / "print").write_text(f"#!/bin/sh\nenv >'{folder}/environment'\ncat '{folder}/token'\n")
    (folder / "print").chmod(0o700)
    (folder / "fail").write_text(f"#!/bin/sh\ncat '{folder}/token'\nexit 3\n")
    (folder / "fail").chmod(0o700)
    ways = {"env": "{env: PLANTED}", "file": "{file: token}", "command": f"{{command: [{folder}/print]}}"}

    # Every place, every way to fail.
    wrongs = ["401", "403", "404", "400", "418", "garbage", "echo", "escaped", "elsewhere", "cut", "storm"]
    for way, secret in ways.items():
        for wrong in wrongs if way == "env" else ["401", "garbage", "elsewhere"]:
            pull_yaml(f"{base}/{wrong}", secret)
            run(code=None if wrong in ("garbage", "cut") else 1, patience=1.5)
            if wrong in ("401", "echo", "elsewhere"):
                run("doctor", 1)
        pull_yaml(f"https://localhost:{foreign}/fine", secret)
        run(patience=1)
        pull_yaml(f"{base}/fine", secret, certificates="token")
        run(code=1)
        pull_yaml(f"https://localhost:1/fine", secret)
        run(patience=1)
        pull_yaml(f"{base}/fine", secret)
        assert "1 entries" in run(code=0), way
        search("token", "environment")
        print(f"ok    {way}: nothing is shown")
    for way, lists in [(w, f"lumen-{n}") for n in ("basic", "client") for w in ("fine", "401", "echo", "next-elsewhere")] + [
        ("fine", "lumen-token-401"), ("fine", "lumen-token-garbage"), ("fine", "lumen-token-500"),
    ]:
        pull_yaml(f"{base}/{way}", "{env: PLANTED}", lists)
        run(patience=1.5)
        run("doctor")
    search("token", "environment")
    assert "secret" in heard, "nobody was sent the secret"
    print("ok    Basic, tokens and what gives them: nothing is shown")

    # Secrets that are none, or that somebody has written into the file.
    (folder / "two").write_text(f"{SECRET}\n{SECRET}\n")
    (folder / "two").chmod(0o600)
    (folder / "open").write_text(SECRET)
    (folder / "open").chmod(0o644)
    for secret in ["{file: two}", "{file: open}", f"{{command: [{folder}/fail]}}", f"{{command: [{folder}/nobody]}}"]:
        pull_yaml(f"{base}/fine", secret)
        run(code=1)
        run("doctor", 1)
    search("token", "environment", "two", "open")
    for secret in [SECRET, f"{{env: {SECRET}}}", f"{{file: 'https://x/{SECRET}'}}", f"{{env: A, command: {SECRET}}}", f"[{SECRET}]", f"{{keyring: {SECRET}}}", f"{{{SECRET}: env}}", f"{{env: A, {SECRET}: env}}"]:
        pull_yaml(f"{base}/fine", secret)
        said = run(code=1)
        assert "pull.yaml:5" in said, said
    search("token", "environment", "two", "open", "pull.yaml")
    print("ok    what is no secret, and what does not belong in pull.yaml: told at its line, and not repeated")

    # A command is given the environment of the program, and no more.
    environment = (folder / "environment").read_text()
    told = dict(line.split("=", 1) for line in environment.splitlines() if "=" in line)
    more = set(told) - set(ENVIRONMENT) - {"PWD", "OLDPWD", "SHLVL", "_"}
    assert not more and told["OTHER"] == OTHER, f"the command was given {more}"
    print("ok    a command gets the environment that coverage got")

    # While a server is slow: what others can see of the process, and what a crash leaves.
    core = pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip()
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for way, secret in ways.items():
        pull_yaml(f"{base}/slow", secret)
        words = [COVERAGE, "pull", "--workspace", str(folder)]
        process = subprocess.Popen(words, env=ENVIRONMENT, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.8)
        proc = pathlib.Path(f"/proc/{process.pid}")
        assert SECRET.encode() not in (proc / "cmdline").read_bytes()
        limits = next(line for line in (proc / "limits").read_text().splitlines() if "core file" in line)
        assert limits.split()[4] == "0", limits
        # What belongs to root here belongs to nobody who could look into it.
        assert (proc / "environ").stat().st_uid == 0, "others of this user can read its environment"
        process.send_signal(signal.SIGABRT)
        outputs.append(b"".join(process.communicate(timeout=20)))
        assert process.returncode == -signal.SIGABRT, process.returncode
        left = [p for p in [*folder.rglob("core*"), *pathlib.Path("/var/lib/systemd/coredump").glob(f"*{process.pid}*")] if p.is_file()]
        assert not left, left
    # That the crash of another program does leave one here, where the system writes it as a file beside it.
    other = subprocess.Popen(["sleep", "20"], cwd=folder)
    other.send_signal(signal.SIGABRT)
    other.wait()
    time.sleep(0.3)
    others = [p for p in folder.rglob("*core*") if p.is_file()]
    print(f"ok    a crash leaves no image of the memory (core_pattern {core!r}; another program leaves {len(others)} here)")
    for one in others:
        one.unlink()
    search("token", "environment", "two", "open")


try:
    main()
finally:
    place.cleanup()
