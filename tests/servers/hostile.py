"""`coverage pull` against a server that means no good: storms, broken connections, garbage, floods, circles, other hosts.

Each case is a server of its own and a pull of its own, all at the same time: most of them wait most of the time. What must hold
in every case: it ends by itself, no list is taken for whole that is not, no memory is eaten, nothing arrives at another host,
and the secret stands nowhere.
"""

import gzip
import itertools
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qs, urlsplit

COVERAGE = sys.argv[1]
TOKEN = "a-token-that-must-stay-hidden"
PEOPLE = 40
PER_PAGE = 5


def user(n):
    address = f"person{n}@lumen.example"
    return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": f"u{n}", "userName": address, "active": True}


def page(query, total=PEOPLE, **more):
    start = int(query.get("startIndex", ["1"])[0])
    some = [user(n) for n in range(start, min(start + PER_PAGE, PEOPLE + 1))]
    return json.dumps({"totalResults": total, "startIndex": start, "Resources": some, **more})


def said(status, body=b"", headers=()):
    """An answer as it goes over the wire."""
    body = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(head).encode() + body


class Server:
    """Gives each request to `answer`, which says what goes over the wire; every try of a page is counted."""

    def __init__(self, answer):
        self.answer = answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = []
        self.tokens = 0
        self.sent = 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        target = head.split()[1].decode()
        self.tokens += TOKEN.encode() in head
        # What a pull asks of a service before its list is answered as by a service that says nothing of itself.
        if "/users" not in target.lower():
            connection.sendall(said(404))
            connection.close()
            return
        query = parse_qs(urlsplit(target).query)
        self.asked.append(target)
        nth = self.asked.count(target)
        try:
            for piece in self.answer(self, query, nth, head):
                if piece is None:
                    # Not an end but a reset.
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
                connection.sendall(piece)
                self.sent += len(piece)
        except OSError:
            pass
        connection.close()


def storm(_server, query, nth, _head):
    """Six times 429 before every page, told in three ways."""
    told = [("Retry-After: 0",), ("Retry-After: Wed, 18 Nov 2020 11:00:00 GMT", "Date: Wed, 18 Nov 2020 11:00:00 GMT"), ("Retry-After: 1",)]
    yield said(429, "{}", told[nth % 3]) if nth <= 6 else said(200, page(query))


def resets(_server, query, nth, _head):
    whole = said(200, page(query))
    if nth == 1:
        yield whole[: len(whole) // 2]
        yield None
    elif nth == 2 and "startIndex=1" in str(query):
        yield None
    yield whole


def truncated(_server, query, nth, _head):
    whole = said(200, page(query))
    yield whole[: -20] if nth == 1 else whole


def cut_short(_server, query, nth, _head):
    """JSON that ends too early, in an answer that says it is whole."""
    yield said(200, page(query)[:-9] if nth == 1 else page(query))


def silent(_server, query, nth, _head):
    if nth == 1 and query.get("startIndex") == ["1"]:
        time.sleep(75)
    yield said(200, page(query))


def garbage(_server, _query, _nth, _head):
    yield said(200, bytes(range(256)) * 9)


def no_http(_server, _query, _nth, _head):
    yield b"\x16\x03\x01 this is not what it seems\r\n\r\n" * 30


def deep(_server, _query, _nth, _head):
    yield said(200, b"[" * 3_000_000)


def flood(_server, _query, _nth, _head):
    yield b"HTTP/1.1 200 x\r\nConnection: close\r\n\r\n" + b'{"totalResults": 1, "Resources": ['
    while True:
        yield b" " * (1 << 20)


def headers(_server, _query, _nth, _head):
    yield b"HTTP/1.1 200 x\r\n"
    for n in itertools.count():
        yield b"X-%d: %s\r\n" % (n, b"x" * 8000)


def bomb(_server, _query, _nth, _head):
    yield said(200, gzip.compress(b" " * (100 << 20)), ("Content-Encoding: gzip",))


def hidden_bomb(_server, _query, _nth, _head):
    yield said(200, gzip.compress(b" " * (100 << 20)))


def circle(server, query, nth, _head):
    yield said(302, "", (f"Location: /v2/Users?startIndex=1&n={1 - int(query.get('n', ['0'])[0])}",))


def elsewhere(server, _query, _nth, _head):
    yield said(302, "", (f"Location: http://127.0.0.1:{server.other.port}/v2/Users",))


def user_in_address(server, _query, _nth, _head):
    yield said(307, "", (f"Location: http://127.0.0.1:{server.port}@127.0.0.1:{server.other.port}/v2/Users",))


def next_elsewhere(server, _query, _nth, _head):
    yield said(200, json.dumps([okta(1)]), (f'Link: <http://127.0.0.1:{server.other.port}/api/v1/Users>; rel="next"',))


def next_in_a_circle(server, query, _nth, _head):
    n = int(query.get("after", ["0"])[0])
    yield said(200, json.dumps([okta(n)]), (f'Link: <http://127.0.0.1:{server.port}/api/v1/Users?after={(n + 1) % 4}>; rel="next"',))


def okta(n):
    address = f"person{n}@lumen.example"
    return {"id": f"o{n}", "status": "ACTIVE", "created": "2026-01-01T00:00:00Z", "profile": {"login": address, "email": address}}


def more_than_it_says(_server, query, nth, _head):
    n = int(query.get("cursor", ["0"])[0])
    some = [user(n * 10 + k) for k in range(10)]
    yield said(200, json.dumps({"totalResults": 25, "Resources": some, "nextCursor": str(n + 1)}))


def nothing_for_ever(_server, query, _nth, _head):
    n = int(query.get("cursor", ["0"])[0])
    yield said(200, json.dumps({"totalResults": 25, "Resources": [], "nextCursor": str(n + 1)}))


def the_first_page_again(_server, _query, _nth, _head):
    yield said(200, page({}))


def terminal(_server, _query, _nth, _head):
    """Words that would write into a terminal, or turn its direction."""
    yield said(400, json.dumps({"detail": "no \x1b]0;owned\x07 \x1b[31m \u202egnp.exe \x9b2J"}))


def echo(_server, _query, _nth, head):
    """The secret comes back in the error, as from a server that writes a log of what it was asked."""
    yield said(403, json.dumps({"detail": head.decode()}))


def echo_whole(_server, query, _nth, head):
    yield said(200, page(query, note=head.decode()))


def ids(_server, query, _nth, _head):
    some = [dict(user(1), id=odd) for odd in ("../../etc/x", "a\nb", "=cmd|' /C calc'!A0", "\x1b[2J", "x" * 900)]
    yield said(200, json.dumps({"totalResults": 5, "Resources": some}))


# What is answered, which list is asked for, how it ends, what is said.
CASES = [
    (storm, "scim-users", 0, f"{PEOPLE} entries, as many as the server says there are"),
    (resets, "scim-users", 0, f"{PEOPLE} entries"),
    (truncated, "scim-users", 0, f"{PEOPLE} entries"),
    (cut_short, "scim-users", 0, f"{PEOPLE} entries"),
    (silent, "scim-users", 0, f"{PEOPLE} entries"),
    (garbage, "scim-users", 1, "the answer is no JSON"),
    (no_http, "scim-users", 1, "8 times in a row"),
    (deep, "scim-users", 1, "the answer is no JSON"),
    (flood, "scim-users", 1, "larger than 64 MiB"),
    (headers, "scim-users", 1, "8 times in a row"),
    (bomb, "scim-users", 1, "compressed, which nobody has asked for"),
    (hidden_bomb, "scim-users", 1, "the answer is no JSON"),
    (circle, "scim-users", 1, "redirects more than 5 times"),
    (elsewhere, "scim-users", 1, "the token is not sent there"),
    (user_in_address, "scim-users", 1, "the token is not sent there"),
    (next_elsewhere, "okta-users", 1, "the token is not sent there"),
    (next_in_a_circle, "okta-users", 1, "nothing but what had come before"),
    (more_than_it_says, "scim-users", 1, "30 entries came, and the server says there are 25"),
    (nothing_for_ever, "scim-users", 1, "20 pages in a row were empty"),
    (the_first_page_again, "scim-users", 1, "nothing but what had come before"),
    (terminal, "scim-users", 1, "the server says 400"),
    (echo, "scim-users", 1, "the token may not read this list"),
    (echo_whole, "scim-users", 1, "repeats the secret"),
    (ids, "scim-users", 0, "5 entries"),
]
# Beside the program itself, which holds the catalog, and one answer.
MOST_MEMORY = 400
failures = []


def run(answer, of, code, words):
    other = Server(lambda *_: [said(200, page({}))])
    server = Server(answer)
    server.other = other
    with tempfile.TemporaryDirectory() as folder:
        base = f"http://127.0.0.1:{server.port}" + ("/v2" if of == "scim-users" else "")
        with open(f"{folder}/pull.yaml", "w") as f:
            f.write(f"pulls:\n  lumen:\n    list: {of}\n    url: {base}\n    without-tls: true\n    secret: {{env: LUMEN_TOKEN}}\n")
        with open(f"{folder}/said", "w") as out:
            environment = {**os.environ, "LUMEN_TOKEN": TOKEN}
            process = subprocess.Popen([COVERAGE, "pull", "--workspace", folder], env=environment, stdout=out, stderr=out)
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        everything = {}
        for place, _, names in os.walk(folder):
            for name in names:
                with open(f"{place}/{name}", "rb") as f:
                    everything[name] = f.read()
        text = everything.pop("said").decode()
        plain = " ".join(text.split())
        wrong = []
        if process.returncode != code or words not in plain:
            wrong.append(f"exit {process.returncode}: {plain[:600]}")
        if code != 0 and "lumen.jsonl" in everything:
            wrong.append("a list is there")
        if code == 0 and not json.loads(everything["lumen.pull.json"])["complete"]:
            wrong.append("the note does not say that it is complete")
        if used.ru_maxrss >> 10 > MOST_MEMORY:
            wrong.append(f"{used.ru_maxrss >> 10} MiB of memory")
        # Beside the 64 MiB that are read, the system itself takes up to 32 for a reader that is slow.
        if server.sent > 110 << 20 and answer is flood:
            wrong.append(f"{server.sent >> 20} MiB were read")
        if other.asked or other.tokens:
            wrong.append("another host was asked")
        if any(odd in text for odd in ("\x1b", "\x07", "\u202e", "\x9b")):
            wrong.append(f"the terminal is written to: {text!r}")
        if any(TOKEN.encode() in held for held in everything.values()) or TOKEN in text:
            wrong.append("the secret stands there")
        if server.tokens == 0:
            wrong.append("the case proves nothing: the token was never sent")
        if wrong:
            failures.append(f"{answer.__name__}: {'; '.join(wrong)}")
        else:
            print(f"ok    {answer.__name__}: {plain[:140]}", flush=True)


threads = [threading.Thread(target=run, args=case) for case in CASES]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for failure in failures:
    print(f"FAILED {failure}", file=sys.stderr)
sys.exit(bool(failures))
