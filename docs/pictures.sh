#!/usr/bin/env bash
# Makes the pictures of the report in docs/pictures from the sample company, so that they never age.
# Needs Chromium, node with npm, and poppler-utils (pdftoppm). COVERAGE: a program that is already built.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export CHROMIUM="${CHROMIUM:-/usr/bin/chromium}"
for tool in node npm pdftoppm "$CHROMIUM"; do
    command -v "$tool" >/dev/null || { printf '%s is not here\n' "$tool" >&2; exit 1; }
done
coverage=(cargo run --quiet --)
[ -z "${COVERAGE:-}" ] || coverage=("$(realpath "$COVERAGE")")

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
"${coverage[@]}" report samples/nordwind --quiet --out "$scratch/sample"
for month in 1 2 3; do node tests/browser/workspaces.mjs month "$scratch/month-$month" "$month"; done
for month in 1 2; do "${coverage[@]}" snapshot "$scratch/month-$month" --store "$scratch/history.sqlite"; done
"${coverage[@]}" report "$scratch/month-3" --quiet --store "$scratch/history.sqlite" --out "$scratch/history"

(cd tests/browser && npm ci --no-audit --no-fund)
mkdir -p docs/pictures
node tests/browser/screenshots.mjs "$scratch/sample/report.html" "$scratch/history/report.html" "$scratch"
pdftoppm -r 54 -png -singlefile "$scratch/print.pdf" "$scratch/print"
for picture in desktop dark phone changes print; do
    cp "$scratch/$picture.png" "docs/pictures/$picture.png"
done
du -cb docs/pictures/*.png | tail -1
