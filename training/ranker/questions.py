"""Questions to train the rankers on: those of the training split whose article is under CC BY or CC0, our own rewordings
of some, and each without its template.

    python questions.py DATA PARAPHRASES STATIC OUT

DATA is the folder of the development data. The intervention, comparator and outcome fields of the data set are used here, to
write questions in other orders; the ranker never sees them. Names: P123 as it stands, P123~bag, P123~free, P123~near, P123~para.
P123~near puts near words of the static model (STATIC, its file) in place of some and drops others: what is said in other words than
the article's.

Writes OUT/all.jsonl (questions with evidence), OUT/fold-0.jsonl and fold-1.jsonl (the same in two halves by article, each
with questions without evidence besides, for ranking articles), OUT/articles-0.txt and articles-1.txt (the articles of each half).
"""

import json
import random
import re
import struct
import sys

import numpy as np

data, paraphrases, static, out = sys.argv[1:5]
rng = random.Random(20261127)
SMALL = set("does do compared with change the of in and a an for to on or by".split())


def rows(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def free(licence):
    """CC BY or CC0 in one of the spellings of the field, and nothing that restricts more."""
    licence = licence or ""
    return licence == "CC ZERO 1.0" or (licence.startswith("CC BY") and not licence.startswith("CC BY-")) or licence == "CC CC-BY 4.0"


def bag(q):
    words = [w for part in (q["intervention"], q["comparator"], q["outcome"]) for w in part.split() if w.lower() not in SMALL]
    rng.shuffle(words)
    return " ".join(words)


def reworded(q):
    i, c, o = (q[k].strip().rstrip(".?") for k in ("intervention", "comparator", "outcome"))
    o = o[:1].lower() + o[1:] if o[1:2].islower() else o
    return rng.choice([
        f"{i} vs {c}: {o}", f"{o}: {i} vs {c}", f"{i} versus {c} - {o}?", f"{o} with {i} compared to {c}",
        f"Is {o} different with {i} than with {c}?", f"How does {i} affect {o} when compared with {c}?",
        f"In patients given {i}, is {o} better than in those given {c}?", f"{i}, {c}, {o}", f"{o} {i} {c}",
        f"effect of {i} on {o}", f"What happens to {o} when {i} is used instead of {c}?", f"Does {i} reduce {o}?",
        f"{o} after {i} or {c}", f"Are there differences in {o} between {i} and {c}?",
    ])


def vocabulary(path):
    """Whole words of the static model that are made of letters, and their vectors, of length 1."""
    file = open(path, "rb").read()
    dims, n, folds, size = struct.unpack_from("<4I", file, 8)
    at = 24 + 12 * folds
    ends = np.frombuffer(file, "<u4", n, at)
    strings = file[at + 4 * n:at + 4 * n + size]
    rows = np.frombuffer(file, np.int8, n * dims, at + 12 * n + size).reshape(n, dims)
    pieces = [strings[a:b].decode() for a, b in zip([0, *ends[:-1]], ends)]
    kept = [i for i, p in enumerate(pieces) if p.isascii() and p.isalpha() and len(p) > 3]
    vectors = rows[kept].astype(np.float32)
    return [pieces[i] for i in kept], vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-6)


VOCABULARY, VECTORS = vocabulary(static)
PLACES = {w: i for i, w in enumerate(VOCABULARY)}


def near(word):
    """A word near this one that does not begin like it, or nothing."""
    at = PLACES.get(word.lower())
    if at is None:
        return "" if rng.random() < 0.5 else word
    cosines = VECTORS @ VECTORS[at]
    best = [VOCABULARY[i] for i in np.argsort(-cosines, kind="stable")[:40] if cosines[i] >= 0.4]
    others = [w for w in best if w[:5] != word.lower()[:5]][:6]
    return rng.choice(others) if others else word


def said_otherwise(text):
    changed = [near(w) if w.lower() not in SMALL and rng.random() < 0.4 else w for w in re.findall(r"[\w-]+|[^\w\s]", text)]
    return " ".join(w for w in changed if w)


licences = {d["_id"]: d["license"] for d in rows(f"{data}/evinf/corpus.jsonl")}
evidence = {e["_id"]: e for e in rows(f"{data}/evinf/evidence-train.jsonl") if e["gold_sentences"] and free(licences.get(e["pmcid"]))}
assert all(e["split"] == "train" for e in evidence.values())
dev = {e["pmcid"] for e in rows(f"{data}/evinf/evidence-dev.jsonl")}
assert not dev & {e["pmcid"] for e in evidence.values()}
ours = {q["_id"]: q["text"] for q in rows(paraphrases)}
articles = sorted({a for a, licence in licences.items() if free(licence)} - dev)
rng.shuffle(articles)
half = {a: n % 2 for n, a in enumerate(articles)}
files = [open(f"{out}/{name}.jsonl", "w", encoding="utf-8") for name in ("fold-0", "fold-1", "all")]
counts, plain = [0, 0, 0], 0
for q in rows(f"{data}/evinf/queries.jsonl"):
    if q["split"] != "train" or q["pmcid"] not in half:
        continue
    known = q["_id"] in evidence
    plain += not known
    if not known and plain % 3:
        continue
    variants = [("", q["text"]), ("~bag", bag(q)), ("~free", reworded(q)), ("~near", said_otherwise(rng.choice([reworded(q), q["text"]])))]
    if not known:
        variants = [rng.choice(variants)]
    if q["_id"] in ours:
        variants.append(("~para", ours[q["_id"]]))
    for name, text in variants:
        line = json.dumps({"_id": q["_id"] + name, "text": text}, ensure_ascii=False) + "\n"
        for n in (half[q["pmcid"]], 2) if known else (half[q["pmcid"]],):
            files[n].write(line)
            counts[n] += 1
for n in (0, 1):
    with open(f"{out}/articles-{n}.txt", "w") as f:
        f.write("\n".join(a for a in articles if half[a] == n) + "\n")
print(len(evidence), "questions of", len({e["pmcid"] for e in evidence.values()}), "articles; lines a file:", counts)
