"""Reads an article's references back with the libraries that reference managers' users have.

python3 check.py ARTICLE.json REFERENCES.ris REFERENCES.bib REFERENCES.json
"""

import json
import sys
import warnings

import bibtexparser
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

article, ris, bib, csl = sys.argv[1:]
works = json.load(open(article))["body"]["references"]
assert works, "an article without references tests nothing"
titles = [" ".join(w["title"].split()) for w in works]
years = [str(w.get("year", "")) for w in works]

read = rispy.load(open(ris))
assert [r["title"] for r in read] == titles
assert [str(r.get("year", "")) for r in read] == years
assert [r.get("doi", "") for r in read] == [w["ids"].get("doi", "") for w in works]

library = bibtexparser.parse_file(bib)
assert not library.failed_blocks, library.failed_blocks
assert len(library.entries) == len(works)
assert len({e.key for e in library.entries}) == len(works)
assert [e.fields_dict["year"].value if "year" in e.fields_dict else "" for e in library.entries] == years

items = json.load(open(csl))
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    source = CiteProcJSON(items)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    printed = [str(entry) for entry in bibliography.bibliography()]
assert len(printed) == len(works)
for title in titles:
    assert any(title.rstrip(".")[:40].lower() in p.lower() for p in printed), title
print(f"{len(works)} references read back from RIS, BibTeX and CSL-JSON")
