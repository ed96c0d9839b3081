"""Holds a served API against its own description with schemathesis: no server error, only documented statuses, media types and
shapes. Twice: names as they are made up (mostly there is no such thing), then the names of an article and a source that are there (which is not
erased then: nothing else could be asked of it).

    python3 tests/api/run.py target/debug/curbside target/schemathesis/bin/st [EXAMPLES]

Requests come of a fixed seed; what a server answers still depends on what was done to it before.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

CURBSIDE, ST = (os.path.abspath(path) for path in sys.argv[1:3])
EXAMPLES = sys.argv[3] if len(sys.argv) > 3 else "30"
PASSWORD = "seven damp umbrellas"
ROLES = ["author", "reviewer", "editor", "administrator"]
CHECKS = ",".join(["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance", "negative_data_rejection", "unsupported_method", "allow_header_conformance"])


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def run(data, *arguments, **variables):
    environment = {**os.environ, "NO_COLOR": "1", **variables}
    return subprocess.run([CURBSIDE, "--data", data, *arguments], env=environment, check=True, capture_output=True, text=True).stdout


def sign_in(address):
    form = urllib.parse.urlencode({"username": "ada", "password": PASSWORD}).encode()
    try:
        urllib.request.build_opener(NoRedirect).open(f"{address}/sign-in", form)
    except urllib.error.HTTPError as answer:
        if answer.status == 303:
            return answer.headers["set-cookie"].split(";")[0]
    raise SystemExit("ada could not sign in")


def hold(address, cookie, config, *more):
    command = [ST, "--config-file", config, "run", f"{address}/api/openapi.json", "--checks", CHECKS, "-n", EXAMPLES, "--seed", "1"]
    command += ["--phases", "examples,coverage,fuzzing", "--generation-database", "none", "--no-color", "--no-shrink", "--workers", "1"]
    command += ["--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure", "-H", f"Cookie: {cookie}"]
    # With a session a request says where it comes from, as browsers do.
    command += ["-H", f"Origin: {address}", *more]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "SCHEMATHESIS_HOOKS": os.path.join(os.path.dirname(os.path.abspath(__file__)), "hooks.py")}
    return subprocess.run(command, env=environment, cwd=os.path.dirname(config)).returncode


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        roles = [word for role in ROLES for word in ("--role", role)]
        added = json.loads(run(data, "people", "add", "ada", "--name", "Ada Min", "--credentials", "MD", "--json", *roles))
        run(data, "people", "claim", added["link"], CURBSIDE_PASSWORD=PASSWORD)
        who = {"CURBSIDE_AS": "ada", "CURBSIDE_PASSWORD": PASSWORD}
        article = json.loads(run(data, "ask", "--json", "How is hypomagnesemia evaluated?", **who))
        run(data, "review", "submit", article["hash"], **who)
        source = json.loads(run(data, "sources", "--json"))[0]["id"]
        server = subprocess.Popen([CURBSIDE, "--data", data, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        try:
            address = next(word for word in server.stdout.readline().split() if word.startswith("http")).rstrip("/")
            cookie = sign_in(address)
            empty, named = os.path.join(folder, "empty.toml"), os.path.join(folder, "named.toml")
            open(empty, "w").close()
            with open(named, "w") as file:
                file.write(f'[parameters]\n"path.name" = "{article["hash"]}"\n"path.id" = "{source}"\n')
            first = hold(address, cookie, empty)
            second = hold(address, cookie, named, "--include-path-regex", r"\{(name|id)\}", "--exclude-method", "DELETE")
            if server.poll() is not None:
                raise SystemExit("the server ended")
        finally:
            server.terminate()
            server.wait()
    sys.exit(first or second)


main()
