#!/usr/bin/env bash
# Reads what `coverage report --format` and `coverage graph` write with the programs for which they are made: NIST's models
# (compliance-trestle), OCSF's, Microsoft's SARIF validator, openpyxl, junitparser, GitHub's Markdown, Graphviz, PlantUML.
# Lets `coverage notify` speak to a mail server (aiosmtpd) and to a web server over TLS.
# COVERAGE: a program that is already built.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
here="$root/tests/consumers"
place="${CARGO_TARGET_DIR:-$root/target}/consumers"
mkdir -p "$place"
fail() { printf '!!! FAILED: %s\n' "$*" >&2; exit 1; }
for tool in python3 node npm dot plantuml; do
    command -v "$tool" >/dev/null || fail "$tool is not here; see .ci/run for the packages"
done

# What they need, once for each state of the lists.
sum="$(cat "$here/requirements.txt" "$here/package-lock.json" | sha256sum | cut -d' ' -f1)"
if [ "$(cat "$place/installed" 2>/dev/null)" != "$sum" ]; then
    rm -rf "$place"
    mkdir -p "$place"
    python3 -m venv "$place/venv"
    "$place/venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/package.json" "$here/package-lock.json" "$place/"
    (cd "$place" && npm ci --no-audit --no-fund --ignore-scripts)
    echo "$sum" >"$place/installed"
fi
sarif="$(echo "$place"/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool)"
chmod u+x "$sarif"

if [ -z "${COVERAGE:-}" ]; then
    (cd "$root" && cargo build --locked -q)
    COVERAGE="${CARGO_TARGET_DIR:-$root/target}/debug/coverage"
fi
program="$(realpath "$COVERAGE")"
coverage=("$program")
cd "$root"
out="$place/out"
rm -rf "$out"
mkdir -p "$out"
write() {
    local code=0
    "${coverage[@]}" report "$1" --quiet --out "$2" \
        --format csv,json,oscal,ocsf,sarif,xlsx,markdown,junit >"$out/log" 2>&1 || code=$?
    # 3: there are findings at or above the company's own limit.
    [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || { cat "$out/log" >&2; fail "report of $1"; }
}
python3 "$here/hostile.py" "$out/hostile"
for company in samples/nordwind "$out/hostile"; do
    to="$out/$(basename "$company").out"
    write "$company" "$to"
    # The same input gives the same bytes.
    write "$company" "$to.again"
    diff -r "$to" "$to.again" || fail "$company: two runs differ"
    "$sarif" validate "$to/findings.sarif" --output "$to.sarif" --log ForceOverwrite >"$out/log" 2>&1 ||
        { cat "$out/log" >&2; fail "SARIF: $company"; }
    ! grep -E ': error ' "$out/log" || fail "SARIF: $company"
    "${coverage[@]}" graph "$company" >"$to.dot" 2>/dev/null
    dot -Tcanon -o /dev/null "$to.dot" || fail "DOT: $company"
    "${coverage[@]}" graph "$company" --format plantuml >"$to.puml" 2>/dev/null
    nodes="$(grep -c ' as n[0-9]* <<' "$to.puml")"
    said="$(plantuml -syntax <"$to.puml" | head -2 | tr '\n' ' ')"
    [ "$said" = "DESCRIPTION ($nodes entities) " ] || fail "PlantUML: $company: $nodes nodes, and it says: $said"
done
"$place/venv/bin/python" "$here/check.py" "$out/nordwind.out" "$out/hostile.out"
"$place/venv/bin/python" "$here/servers.py" "$program" >"$out/log" 2>&1 || { cat "$out/log" >&2; fail "coverage notify"; }
printf 'coverage notify: %s checks against real servers\n' "$(grep -c '^ok' "$out/log")"
echo "the programs read everything"
