"""100,000 people through scim2-server: the pull is killed in the middle, the server dies and comes again, and the second run
goes on where the first was. PEOPLE sets another number.

The server is scim2-server's own handlers and storage, filled before it opens: adding 100,000 people one request at a time would
take longer than everything else.
"""

import json
import os
import signal
import socketserver
import subprocess
import sys
import tempfile
import time
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from scim2_models import ScimProvider
from scim2_server.memory import InMemoryStorage
from scim2_server.service import ScimService
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import load_default_resource_types, load_default_schemas, load_default_service_provider_config

from scim import TOKEN, free_port, until_it_listens


def application(people):
    class Storage(InMemoryStorage):
        """Ids that can be told apart, and counted."""

        made = 0

        def generate_id(self, resource_type, resource):
            self.made += 1
            return f"{self.made:08}"

    provider = ScimProvider.from_discovery(
        load_default_schemas().values(),
        load_default_resource_types().values(),
        config=load_default_service_provider_config(),
    )
    service = ScimService(provider, secret="of-no-consequence-here")
    storage = Storage()
    users = next(t for t in provider.resource_types if t.name == "User")
    user = service.get_model(users)
    for n in range(people):
        address = f"person{n}@lumen.example"
        emails = [{"value": address, "primary": True}]
        storage.create(users, user(user_name=address, display_name=f"Person {n}", active=n % 5 != 0, emails=emails))
    return BearerTokenApplication(storage, provider, service=service, bearer_tokens=[TOKEN])


class Threads(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Server:
    """The server in a process of its own, and what it was asked."""

    def __init__(self, folder, port, served):
        self.log = f"{folder}/asked-{time.monotonic_ns()}"
        self.process = os.fork()
        if self.process == 0:
            with open(self.log, "w", buffering=1) as log:

                class Log(WSGIRequestHandler):
                    def log_message(self, _, *words):
                        print(words[0], file=log)

                make_server("127.0.0.1", port, served, server_class=Threads, handler_class=Log).serve_forever()
        until_it_listens(port)

    def asked(self):
        with open(self.log) as log:
            return [line.split()[1] for line in log if "/Users" in line]

    def end(self):
        if self.process:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.process = 0


def lines(path):
    with open(path, "rb") as f:
        return sum(piece.count(b"\n") for piece in iter(lambda: f.read(1 << 20), b""))


def memory(pid):
    """The most that a process has had, in MiB. What `wait` says holds its parent's, too."""
    try:
        with open(f"/proc/{pid}/status") as f:
            return next((int(line.split()[1]) >> 10 for line in f if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def main(coverage, people):
    served = application(people)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        with open(f"{folder}/pull.yaml", "w") as f:
            f.write(
                f"pulls:\n  lumen:\n    list: scim-users\n    url: http://127.0.0.1:{port}/v2\n"
                "    without-tls: true\n    secret: {env: LUMEN_TOKEN}\n"
            )
        said = f"{folder}/said"

        def pull():
            with open(said, "w") as out:
                command = [coverage, "pull", "--workspace", folder]
                return subprocess.Popen(command, env={**os.environ, "LUMEN_TOKEN": TOKEN}, stdout=out, stderr=out)

        server = Server(folder, port, served)
        try:
            first = pull()
            part = f"{folder}/pulled/lumen.jsonl.part"
            while first.poll() is None and not (os.path.exists(part) and lines(part) >= people // 2):
                time.sleep(0.05)
            assert first.poll() is None, open(said).read()
            first.send_signal(signal.SIGKILL)
            first.wait()
            kept = lines(part)
            asked_first = server.asked()
            assert people // 2 <= kept < people and not os.path.exists(f"{folder}/pulled/lumen.jsonl"), kept
            # The server dies, too.
            server.end()
            server = Server(folder, port, served)
            second = pull()
            most = 0
            while second.poll() is None:
                most = max(most, memory(second.pid))
                time.sleep(0.05)
            assert second.returncode == 0, open(said).read()
            asked_then = server.asked()
            with open(f"{folder}/pulled/lumen.jsonl") as f:
                ids = [json.loads(line)["id"] for line in f]
            with open(f"{folder}/pulled/lumen.pull.json") as f:
                note = json.load(f)
            assert len(ids) == people and set(ids) == {f"{n:08}" for n in range(1, people + 1)}
            assert note["complete"] and note["total"] == people == note["entries"] and note["repeats"] == 0, note
            # What was read once is not asked for again, except the page that was under way.
            again = set(asked_first) & set(asked_then)
            assert len(again) <= 1, again
            assert len(asked_then) <= (people - kept) // 1000 + 1, (len(asked_then), kept)
            assert most < 300, most
            print(f"ok    {people} people, killed at {kept}: {len(asked_first)} + {len(asked_then)} requests")
            print(f"      second run: {open(said).read().strip()}; {most} MiB at most")
        finally:
            server.end()


main(sys.argv[1], int(os.environ.get("PEOPLE", "100000")))
