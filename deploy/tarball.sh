#!/usr/bin/env bash
# Makes one archive that sets Curbside up on a machine without the internet: the program, its unit, its documents, a list of
# everything that it is built from (CycloneDX), and checksums. Usage: deploy/tarball.sh [FOLDER]
# BINARY=PATH takes a program that was built before.
set -euo pipefail
cd "$(dirname "$0")/.."
out="${1:-target/dist}"
target="${CARGO_TARGET_DIR:-target}"
version="$(cargo metadata --format-version 1 --no-deps --offline | python3 -c 'import json,sys; print(next(p["version"] for p in json.load(sys.stdin)["packages"] if p["name"] == "curbside"))')"
# The list of parts takes its time and name from this; without it no two are the same.
SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)"
export SOURCE_DATE_EPOCH
name="curbside-$version-$(uname -m)-linux"
mkdir -p "$out"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
tree="$work/$name"
mkdir -p "$tree/docs"

binary="${BINARY:-}"
if [ -z "$binary" ]; then
  cargo build --release --locked -p curbside
  binary="$target/release/curbside"
fi
install -m 755 "$binary" "$tree/curbside"
strip "$tree/curbside"
# It must run before it is handed on.
"$tree/curbside" --version
install -m 644 README.md LICENSE CHANGELOG.md deploy/curbside.service "$tree/"
cp -r docs/. "$tree/docs/"
cp -r starter "$tree/starter"

command -v cargo-cyclonedx >/dev/null || CARGO_TARGET_DIR="$target/tools" cargo install cargo-cyclonedx --locked --quiet
cargo cyclonedx --manifest-path crates/curbside/Cargo.toml --format json --spec-version 1.5 --override-filename curbside.sbom
# Where it was built is nobody's business, and differs.
sed "s#$PWD#.#g" crates/curbside/curbside.sbom.json > "$tree/curbside.sbom.json"
# The tool writes one for each member of the workspace.
find crates -name curbside.sbom.json -delete

(cd "$tree" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)
# The same tree gives the same archive.
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -cf - "$name" | gzip -n -9 > "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
echo "$out/$name.tar.gz"
