#!/usr/bin/env bash
# `coverage pull` against a SCIM server that others wrote: scim2-server (PyPI), paging by index and by cursor.
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
if [ -z "${COVERAGE:-}" ]; then
    (cd "$root" && cargo build --locked -q)
    COVERAGE="${CARGO_TARGET_DIR:-$root/target}/debug/coverage"
fi
"$place/venv/bin/python" "$root/tests/servers/scim.py" "$(realpath "$COVERAGE")" "$place/venv/bin/scim2-server"
