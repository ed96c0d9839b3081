#!/usr/bin/env python3
"""Compares what Curbside reads in digests with what Pandoc reads in them.

usage: pandoc_compare.py DIGEST_JSON FILE...

DIGEST_JSON is the built example `digest_json` of crate `reading`. For every FILE both sides give a list of statements
(id, plain sentence, attributes, citations with locators); any difference is printed, and the exit status is 1.
Needs pandoc (Debian's 2.17 will do). Runs nothing else and writes nothing.
"""

import json
import re
import subprocess
import sys


def plain(inlines):
    """The text of inlines without markup; None where there is markup that a digest may not hold."""
    out = []
    for inline in inlines:
        kind, content = inline["t"], inline.get("c")
        if kind == "Str":
            out.append(content)
        elif kind in ("Space", "SoftBreak", "LineBreak"):
            out.append(" ")
        else:
            out.append(f"<{kind}>")
    return "".join(out)


def fold(text):
    """Runs of spaces become one; no-break spaces stay."""
    return re.sub("[ \t\n]+", " ", text).strip(" ")


def cites(inlines):
    """Citations after the span, and whatever else is there as `{"unexpected": ...}`."""
    out = []
    for inline in inlines:
        kind = inline["t"]
        if kind in ("Space", "SoftBreak", "LineBreak"):
            continue
        if kind != "Cite":
            out.append({"unexpected": json.dumps(inline, ensure_ascii=False)})
            continue
        for citation in inline["c"][0]:
            one = {"reference": citation["citationId"]}
            if citation["citationPrefix"] or citation["citationMode"]["t"] != "NormalCitation":
                one["unexpected"] = citation["citationMode"]["t"]
            locator = fold(plain(citation["citationSuffix"]))
            if locator:
                one["locator"] = fold(locator.removeprefix(","))
            out.append(one)
    return out


def output(*command):
    """What a command prints, as JSON. Ends this script where the command fails."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return json.loads(done.stdout)


def pandoc_statements(path):
    out = []
    for block in output("pandoc", "-f", "markdown-smart", "-t", "json", path)["blocks"]:
        if block["t"] in ("Header", "RawBlock"):
            continue
        if block["t"] != "BulletList":
            out.append({"unexpected": block["t"]})
            continue
        for item in block["c"]:
            if len(item) != 1 or item[0]["t"] not in ("Plain", "Para") or item[0]["c"][0]["t"] != "Span":
                out.append({"unexpected": json.dumps(item, ensure_ascii=False)})
                continue
            (name, classes, pairs), sentence = item[0]["c"][0]["c"]
            one = {
                "id": name,
                "text": fold(plain(sentence)),
                "attributes": {key: fold(value) for key, value in pairs},
                "cites": cites(item[0]["c"][1:]),
            }
            if classes:
                one["unexpected"] = classes
            out.append(one)
    return out


def our_statements(program, path):
    return output(program, path)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    differ = 0
    for path in sys.argv[2:]:
        theirs, ours = pandoc_statements(path), our_statements(sys.argv[1], path)
        for n in range(max(len(theirs), len(ours))):
            their = theirs[n] if n < len(theirs) else None
            our = ours[n] if n < len(ours) else None
            if their != our:
                differ += 1
                print(f"{path}: statement {n + 1}")
                print(f"  pandoc:   {json.dumps(their, ensure_ascii=False, sort_keys=True)}")
                print(f"  curbside: {json.dumps(our, ensure_ascii=False, sort_keys=True)}")
        print(f"{path}: {len(ours)} statements")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
