"""Gathers the training texts: only documents under CC0 or CC BY, none that a dev or test question is about.

Reads DATA/evinf (licences, splits), DATA/pmc/jats.tar.xz (full text) and DATA/medquad. Writes WORK/texts.jsonl ({id,
part, kind, text}), WORK/pairs.jsonl ({id, part, kind, query, passage}) and WORK/sources.tsv, which is kept beside the
model as attribution. `part` is train or dev: dev is 5 % of the documents, taken by a hash of their id, held out to choose
between variants.
"""

import hashlib
import json
import re
import sys
import tarfile
import xml.etree.ElementTree as ET
from pathlib import Path

OPEN = {"CC BY 4.0", "CC BY 2.0", "CC BY 3.0", "CC BY 2.5", "CC BY (text)", "CC BY 3", "CC CC-BY 4.0", "CC ZERO 1.0"}
DROPPED = {"table-wrap", "fig", "xref", "disp-formula", "inline-formula", "tex-math", "table", "supplementary-material", "fn", "graphic", "list"}
SENTENCE = re.compile(r"(?<=[a-z0-9)%\]][.?!])\s+(?=[A-Z])")


def part(key: str) -> str:
    return "dev" if hashlib.sha256(key.encode()).digest()[0] < 13 else "train"


def words(element) -> str:
    out = []

    def walk(e):
        if e.tag in DROPPED:
            out.append(" ")
        else:
            if e.text:
                out.append(e.text)
            for child in e:
                walk(child)
        if e.tail:
            out.append(e.tail)

    tail, element.tail = element.tail, None
    walk(element)
    element.tail = tail
    text = re.sub(r"\s+", " ", "".join(out)).strip()
    text = re.sub(r"\s*[\[(][\s,;–-]*[\])]", "", text)  # what a dropped reference leaves behind
    return re.sub(r"\s+([.,;:])", r"\1", text)


def sentences(text: str):
    return [s for s in SENTENCE.split(text) if 5 <= len(s.split()) <= 60]


def cut(text: str, most: int = 150):
    """Runs of whole sentences of at most `most` words."""
    run, n = [], 0
    for s in SENTENCE.split(text):
        k = len(s.split())
        if run and n + k > most:
            yield run
            run, n = [], 0
        run.append(s)
        n += k
    if run:
        yield run


def main(data: Path, work: Path) -> None:
    licence, title = {}, {}
    for line in open(data / "evinf/corpus.jsonl"):
        d = json.loads(line)
        licence[d["_id"]], title[d["_id"]] = d["license"], d["title"]
    split = {"train": set(), "dev": set()}
    for line in open(data / "evinf/queries.jsonl"):
        d = json.loads(line)
        split[d["split"]].add(d["pmcid"])
    keep = {i for i in split["train"] - split["dev"] if licence.get(i) in OPEN}
    (work / "sources.tsv").write_text("# The articles whose text trained the model: PubMed Central id, licence as the article states it.\n"
                                      + "".join(f"{i}\t{licence[i]}\n" for i in sorted(keep)))
    texts, pairs = open(work / "texts.jsonl", "w"), open(work / "pairs.jsonl", "w")

    def put(i, kind, text):
        texts.write(json.dumps({"id": i, "part": part(i), "kind": kind, "text": text}) + "\n")

    def pair(i, kind, query, passage):
        pairs.write(json.dumps({"id": i, "part": part(i), "kind": kind, "query": query, "passage": passage}) + "\n")

    articles = 0
    for member in (archive := tarfile.open(data / "pmc/jats.tar.xz", "r|xz")):
        i = Path(member.name).stem
        if i not in keep:
            continue
        root = ET.fromstring(archive.extractfile(member).read())
        for e in root.iter():
            e.tag = e.tag.rsplit("}", 1)[-1]
        articles += 1
        put(i, "title", title[i])
        abstract = [words(p) for a in root.iter("abstract") for p in a.iter("p")]
        whole = " ".join(abstract)
        if len(whole.split()) > 40:
            pair(i, "title-abstract", title[i], " ".join(whole.split()[:250]))
        body = root.find("body")
        blocks = [("", p) for p in abstract]
        if body is not None:
            for sec in body.iter("sec"):
                name = sec.findtext("title") or ""
                blocks += [(name, words(p)) for p in sec.findall("p")]
        for name, block in blocks:
            for run in cut(block):
                passage = " ".join(run)
                if len(passage.split()) >= 30:
                    put(i, "passage", passage)
                    if len(run) >= 3:
                        # One sentence asks for the passage it was taken from.
                        k = int.from_bytes(hashlib.sha256(passage.encode()).digest()[:4]) % len(run)
                        if 6 <= len(run[k].split()) <= 60:
                            pair(i, "sentence-rest", run[k], " ".join(run[:k] + run[k + 1 :]))
                for s in run:
                    if 5 <= len(s.split()) <= 60:
                        put(i, "sentence", s)
    seen = set()
    for line in open(data / "medquad/corpus.jsonl"):
        d = json.loads(line)
        i = d["_id"].rsplit("_", 1)[0]
        if d["text"] in seen:
            continue
        seen.add(d["text"])
        put(i, "title", d["title"])
        runs = [" ".join(r) for r in cut(d["text"])]
        if runs and len(runs[0].split()) >= 10:
            pair(i, "question-answer", d["title"], runs[0])
        for run in runs[:3]:
            put(i, "passage", run)
            for s in sentences(run):
                put(i, "sentence", s)
    print(articles, "articles", len(seen), "medquad answers")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
