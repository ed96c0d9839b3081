#!/usr/bin/env bash
# What load a server bears: stored pages by many connections, askers beside them, a thousand streams, clients that drip.
#   evals/load.sh BINARY OUT [SECONDS]
# Runs on one machine, client and server together: leave it alone meanwhile. Needs wrk, python3 and 16384 open files. Writes
# figures to OUT; a step that misses its target says so in OUT/summary.txt and does not stop the others.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$(realpath "$1") out=$2 seconds=${3:-20}
mkdir -p "$out"
out=$(realpath "$out")
data=$(mktemp -d) port=${PORT:-8931} server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
ulimit -n 16384
clients=(python3 evals/scripts/load_clients.py --port "$port")
say() { printf '%s\n' "$*" | tee -a "$out/summary.txt"; }
resident() { awk '/VmRSS/ {print $2}' "/proc/$server/status"; }
reads() { # name, seconds, connections, path, headers...
  local name=$1 time=$2 many=$3 path=$4; shift 4
  wrk -t1 -c"$many" -d"${time}s" --timeout 10s --latency "$@" "http://127.0.0.1:$port$path" >"$out/$name.txt" 2>&1
  say "$name: $(awk '/Requests\/sec/ {r=$2} /99%/ {p=$2} /Transfer/ {t=$2} /Non-2xx|Socket errors/ {e=e " " $0} END {print r " a second, p99 " p ", " t " a second" e}' "$out/$name.txt")"
}

: >"$out/summary.txt"
say "$(date -u +%FT%TZ) $("$binary" --version), $(nproc) cores, load before $(cut -d' ' -f1-3 /proc/loadavg), wrk $(wrk --version 2>&1 | awk 'NR==1 {print $2}')"
"$binary" --data "$data" serve --port "$port" >"$out/server.out" 2>"$data/log" &
server=$!
for _ in $(seq 100); do
  curl -sf "http://127.0.0.1:$port/health/ready" >/dev/null && break
  sleep 0.2
done
ask() {
  curl -s -o /dev/null -w '%{redirect_url}' -H "Origin: http://127.0.0.1:$port" --data-urlencode "question=$1" \
    "http://127.0.0.1:$port/ask" | sed 's|^http://[^/]*||'
}
# The longest answer of the set, and one with few statements.
long=$(ask "${LONG_QUESTION:-What are the treatment options for a patient with poorly differentiated rectal cancer, post-surgery, post 4 cycles of FOLFOX (fluorouracil, oxaliplatin, leucovorin), post adjuvant radiation therapy (RT), now presenting with multiple skeletal metastases, inguinal metastases, and retroperitoneal metastases?}")
short=$(ask "How is hypomagnesemia evaluated?")
for path in "$long" "$short" / /style.css; do
  plain=$(curl -s -o /dev/null -w '%{size_download}' "http://127.0.0.1:$port$path")
  packed=$(curl -s -o /dev/null -w '%{size_download}' -H 'Accept-Encoding: gzip' "http://127.0.0.1:$port$path")
  brotli=$(curl -s -o /dev/null -w '%{size_download}' -H 'Accept-Encoding: br' "http://127.0.0.1:$port$path")
  say "bytes of ${path:0:18}: $plain plain, $packed asked as gzip, $brotli asked as br"
done

reads long-plain "$seconds" 200 "$long"
reads long-gzip "$seconds" 200 "$long" -H 'Accept-Encoding: gzip, deflate, br'
reads short-gzip "$seconds" 200 "$short" -H 'Accept-Encoding: gzip, deflate, br'
reads home-gzip 5 200 / -H 'Accept-Encoding: gzip, deflate, br'
reads style-gzip 5 200 /style.css -H 'Accept-Encoding: gzip, deflate, br'
reads live 5 200 /health/live

say "-- 20 askers for 60 s, alone"
"${clients[@]}" ask --askers 20 --seconds 60 --questions evals/data/starter.jsonl >"$out/askers-alone.json"
say "$(cat "$out/askers-alone.json")"

say "-- 20 askers for 60 s beside 200 reading connections; resident memory every 2 s in memory.txt"
: >"$out/memory.txt"
( while sleep 2; do printf '%s %s\n' "$(date +%s)" "$(resident)" >>"$out/memory.txt"; done ) &
sampler=$!
"${clients[@]}" ask --askers 20 --seconds 60 --questions evals/data/starter.jsonl >"$out/askers.json" &
asking=$!
reads long-beside-askers 58 200 "$long" -H 'Accept-Encoding: gzip, deflate, br'
wait "$asking"
kill "$sampler"
say "$(cat "$out/askers.json")"
say "memory: first $(awk 'NR==1 {print $2}' "$out/memory.txt") kB, most $(awk '$2>m {m=$2} END {print m}' "$out/memory.txt") kB, last $(awk 'END {print $2}' "$out/memory.txt") kB"

say "-- 1,000 streams at once, 20 reading connections beside them"
"${clients[@]}" streams --streams 1000 --questions evals/data/starter.jsonl >"$out/streams.json" &
streaming=$!
sleep 1
reads long-beside-streams 10 20 "$long" -H 'Accept-Encoding: gzip, deflate, br'
wait "$streaming"
say "$(cat "$out/streams.json")"

say "-- 500 clients that send a byte a second, 200 reading connections beside them"
"${clients[@]}" drip --clients 500 --seconds 20 >"$out/drip.json" &
dripping=$!
sleep 2
reads long-beside-drip 10 200 "$long" -H 'Accept-Encoding: gzip, deflate, br'
wait "$dripping"
say "$(cat "$out/drip.json")"

say "lines of the log: $(wc -l <"$data/log") ($(grep -c ERROR "$data/log" || true) errors, $(grep -c WARN "$data/log" || true) warnings)"
say "load after $(cut -d' ' -f1-3 /proc/loadavg)"
kill -TERM "$server"
wait "$server" && say "stopped well" || say "stopped with $?"
