#!/usr/bin/env bash
# Opens the reports of several companies in Chromium and uses them as a reader would.
# REPORT: a report of the sample company that is already made. COVERAGE: a program that is already built. CHROMIUM: the browser.
set -euo pipefail

for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
        [ -z "${COVERAGE_NEEDS_BROWSER:-}" ] || { printf '!!! FAILED: %s is not here\n' "$tool" >&2; exit 1; }
        printf '\n!!! SKIPPED: the browser test did not run, %s is not here\n\n' "$tool" >&2
        exit 0
    fi
done

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
report="${REPORT:-$root/coverage-report/report.html}"
report="$(realpath -m "$report")"
coverage=(cargo run --)
[ -z "${COVERAGE:-}" ] || coverage=("$(realpath "$COVERAGE")")
export CHROMIUM="${CHROMIUM:-/usr/bin/chromium}"
[ -x "$CHROMIUM" ] || { printf '!!! FAILED: there is no browser at %s; set CHROMIUM\n' "$CHROMIUM" >&2; exit 1; }

cd "$root"
if [ ! -f "$report" ]; then
    [ -z "${REPORT:-}" ] || { printf '!!! FAILED: there is no report at %s\n' "$report" >&2; exit 1; }
    "${coverage[@]}" report samples/nordwind
fi

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
make() { node tests/browser/workspaces.mjs "$@"; }
quietly() { "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }; }

make hostile samples/nordwind "$scratch/hostile"
quietly "${coverage[@]}" report "$scratch/hostile" --out "$scratch/hostile-report"
make large "$scratch/large" 4200
quietly "${coverage[@]}" report "$scratch/large" --out "$scratch/large-report"
for month in 1 2 3; do make month "$scratch/month-$month" "$month"; done
for month in 1 2; do quietly "${coverage[@]}" snapshot "$scratch/month-$month" --store "$scratch/history.sqlite"; done
quietly "${coverage[@]}" report "$scratch/month-3" --store "$scratch/history.sqlite" --out "$scratch/month-report"
make calm "$scratch/calm"
quietly "${coverage[@]}" report "$scratch/calm" --out "$scratch/calm-report"
quietly "${coverage[@]}" catalog html --as-of 2026-11-22 --out "$scratch/catalog"

# The program from another folder.
program=("${coverage[@]}")
[ -n "${COVERAGE:-}" ] || program=(cargo run --quiet --manifest-path "$root/Cargo.toml" --)
cd "$root/tests/browser"
npm ci --no-audit --no-fund
node report.mjs "$report"
node others.mjs "$scratch/hostile-report/report.html" "$scratch/large-report/report.html" "$scratch/month-report/report.html" "$scratch/catalog" \
    "$scratch/calm-report/report.html"
cp -R "$root/samples/nordwind" "$scratch/reviewed"
node review.mjs "$scratch/reviewed" "$scratch" "${program[@]}"
