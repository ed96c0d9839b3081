"""Claims to train the weighing on, out of the training split of `claims/`: each with its direction turned and its arms
exchanged, so that the answer follows from what annotators said of the one.

    python rows.py DATA OUT.jsonl [--all]

DATA is the folder of the development data. Without --all only rows of articles under CC0 or CC BY: what ships is trained on
those alone. The development split is opened for the names of its articles, which must not occur, and for nothing else.
Ids: SOURCE~DIRECTION~TURNED~TRUTH, where TRUTH is what the evidence says of what is given against the comparator (up, down,
same, none).
"""

import json
import random
import re
import sys

data, out = sys.argv[1:3]
everything = "--all" in sys.argv
rng = random.Random(20261127)
VERBS = {"up": "significantly increased", "down": "significantly decreased", "same": "did not significantly change"}
TURNED = {"up": "down", "down": "up", "same": "same", "none": "none"}
FORM = re.compile(r"^(.*?) (significantly increased|significantly decreased|did not significantly change) (.*) compared with (.*)\.$", re.S)


def rows(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def free(licence):
    """CC BY or CC0 in one of the spellings of the field, and nothing that restricts more."""
    licence = licence or ""
    return licence == "CC ZERO 1.0" or (licence.startswith("CC BY") and not licence.startswith("CC BY-")) or licence == "CC CC-BY 4.0"


licences = {d["_id"]: d["license"] for d in rows(f"{data}/evinf/corpus.jsonl")}
train = rows(f"{data}/claims/train.jsonl")
assert not {r["pmcid"] for r in train} & {json.loads(l)["pmcid"] for l in open(f"{data}/claims/dev.jsonl", encoding="utf-8")}
direction = {v: k for k, v in VERBS.items()}
truth, parsed = {}, []
for r in train:
    m = FORM.match(r["claim"])
    if not m or not (everything or free(licences.get(r["pmcid"]))):
        continue
    a, verb, o, c = m.groups()
    parsed.append((r, a, direction[verb], o, c))
    if r["support"] == "supported":
        truth[(r["pmcid"], a, o, c)] = (direction[verb], r["evidence"])
written = 0
seen = set()
with open(out, "w", encoding="utf-8") as f:

    def write(name, article, a, o, c, evidence, said):
        """All directions of a claim, and the same with its arms exchanged."""
        global written
        for turned in (0, 1):
            left, right = (c, a) if turned else (a, c)
            is_so = TURNED[said] if turned else said
            for way in ("up", "down", "same"):
                support = "unsupported" if is_so == "none" else "supported" if way == is_so else "contradicted"
                claim = f"{left} {VERBS[way]} {o} compared with {right}."
                f.write(json.dumps({"_id": f"{name}~{way}~{turned}~{is_so}", "claim": claim, "evidence": evidence,
                                    "support": support, "pmcid": article}, ensure_ascii=False) + "\n")
                written += 1

    for r, a, way, o, c in parsed:
        key = (r["pmcid"], a, o, c)
        if r["support"] == "unsupported":
            write(r["_id"], r["pmcid"], a, o, c, r["evidence"], "none")
        elif key in truth and key not in seen:
            seen.add(key)
            write(r["_id"], r["pmcid"], a, o, c, truth[key][1], truth[key][0])
print(written, "claims of", len({r["pmcid"] for r, *_ in parsed}), "articles")
