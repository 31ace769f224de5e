#!/usr/bin/env bash
# The program as one for Windows, run by Wine: the library's tests, and the report on the sample company, whose files have to have the
# very bytes of the report that Linux makes. Not part of `.ci/run`, because building all of it once more takes ten minutes.
#
#   rustup target add x86_64-pc-windows-gnu
#   apt-get install gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 wine wine64      # Debian's names
#   tests/windows/run.sh
#
# Wine is not Windows: it opens folders as files, and no virus scanner holds what was just written.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=x86_64-pc-windows-gnu
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine WINEDEBUG=-all INSTA_UPDATE=no
work="$(mktemp -d)"
export WINEPREFIX="$work/wine"
trap 'wineserver -k >/dev/null 2>&1 || true; wineserver -w >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
program="${CARGO_TARGET_DIR:-target}/$target/debug/coverage.exe"

for tool in x86_64-w64-mingw32-gcc wine; do
    command -v "$tool" >/dev/null || { echo "$0: $tool is missing; the first lines of this file say what to install" >&2; exit 1; }
done

cargo build --locked
cargo build --locked --target "$target"

# Older Wines lack the library from which Rust takes random numbers. It has one function, which another library has, too.
wine cmd /c exit >/dev/null 2>&1 || true
system="$WINEPREFIX/drive_c/windows/system32"
if [ ! -e "$system/bcryptprimitives.dll" ]; then
    cat >"$work/random.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE into, SIZE_T length) { return SystemFunction036(into, (ULONG)length); }
C
    x86_64-w64-mingw32-gcc -shared -o "$system/bcryptprimitives.dll" "$work/random.c" -ladvapi32
fi

"${CARGO_TARGET_DIR:-target}/debug/coverage" report samples/nordwind --out "$work/linux" --fresh --quiet
wine "$program" report samples/nordwind --out "$work/windows" --fresh --quiet
wine "$program" report samples/nordwind --out "$work/windows" --fresh --quiet # replaces the first
# What a next run may leave out is noted only where files have numbers of their own.
diff -r --exclude .coverage-run.json "$work/linux" "$work/windows"
echo "the same report, byte for byte"

cargo test --locked --target "$target" --lib
