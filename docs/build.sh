#!/usr/bin/env bash
# Builds the documentation site into target/site. Installs mdBook, once, below target/tools if it is not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=0.5.4
mdbook="target/tools/bin/mdbook"
if [ "$("$mdbook" --version 2>/dev/null || true)" != "mdbook v$version" ]; then
    # Without optimisation and without the parts that watch and serve: the site is small, and this takes half the time.
    cargo install --locked --version "$version" --no-default-features --features search --debug --root target/tools mdbook
fi
"$mdbook" build docs
printf 'The site is in target/site: open target/site/index.html\n'
