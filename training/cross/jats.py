"""`python jats.py DATA OUT.jsonl`: the sentences of every free article that is not of a development split, in the form of
`evinf/sentences.jsonl`, which has annotated articles alone. Annotated articles are taken from there as they are.

A plain reading, for training only: title, paragraphs of the abstract and the body, tables and references left out. A minute.
"""

import html
import json
import re
import sys
import tarfile

data, out = sys.argv[1:]


def free(licence):
    """CC BY or CC0 in one of the spellings of the field, and nothing that restricts more."""
    licence = licence or ""
    return licence == "CC ZERO 1.0" or (licence.startswith("CC BY") and not licence.startswith("CC BY-")) or licence == "CC CC-BY 4.0"


def rows(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def plain(xml):
    text = re.sub(r"<xref[^>]*ref-type=\"bibr\".*?</xref>", "", xml, flags=re.S)
    text = re.sub(r"<(?:!--.*?--|/?[A-Za-z][^>]*)>", "", text, flags=re.S)
    text = re.sub(r"\s+", " ", html.unescape(text)).strip()
    return re.sub(r"\s*\[[\s,–-]*\]|\(\s*[;,]?\s*\)", "", text)


SPLIT = re.compile(r"(?<=[.!?])(?<!\bvs\.)(?<!\bal\.)(?<!e\.g\.)(?<!i\.e\.)(?<!Fig\.)(?<!Dr\.)(?<!\bNo\.)(?<!\s[A-Z]\.)\s+(?=[A-Z0-9\"(])")
licences = {d["_id"]: d["license"] for d in rows(f"{data}/evinf/corpus.jsonl")}
dev = {q["pmcid"] for q in rows(f"{data}/evinf/queries.jsonl") if q["split"] != "train"}
dev |= {e["pmcid"] for e in rows(f"{data}/evinf/evidence-dev.jsonl")} | {r["pmcid"] for r in rows(f"{data}/claims/dev.jsonl")}
wanted = {a for a, licence in licences.items() if free(licence)} - dev
known = {a["pmcid"]: a for a in rows(f"{data}/evinf/sentences.jsonl") if a["pmcid"] in wanted}
written = 0
with tarfile.open(f"{data}/pmc/jats.tar.xz", "r:xz") as tar, open(out, "w", encoding="utf-8") as f:
    for member in tar:
        article = member.name.rsplit("/", 1)[-1].removesuffix(".nxml")
        if article not in wanted:
            continue
        if article in known:
            f.write(json.dumps(known[article], ensure_ascii=False) + "\n")
            continue
        xml = tar.extractfile(member).read().decode("utf-8", "replace")
        xml = re.sub(r"<(table-wrap|fig|ref-list|disp-formula|inline-formula|fn-group|back)\b.*?</\1>", " ", xml, flags=re.S)
        title = re.search(r"<article-title[^>]*>(.*?)</article-title>", xml, re.S)
        parts = [title.group(1)] if title else []
        for block in re.findall(r"<abstract\b.*?</abstract>|<body\b.*?</body>", xml, re.S):
            parts += re.findall(r"<p\b[^>]*>(.*?)</p>", block, re.S)
        sentences, at = [], 0
        for part in parts:
            at += 20  # a gap between two sentences ends a passage
            for sentence in SPLIT.split(plain(part)):
                if len(sentence) > 5:
                    sentences.append({"i": len(sentences), "start": at, "end": at + len(sentence), "text": sentence})
                    at += len(sentence) + 1
        if len(sentences) > 20:
            f.write(json.dumps({"pmcid": article, "sentences": sentences}, ensure_ascii=False) + "\n")
            written += 1
print(written, "articles read,", len(known), "taken as annotated")
