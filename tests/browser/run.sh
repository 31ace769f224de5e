#!/usr/bin/env bash
# Opens the sample company's report in Chromium and uses it as a reader would.
# REPORT: a report that is already made. COVERAGE: a program that is already built. CHROMIUM: the browser.
set -euo pipefail

for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
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

# The sample's rosters hold hostile names of accounts. The same company again, with such names given to leavers, too.
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
cp -R samples/nordwind "$scratch/hostile"
sed -e "s|^0921,Viktor,Hartmann,|0921,Viktor,Hartmann <script>alert('nordwind')</script>,|" \
    -e 's|^0966,Desmond,Okafor,|0966,Desmond,Okafor <img src=x onerror=alert(1)>,|' \
    -e 's|^0950,Callum,Fairweather,|0950,"=HYPERLINK(""https://reset.quayside-studio.example/login"",""Reset your password"")",,|' \
    samples/nordwind/hr/bamboohr.csv >"$scratch/hostile/hr/bamboohr.csv"
"${coverage[@]}" report "$scratch/hostile" --out "$scratch/out" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }

# The program from another folder.
program=("${coverage[@]}")
[ -n "${COVERAGE:-}" ] || program=(cargo run --quiet --manifest-path "$root/Cargo.toml" --)
cd "$root/tests/browser"
npm ci --no-audit --no-fund
node report.mjs "$report" "$scratch/out/report.html"
cp -R "$root/samples/nordwind" "$scratch/reviewed"
node review.mjs "$scratch/reviewed" "$scratch" "${program[@]}"
