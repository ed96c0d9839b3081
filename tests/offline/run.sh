#!/usr/bin/env bash
# The whole program in a network namespace that has the loopback device and no route: everything works, and nothing tries to leave.
#   tests/offline/run.sh BINARY
# Two witnesses. The kernel counts in the namespace what found no route (a name server, too, would be one that is not there), and
# strace tells each address that any process of the program connected or sent to. Both are first shown to see somebody who does try.
# Needs unshare, ip (iproute2), strace, curl, python3. Where the kernel refuses namespaces it says so and ends with 77.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ "${OFFLINE:-}" != inside ]; then
  for tool in unshare ip strace curl python3; do
    command -v "$tool" >/dev/null || { echo "tests/offline needs $tool" >&2; exit 1; }
  done
  unshare -rn sh -c 'ip link set lo up && strace -qq -o /dev/null true' 2>/dev/null ||
    { echo "skipped: the kernel allows no network namespace here, or no tracing in one" >&2; exit 77; }
  OFFLINE=inside exec unshare -rn "$0" "$(realpath "$1")"
fi

binary=$1
work=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
export CURBSIDE_DATA=$work/data HOME=$work/home
unset CURBSIDE_AS CURBSIDE_TOKEN CURBSIDE_MODEL_URL http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
mkdir -p "$HOME" "$work/trace"
ip link set lo up
fail() { echo "offline: $*" >&2; exit 1; }
[ -z "$(ip route; ip -6 route | grep -v 'dev lo')" ] || fail "there is a route: $(ip route)"
# What found no route, IPv4 and IPv6.
unrouted() {
  awk '/^Ip:/ && !h {split($0, n); h = 1; next} /^Ip:/ {for (i in n) if (n[i] == "OutNoRoutes") print $i}' /proc/net/snmp
  awk '$1 == "Ip6OutNoRoutes" {print $2}' /proc/net/snmp6
}
count() { unrouted | awk '{sum += $1} END {print sum}'; }
# The addresses in these traces that are no loopback address.
elsewhere() {
  cat "$@" | grep -E '^(connect|sendto|sendmsg|sendmmsg)\(' | grep -E 'sin6?_addr' |
    grep -vE 'inet_addr\("127\.[0-9.]+"\)|inet_pton\(AF_INET6, "(::1|::ffff:127\.[0-9.]+)"' || true
}
traced() { # name, command...
  local name=$1; shift
  strace -f -ff -qq -s 256 -e trace=connect,sendto,sendmsg,sendmmsg -o "$work/trace/$name" "$@"
}

# The witnesses: somebody tries to reach an address, and a name.
before=$(count)
traced witness python3 - >/dev/null <<'PY'
import socket
for family, address in ((socket.AF_INET, ("192.0.2.1", 80)), (socket.AF_INET6, ("2001:db8::1", 80))):
    try:
        socket.socket(family, socket.SOCK_STREAM).connect(address)
        raise SystemExit("it could be reached")
    except OSError:
        pass
PY
start=$(count)
[ "$start" -ge "$((before + 1))" ] || fail "the kernel did not count who tried to leave"
elsewhere "$work"/trace/witness.* | grep -q '192\.0\.2\.1' || fail "strace did not show who tried to leave"
[ ! -e /proc/net/if_inet6 ] || elsewhere "$work"/trace/witness.* | grep -q '2001:db8::1' || fail "strace did not show who tried to leave by IPv6"

n=0
run() { n=$((n + 1)); traced "run$n" "$binary" "$@" >"$work/out" 2>"$work/err" || fail "curbside $* ended with $?: $(tail -5 "$work/err")"; }
as() { local who=$1; shift; CURBSIDE_PASSWORD='seven damp umbrellas' run --as "$who" "$@"; }
field() { python3 -c 'import json,sys; v=json.load(open(sys.argv[1]))
for k in sys.argv[2].split("."): v=v[int(k)] if isinstance(v, list) else v[k]
print(v)' "$work/out" "$1"; }

# The command line.
question='What are the treatment options for metastatic colon cancer with BRAF V600E after FOLFOX?'
run doctor --json
[ "$(field leaving)" = '[]' ] || fail "doctor says that something leaves: $(field leaving)"
run ask "$question"
run ask --json 'How is hypomagnesemia evaluated?'
hash=$(field hash)
run ask --follow "$hash" 'what if she is pregnant?'
fixtures=crates/reading/tests/fixtures
run add "$fixtures/pdf/two-columns.pdf" "$fixtures/jats/trial.xml" "$fixtures/pubmed/articles.xml"
run search magnesium
run check --claim 'Proton-pump inhibitors can cause hypomagnesemia.' --evidence digest:magnesium-disorders
printf 'Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature,Reason\n1,A title,1/2/2026 0:00,,,1/1/2019 0:00,,1,Retraction,+Error;\n' >"$work/list.csv"
run standing "$work/list.csv"
run digest lint starter/bone-metastases.md

# Three people take an article to its publication.
for person in wanda:author vera:reviewer viktor:reviewer edith:editor ada:administrator; do
  run people add "${person%%:*}" --name "Person ${person%%:*}" --credentials MD --role "${person##*:}" --json
  CURBSIDE_PASSWORD='seven damp umbrellas' run people claim "$(field link)"
done
as wanda ask --json 'How is hypomagnesemia evaluated?'
hash=$(field hash)
as wanda review submit "$hash"
for who in vera viktor; do
  as "$who" review take "$hash" --json
  all=1-$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["statements"]))' "$work/out")
  as "$who" review conflict "$hash" --none
  as "$who" review mark "$hash" accept "$all"
  as "$who" review sign "$hash" approve
done
as edith review publish "$hash"
as edith refresh
run audit verify

# The server, while a browser uses it.
port=8941
strace -f -ff -qq -s 256 -e trace=connect,sendto,sendmsg,sendmmsg -o "$work/trace/serve" "$binary" serve --port "$port" \
  >"$work/serve.out" 2>"$work/serve.err" &
server=$!
at=http://127.0.0.1:$port
for _ in $(seq 150); do curl -sf "$at/health/ready" >/dev/null && break; sleep 0.2; done
get() { curl -sf -m 60 -o /dev/null "$at$1" || fail "GET $1: $(curl -s -m 60 -o /dev/null -w '%{http_code}' "$at$1")"; }
answer=$(curl -s -m 100 -o /dev/null -w '%{redirect_url}' -H "Origin: $at" --data-urlencode "question=$question" "$at/ask")
[ -n "$answer" ] || fail "the question was not answered: $(tail -3 "$work/serve.err")"
curl -sf -m 100 -H "Origin: $at" --data-urlencode "question=$question" "$at/ask/stream" | grep -q '^event: done' || fail "the stream did not end well"
for path in / "${answer#"$at"}" "/articles/$hash" "/articles/$hash/json" '/search?q=magnesium' /sources /sources/digest:magnesium-disorders /board \
  /about /sitemap.xml /feed.xml /sign-in /style.css /app.js /icon.svg /metrics '/api/v1/search?q=magnesium' /api/openapi.json; do
  get "$path"
done
curl -sf -m 60 -c "$work/jar" -o /dev/null -H "Origin: $at" -d username=ada --data-urlencode 'password=seven damp umbrellas' "$at/sign-in" || fail "nobody could sign in"
for path in /account /board/queue "/board/review/$hash" /admin /admin/sources /admin/leaving; do
  curl -sf -m 60 -b "$work/jar" -o /dev/null "$at$path" || fail "GET $path, signed in: $(curl -s -m 60 -b "$work/jar" "$at$path" | head -c 1500)"
done
curl -sf -m 60 -b "$work/jar" -o /dev/null -H "Origin: $at" -F collection=default -F "file=@$fixtures/pdf/one-column.pdf" "$at/admin/sources/add" || fail "nothing could be uploaded"
# strace passes the signal on to nobody: the server itself is its child.
kill -TERM "$(pgrep -P "$server")"
wait "$server" || fail "the server ended with $?"

# What is kept can be taken elsewhere, too.
run backup "$work/backup"
run export "$work/all.tar"
CURBSIDE_DATA=$work/restored run restore "$work/backup"
CURBSIDE_DATA=$work/imported run import "$work/all.tar"

left=$(elsewhere "$work"/trace/{run,serve}*)
[ -z "$left" ] || fail "something tried to leave: $left"
[ "$(count)" = "$start" ] || fail "the kernel counted $(($(count) - start)) packets without a route"
echo "offline: $n commands and a server; $(ls "$work"/trace/{run,serve}* | wc -l) traced threads and processes, none connected or sent to any address but this machine's"
