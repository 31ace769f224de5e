#!/usr/bin/env bash
# `coverage` reads a secret from the keyring of a desktop: gnome-keyring on a session bus of its own. keyring.sh COVERAGE
set -euo pipefail
[ -n "${COVERAGE_IN_SESSION:-}" ] || {
    for program in dbus-run-session gnome-keyring-daemon secret-tool python3; do
        command -v "$program" >/dev/null || { printf '!!! FAILED: %s is not here\n' "$program" >&2; exit 1; }
    done
    place="$(mktemp -d)"
    trap 'rm -rf "$place"' EXIT
    export COVERAGE_IN_SESSION=1 HOME="$place" XDG_DATA_HOME="$place/data" XDG_RUNTIME_DIR="$place/run" XDG_CONFIG_HOME="$place/config"
    mkdir -m 700 "$place/run"
    # The bus ends with the script, and the keyring with the bus.
    dbus-run-session -- bash "${BASH_SOURCE[0]}" "$@"
    exit
}
coverage="$1"
secret="s3cret-of-the-keyring"
printf 'unlocking' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
printf %s "$secret" | secret-tool store --label=coverage service coverage username lumen
cd "$HOME"
# A server that notes which token it is given.
python3 - >port <<'P' &
import http.server, json, sys
class Users(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("given", "a") as f: print(self.headers["Authorization"], file=f)
        if self.path.startswith("/401"):
            body = json.dumps({"detail": "you sent " + self.headers["Authorization"]}).encode()
            self.send_response(401); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
            return
        people = [{"id": "1", "userName": "ann@lumen.example", "active": True}]
        body = json.dumps({"totalResults": 1, "Resources": people}).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Users)
print(server.server_port, flush=True)
server.serve_forever()
P
server=$!
trap 'kill $server' EXIT
for _ in $(seq 100); do [ -s port ] && break; sleep 0.05; done
asked() {
    printf 'pulls:\n  lumen:\n    list: scim-users\n    url: http://127.0.0.1:%s%s\n    without-tls: true\n    secret: {keyring: {%s}}\n' "$(cat port)" "${2:-}" "$1" >pull.yaml
    "$coverage" pull >said 2>&1 || { cat said >>all; return 1; }
    cat said >>all
}
asked 'user: lumen' || { cat said; exit 1; }
grep -qx "Bearer $secret" given
echo "ok    a secret from the keyring: $(cat said)"
if asked 'user: lumen' /401; then echo '!!! 401' >&2; exit 1; fi
grep -q 'does not accept the token: 401' said || { cat said; exit 1; }
echo "ok    a server that refuses it and repeats it: $(head -1 said)"
if asked 'service: coverage, user: nobody'; then echo '!!! a secret that is not there' >&2; exit 1; fi
grep -q "pull.yaml:6: error: the keyring has nothing for \`nobody\` of \`coverage\`: there is no such entry" said || { cat said; exit 1; }
echo "ok    an entry that is not there: $(head -1 said)"
if DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent asked 'user: lumen'; then exit 1; fi
grep -q 'there is no keyring in this session' said || { cat said; exit 1; }
echo "ok    no session: $(head -1 said)"
dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
    org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
if asked 'user: lumen'; then echo '!!! a locked keyring' >&2; exit 1; fi
echo "ok    a locked keyring that nobody unlocks: $(head -1 said)"
if grep -rqF "$secret" . --include='said' --include='all' --include='*.json*' --include='*.yaml' --exclude-dir=data; then echo '!!! the secret is written somewhere' >&2; exit 1; fi
