#!/usr/bin/env python3
"""Compares Curbside's JATS reader with pubmed-parser on a sample of a folder of articles.

Needs the peer, which this script does not install: pip install pubmed-parser==0.5.1 (brings lxml).

    cargo build -p reading --example fields
    python evals/scripts/jats_peer.py FOLDER target/debug/examples/fields OUT.json

Samples COUNT files with SEED from the sorted names of FOLDER/*.nxml and *.xml, reads each with both, and compares title,
pmid, pmc, doi, year, abstract, section headings and number of references. Writes how many agree in each field, and
every disagreement with both values, cut to 300 characters, and its causes. A cause is named only where the XML bears
it out; "unsettled" is left for a person. Nothing is fetched.

What is made alike before comparing, and no more:
- white space is left out (the peer puts a blank at each border of an element, or joins without one);
- entities are resolved by both parsers;
- dashes and minus signs are one (- U+2010 to U+2015, U+2212);
- case of DOIs, and the letters PMC, do not count;
- trailing full stops of titles, abstracts and headings do not count.
Abstracts: all of them, each heading before its text. Headings: the set of those right above text.
"""

import argparse
import difflib
import json
import random
import re
import subprocess
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pubmed_parser
from lxml import etree
from pubmed_parser import pubmed_oa_parser

CUT = 300
DASHES = re.compile("[\u2010-\u2015\u2212]")
# Headings of parts that Curbside leaves out (crates/reading/src/jats/sections.rs), as they begin in this corpus.
LEFT_OUT = re.compile(
    r"(list of )?abbreviations|acknowledg|additional file|(authors?.? ?s?.? )?contribut|authors?.? information|authorship"
    r"|(declaration of )?compet|(statement of )?(declaration of )?interest|declarations|conflict|disclosure|endnotes"
    r"|ethics approval and consent|(role of the )?fund|financial (disclosure|support)|pre-?publication|suppl|support"
    r"|availability|multimedia|source",
    re.I,
)
LATER_DATES = {
    "pmc-release", "nihms-submitted", "ecorrected", "corrected", "retracted", "epreprint", "preprint",
}


def plain(text):
    """The text with what need not be the same made alike."""
    return DASHES.sub("-", re.sub(r"\s+", "", text or "")).rstrip(".")


def words(element):
    return " ".join("".join(element.itertext()).split())


def patch_peer():
    """pubmed-parser 0.5.1 raises KeyError where an article has neither a ppub nor a collection date; its code means None."""
    parse_date = pubmed_oa_parser.parse_date

    def with_year(tree, kind):
        parts = parse_date(tree, kind)
        if kind == "collection" and "year" not in parts:
            parts["year"] = None
            patched.append(kind)
        return parts

    patched = []
    pubmed_oa_parser.parse_date = with_year
    return patched


def read_peer(path):
    meta = pubmed_parser.parse_pubmed_xml(path)
    paragraphs = pubmed_parser.parse_pubmed_paragraph(path, all_paragraph=True)
    return {
        "title": meta["full_title"],
        "pmid": meta["pmid"],
        "pmc": meta["pmc"],
        "doi": meta["doi"],
        "year": meta["publication_year"],
        "abstract": meta["abstract"],
        "sections": list(dict.fromkeys(p["section"] for p in paragraphs if p["section"])),
        "references": len(pubmed_parser.parse_pubmed_references(path) or []),
    }


def read_ours(line):
    if "title" not in line:
        return None
    abstract, last = [], []
    for passage in line["abstracts"]:
        heading = passage["heading"]
        if heading != last:
            shared = next((i for i, (a, b) in enumerate(zip(heading, last)) if a != b), min(len(heading), len(last)))
            abstract += heading[shared:]
            last = heading
        abstract.append(passage["text"])
    return {
        "title": line["title"],
        "pmid": line["pmid"],
        "pmc": line["pmc"],
        "doi": line["doi"],
        "year": line["year"],
        "abstract": " ".join(abstract),
        "sections": list(dict.fromkeys(path[-1] for path in line["headings"] if path)),
        "references": line["references"],
    }


def comparable(field, value):
    if field == "sections":
        return {plain(h) for h in value}
    if field in ("year", "references"):
        return value
    if field in ("pmid", "pmc", "doi"):
        return (value or "").strip().lower().removeprefix("pmc")
    return plain(value)


def cause_of_edit(ours, peer):
    """Why one stretch of an abstract differs."""
    if not ours and re.fullmatch(r"[:.]+", peer):
        return "mark after a heading, which Curbside drops"
    if not ours and re.fullmatch(r"\.?(graphical|video)abstract", peer, re.I):
        return "title of an abstract without text"
    if not ours and re.fullmatch(r"abstract|summary", peer, re.I):
        return "the word Abstract or Summary over an abstract, which Curbside drops"
    if not ours and re.fullmatch("[®™©]", peer):
        return "raised trade mark sign, which Curbside drops"
    if not ours and peer == "•":
        return "bullet of a list, which Curbside drops"
    if not ours and re.fullmatch(r"\[[\d,\-]+\]", peer):
        return "citation, which Curbside drops"
    if ours == "^" and not peer:
        return "exponent, which Curbside writes with ^"
    return "unsettled"


def causes_of_abstract(ours, peer):
    edits = difflib.SequenceMatcher(None, ours, peer, autojunk=False).get_opcodes()
    return sorted({cause_of_edit(ours[a:b], peer[c:d]) for op, a, b, c, d in edits if op != "equal"})


def causes_of_year(tree, ours, peer):
    years = {}
    for date in tree.findall(".//article-meta/pub-date"):
        kind = date.get("pub-type") or date.get("date-type") or ""
        year = date.findtext("year")
        if kind not in LATER_DATES and year and year.strip().isdigit():
            years.setdefault(kind, int(year))
    if years and ours == min(years.values()) and peer is None:
        return ["dates by date-type only, which the peer does not read"]
    if years and ours == min(years.values()) and peer in (years.get("ppub"), years.get("collection")):
        return ["published electronically the year before; Curbside keeps the first date, the peer that of print"]
    return ["unsettled"]


def unnumbered(heading):
    return re.sub(r"^(\d+\.)*\d*\.?(?=\D)", "", plain(heading)).rstrip(".:")


def causes_of_sections(tree, ours, peer):
    """A cause for each heading that only one of the two has."""
    body = tree.find(".//body")
    titles = [t for t in tree.iter("title") if t.getparent().tag in ("sec", "app", "boxed-text", "caption", "statement")]
    by_text = {}
    for title in titles:
        by_text.setdefault(unnumbered(words(title)), []).append(title)
    us, them = {plain(h) for h in ours}, {plain(h) for h in peer}
    bare_us, bare_them = {unnumbered(h) for h in us}, {unnumbered(h) for h in them}
    causes = Counter()
    for heading in peer:
        if plain(heading) in us:
            continue
        key = unnumbered(heading)
        found = by_text.get(key, [])
        above = [a for t in found for a in t.getparent().iterancestors("sec")]
        left = [s for t in found for s in [t.getparent(), *above] if s.tag == "sec"]
        if key in bare_us:
            causes["number before or mark after a heading, which Curbside drops"] += 1
        elif found and all(t.getparent().tag == "caption" for t in found):
            causes["title of a caption, which is no heading"] += 1
        elif any(LEFT_OUT.match(words(s.find("title")) if s.find("title") is not None else "") for s in left):
            causes["section that Curbside leaves out as no evidence"] += 1
        elif any((s.get("sec-type") or "").startswith("supplementary") for s in left):
            causes["section that Curbside leaves out as no evidence"] += 1
        elif not found or any(len(t) for t in found):
            causes["heading with elements inside, of which each keeps another part"] += 1
        else:
            causes["unsettled: only the peer has " + heading[:60]] += 1
    for heading in ours:
        if plain(heading) in them:
            continue
        key = unnumbered(heading)
        found = by_text.get(key, [])
        if key in bare_them:
            continue
        outside = [t for t in found if body is None or body not in t.iterancestors()]
        inside = [t for t in found if t not in outside]
        if outside and not inside:
            causes["section after the body, where the peer does not look"] += 1
        elif inside and not any(
            p.getparent() is t.getparent() and len(words(p)) > 0 for t in inside for p in t.getparent().findall("p")
        ):
            causes["section of lists, tables or figures only, where the peer looks for paragraphs"] += 1
        elif not found or any(len(t) for t in found):
            causes["heading with elements inside, of which each keeps another part"] += 1
        else:
            causes["unsettled: only Curbside has " + heading[:60]] += 1
    return dict(sorted(causes.items()))


def causes_of_references(tree, ours, peer):
    names = ("mixed-citation", "element-citation", "citation", "nlm-citation")
    refs = tree.findall(".//ref-list//ref")
    cited = [[c for n in names for c in ref.iter(n)] for ref in refs]
    shown = [c for cs in cited for c in cs[1:] if c.get("citation-type") == "display-unstructured"]
    empty = [
        c
        for cs in cited
        for c in cs
        if c.tag == "element-citation"
        and not any(c.findtext(f) for f in ("article-title", "chapter-title", "source", "part-title"))
        and not c.findall(".//pub-id")
    ]
    if ours > peer and ours - peer == len(shown):
        return ["works given twice in a ref, structured and as shown: Curbside counted both"]
    if ours > peer and ours == sum(len(cs) for cs in cited):
        return ["several works in one ref, of which the peer keeps the first"]
    if ours < peer and peer - ours <= len(empty):
        return ["citations without title, source and identifier"]
    return ["unsettled"]


def causes(field, tree, ours, peer):
    if field == "title":
        joined = [words(e) for e in tree.findall(".//title-group/subtitle")]
        if joined and plain(ours).replace(":", "") == plain(peer).replace(":", ""):
            return ["subtitle, which Curbside joins with a colon and the peer with a blank"]
        return ["unsettled"]
    if field == "year":
        return causes_of_year(tree, ours, peer)
    if field == "abstract":
        return causes_of_abstract(plain(ours), plain(peer))
    if field == "sections":
        return causes_of_sections(tree, ours, peer)
    if field == "references":
        return causes_of_references(tree, ours, peer)
    return ["unsettled"]


def cut(value):
    if isinstance(value, list):
        value = " | ".join(value)
    return value[:CUT] if isinstance(value, str) else value


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("fields", type=Path, help="the built example `fields`")
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--seed", type=int, default=20261124)
    arguments.add_argument("--count", type=int, default=200)
    options = arguments.parse_args()

    files = sorted((p for p in options.folder.iterdir() if p.suffix in (".nxml", ".xml")), key=lambda p: p.name)
    sample = sorted(random.Random(options.seed).sample(files, options.count), key=lambda p: p.name)
    printed = subprocess.run([options.fields, *sample], check=True, capture_output=True, text=True).stdout
    lines = {Path(line["path"]).name: line for line in map(json.loads, printed.splitlines())}

    patched = patch_peer()
    figures = {f: Counter() for f in ("title", "pmid", "pmc", "doi", "year", "abstract", "sections", "references")}
    tally = {f: Counter() for f in figures}
    disagreements, without_year = [], []
    for path in sample:
        patched.clear()
        peer, ours = read_peer(str(path)), read_ours(lines[path.name])
        if patched:
            without_year.append(path.name)
        tree = etree.parse(str(path))
        for field, count in figures.items():
            mine = ours and ours[field]
            if ours is not None and comparable(field, mine) == comparable(field, peer[field]):
                count["agree"] += 1
                count["agree, both without a value"] += not mine
                continue
            count["disagree"] += 1
            why = causes(field, tree, mine, peer[field]) if ours is not None else ["Curbside read nothing"]
            tally[field].update(why.keys() if isinstance(why, dict) else why)
            left, right = mine, peer[field]
            if field == "sections":
                us, them = comparable(field, mine), comparable(field, right)
                left = [h for h in mine if plain(h) not in them]
                right = [h for h in right if plain(h) not in us]
            if field == "abstract":
                # The whole says little; the stretches that differ say all.
                a, b = plain(left), plain(right)
                edits = difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
                edits = [(a[max(0, i - 12) : j], b[max(0, k - 12) : m]) for op, i, j, k, m in edits if op != "equal"]
                left, right = [e[0] for e in edits], [e[1] for e in edits]
            disagreements.append(
                {"file": path.name, "field": field, "curbside": cut(left), "peer": cut(right), "causes": why}
            )
    result = {
        "peer": f"pubmed-parser {version('pubmed-parser')}, lxml {version('lxml')}",
        "seed": options.seed,
        "files": len(files),
        "sampled": len(sample),
        "peer_raised_without_patch": without_year,
        "fields": {f: {**{k: v for k, v in c.items() if v}, "causes": dict(tally[f].most_common())} for f, c in figures.items()},
        "disagreements": disagreements,
        "sample": [p.name for p in sample],
    }
    options.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for field, count in figures.items():
        print(field, dict(count), dict(tally[field].most_common()))


if __name__ == "__main__":
    main()
