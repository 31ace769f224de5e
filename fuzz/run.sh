#!/usr/bin/env bash
# Fuzzes every reader, one after the other and round and round, for so many seconds in all.
#
#   fuzz/run.sh SECONDS [TARGET...]   builds, begins with fuzz/corpus.tar.xz and fresh seeds, ends with a table; 1 if anything was found
#   fuzz/run.sh --keep                makes the corpus small again and writes fuzz/corpus.tar.xz
#   fuzz/run.sh --only TARGET FILE... runs single inputs, as those of a crash
#
# Everything is in target/fuzz: corpus/, found/ (inputs that crash, hang or eat memory), logs/. It needs Rust as it is, a C++ compiler and Python:
# no nightly and no cargo-fuzz (which takes these targets, too), because the compiler's coverage pass is switched on by flags that stable Rust has.
# There is no address sanitizer in this: the code that reads is safe Rust, and a panic, a hang or a broken promise is what is looked for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
home="$PWD"
built="${CARGO_TARGET_DIR:-$home/target}"
work="$built/fuzz"
slice="${FUZZ_SLICE:-60}" # seconds of one turn

usage() { sed -n '2,6p' "${BASH_SOURCE[0]}" >&2; exit 2; }
[ $# -gt 0 ] || usage
mapfile -t all < <(cd fuzz/fuzz_targets && ls -- *.rs | sed 's/\.rs$//')

flags="-Cpasses=sancov-module"
for flag in level=4 inline-8bit-counters pc-table trace-compares; do
    flags="$flags -Cllvm-args=-sanitizer-coverage-$flag"
done
host="$(rustc -vV | sed -n 's/^host: //p')"
RUSTFLAGS="$flags --cfg fuzzing" CARGO_TARGET_DIR="$work" \
    cargo build --release --locked --manifest-path fuzz/Cargo.toml --target "$host"
bin="$work/$host/release"

mkdir -p "$work/logs"
[ -s "$work/seeded" ] && [ "$(cat "$work/seeded")" = "$(git -C "$home" rev-parse HEAD)" ] || {
    [ -n "${COVERAGE:-}" ] || cargo build --locked --bin coverage
    python3 fuzz/seeds.py "$work" --coverage "${COVERAGE:-$built/debug/coverage}"
    git rev-parse HEAD >"$work/seeded"
}
export COVERAGE_FUZZ_PACK="$work/pack.zip"
if [ ! -d "$work/corpus" ] && [ -f fuzz/corpus.tar.xz ]; then
    mkdir -p "$work/corpus"
    tar -xJf fuzz/corpus.tar.xz -C "$work/corpus"
fi

# A timeout has to be far from what a busy machine makes of a quick input; slow ones are noted from 2 seconds on.
limits=(-timeout=25 -report_slow_units=2 -rss_limit_mb=2048 -max_len=4096)

run() { # TARGET SECONDS
    local target="$1" log="$work/logs/$1.$(date +%s).log" longest=()
    mkdir -p "$work/corpus/$target" "$work/found/$target" "$work/seeds/$target"
    case "$target" in workbook | pack) longest=(-max_len=32768) ;; esac
    "$bin/$target" "${limits[@]}" "${longest[@]}" -dict="$work/words.dict" -artifact_prefix="$work/found/$target/" -print_final_stats=1 \
        -max_total_time="$2" "$work/corpus/$target" "$work/seeds/$target" >"$log" 2>&1 || printf '!!! %s: see %s\n' "$target" "$log" >&2
    # Seconds, executions, edges covered, inputs in the corpus.
    local last
    last="$(grep -aE '^#[0-9]+.* cov: ' "$log" | tail -1)"
    local word='s/.* '
    {
        printf '%s\t%s\t' "$target" "$(sed -nE 's/^Done [0-9]+ runs in ([0-9]+) second.*/\1/p' "$log" | tail -1)"
        printf '%s\t' "$(sed -nE 's/^stat::number_of_executed_units: +([0-9]+)/\1/p' "$log" | tail -1)"
        printf '%s\t%s\n' "$(sed -E "${word}cov: ([0-9]+).*/\1/" <<<"$last")" "$(sed -E "${word}corp: ([0-9]+).*/\1/" <<<"$last")"
    } >>"$work/runs.tsv"
}

table() {
    python3 - "$work" <<'P'
import collections, pathlib, sys
work = pathlib.Path(sys.argv[1])
rows = collections.defaultdict(lambda: [0, 0, 0, 0])
for line in (work / "runs.tsv").read_text().splitlines():
    target, *cells = line.split("\t")
    seconds, runs, edges, inputs = (int(c) if c.isdigit() else 0 for c in cells)
    row = rows[target]
    row[0] += seconds
    row[1] += runs
    row[2] = max(row[2], edges)
    row[3] = inputs or row[3]
print("| target | seconds | executions | edges covered | inputs |\n|---|---|---|---|---|")
for target, row in sorted(rows.items()):
    print(f"| `{target}` | " + " | ".join(f"{n:,}" for n in row) + " |")
print("| all | " + " | ".join(f"{sum(r[n] for r in rows.values()):,}" for n in (0, 1)) + " | | |")
P
}

case "$1" in
    --keep)
        small="$work/small"
        rm -rf "$small"
        for target in "${all[@]}"; do
            mkdir -p "$small/$target" "$work/corpus/$target"
            "$bin/$target" "${limits[@]}" -max_len=32768 -merge=1 "$small/$target" "$work/corpus/$target" "$work/seeds/$target" 2>&1 | tail -1
        done
        tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$small" -cf - . | xz -6 >fuzz/corpus.tar.xz
        du -h fuzz/corpus.tar.xz
        ;;
    --only)
        target="${2:?which target}"
        shift 2
        "$bin/$target" "${limits[@]}" "$@"
        ;;
    *[!0-9]*) usage ;;
    *)
        seconds="$1"
        shift
        [ $# -eq 0 ] || all=("$@")
        rm -f "$work/runs.tsv"
        end=$(($(date +%s) + seconds))
        turn=$((seconds / ${#all[@]}))
        [ "$turn" -lt "$slice" ] || turn="$slice"
        [ "$turn" -gt 0 ] || turn=1
        while [ "$(date +%s)" -lt "$end" ]; do
            for target in "${all[@]}"; do
                [ "$(date +%s)" -lt "$end" ] && run "$target" "$turn"
            done
        done
        table
        found="$(find "$work/found" -type f)"
        [ -z "$found" ] || { printf 'found:\n%s\n' "$found"; exit 1; }
        ;;
esac
