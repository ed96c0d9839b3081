#!/usr/bin/env python3
"""Compares Curbside's PDF reading with pdftotext, on PDFs made from JATS articles.

    pdf_peer.py make ARTICLES_FOLDER PDF_FOLDER        makes the PDFs (pandoc, weasyprint)
    pdf_peer.py compare ARTICLES_FOLDER PDF_FOLDER TEXT_EXAMPLE OUT.json

TEXT_EXAMPLE is the built example `text` of crates/reading. The reference is our own reading of the article's XML:
title, abstract, sections, tables, captions, without citations and reference list. Both programs get the same PDF.

Even articles (in sorted order) are set in one column, odd ones in two with running heads and hyphenation.
"""

import collections
import html
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ONE = """
@page { size: A4; margin: 2.2cm; @bottom-center { content: counter(page) } }
body { font: 10.5pt/1.35 "DejaVu Serif", serif; text-align: justify }
"""
TWO = """
@page { size: A4; margin: 2cm 1.6cm; @top-left { content: "Synthetic Journal of Tests"; font-size: 8pt }
  @top-right { content: "2020; 1: e" counter(page); font-size: 8pt } @bottom-center { content: counter(page) } }
body { font: 9pt/1.25 "Liberation Serif", "DejaVu Serif", serif; text-align: justify; hyphens: auto }
.columns { column-count: 2; column-gap: 6mm }
sup { font-size: 65% }
p { margin: 0; text-indent: 1em } table, table p { font-size: 7.5pt; text-indent: 0; hyphens: none; text-align: left }
"""
COMMON = """
h1, h2, h3, h4 { text-align: left; hyphens: none; font-weight: bold; margin: .8em 0 .3em }
h1.title { font-size: 17pt } h1 { font-size: 13pt } h2 { font-size: 11.5pt } h3, h4 { font-size: 10.5pt }
table { border-collapse: collapse; width: 100% } td, th { padding: 1px 6px; vertical-align: top }
img, nav { display: none } a { color: inherit; text-decoration: none } .references { font-size: 80% }
"""


def articles(folder):
    return sorted(pathlib.Path(folder).glob("*.nxml"))


def front(xml):
    """Title and abstract, which pandoc keeps as metadata."""
    with tempfile.NamedTemporaryFile("w", suffix=".html") as template:
        template.write("$title$\n<!--cut-->\n$abstract$")
        template.flush()
        run = subprocess.run(["pandoc", "-f", "jats", "-t", "html", "--template", template.name, str(xml)],
                             capture_output=True, text=True, check=True)
    title, _, abstract = run.stdout.partition("<!--cut-->")
    return title.strip(), abstract.strip()


def columns(body):
    """Columns, broken off by what holds a table, which is set over the whole width."""
    import lxml.html

    root = lxml.html.fragment_fromstring(body, create_parent="div")
    out, run = [], []
    for child in list(root) + [None]:
        wide = child is not None and (child.tag == "table" or child.find(".//table") is not None)
        if (child is None or wide) and run:
            out.append(f"<div class='columns'>{''.join(run)}</div>")
            run = []
        if child is not None:
            (out if wide else run).append(lxml.html.tostring(child, encoding="unicode"))
    return "".join(out)


def make(folder, out):
    import weasyprint

    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for n, xml in enumerate(articles(folder)):
        two = n % 2 == 1
        title, abstract = front(xml)
        body = subprocess.run(["pandoc", "-f", "jats", "-t", "html", str(xml)], capture_output=True, text=True,
                              check=True).stdout
        # pandoc loses that citations are raised: raise them where they stand in no brackets.
        cited = r'<span\s+class="citation".*?</span>'
        if len(re.findall(r"[(\[]\s*" + cited, body, flags=re.S)) < 3:
            body = re.sub(rf"({cited}(?:[,\u2013-]{cited})*)", r"<sup>\1</sup>", body, flags=re.S)
        # Journals set tables as wide as they need to be; two columns would let them run over each other.
        body = columns(body)
        summary = f"<h1>Abstract</h1>{abstract}" if abstract else ""
        page = (f'<html lang="en"><head><title>{html.escape(re.sub("<.*?>", "", title))}</title>'
                f"<style>{TWO if two else ONE}{COMMON}</style></head><body><h1 class='title'>{title}</h1>"
                f"{summary}{body}</body></html>")
        weasyprint.HTML(string=page).write_pdf(out / f"{xml.stem}.{'two' if two else 'one'}.pdf")


def words(text):
    text = text.replace("\u00ad", "").replace("\u2010", "-").replace("\u2011", "-")
    for ligature, letters in {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl"}.items():
        text = text.replace(ligature, letters)
    # Bars part the cells of rows in our text; bracketed numbers are citations, which our XML reading leaves out.
    text = re.sub(r"[\[(]\s*\d+(\s*[,\u2013-]\s*\d+)*\s*[\])]", " ", text.replace("|", " "))
    return re.findall(r"[^\W_]+(?:[-.'\u2019][^\W_]+)*", text.lower())


def judge(reference, got):
    ref, seen = collections.Counter(reference), collections.Counter(got)
    both = sum((ref & seen).values())
    shingle = lambda w: [tuple(w[i:i + 5]) for i in range(len(w) - 4)]
    wanted, there = collections.Counter(shingle(reference)), collections.Counter(shingle(got))
    found = sum((wanted & there).values())
    return {
        "words": len(reference),
        "kept": both / max(1, len(reference)),
        "precise": both / max(1, len(got)),
        "order": found / max(1, sum(wanted.values())),
    }


def timed(command):
    start = time.monotonic()
    run = subprocess.run(command, capture_output=True)
    return run.stdout, time.monotonic() - start


def compare(folder, pdfs, example, out):
    rows = []
    for xml in articles(folder):
        reference = words(subprocess.run([example, str(xml)], capture_output=True, text=True).stdout)
        for pdf in sorted(pathlib.Path(pdfs).glob(f"{xml.stem}.*.pdf")):
            pages = int(re.search(r"Pages:\s+(\d+)", subprocess.run(["pdfinfo", str(pdf)], capture_output=True,
                                                                  text=True).stdout).group(1))
            ours, our_time = timed([example, str(pdf)])
            theirs, their_time = timed(["pdftotext", str(pdf), "-"])
            theirs = theirs.decode("utf-8", "replace")
            # pdftotext undoes line-end hyphens only in some forms: give it the plain rule.
            mended = re.sub(r"(\w)[-\u2010\u00ad]\n(?=[a-z])", r"\1", theirs)
            row = {"article": xml.stem, "class": pdf.name.split(".")[1], "pages": pages,
                   "ours": judge(reference, words(ours.decode("utf-8", "replace"))),
                   "pdftotext": judge(reference, words(theirs)), "pdftotext_mended": judge(reference, words(mended)),
                   "our_seconds": our_time, "pdftotext_seconds": their_time}
            rows.append(row)
    table = []
    for kind in ["one", "two"]:
        some = [r for r in rows if r["class"] == kind]
        if not some:
            continue
        pages = sum(r["pages"] for r in some)
        for who, seconds in [("ours", "our_seconds"), ("pdftotext", "pdftotext_seconds"),
                             ("pdftotext_mended", "pdftotext_seconds")]:
            mean = lambda key: round(sum(r[who][key] for r in some) / len(some), 4)
            low = lambda key: round(min(r[who][key] for r in some), 4)
            table.append({"class": kind, "files": len(some), "pages": pages, "reader": who, "kept": mean("kept"),
                          "kept_lowest": low("kept"), "precise": mean("precise"), "order": mean("order"),
                          "order_lowest": low("order"),
                          "ms_per_page": round(1000 * sum(r[seconds] for r in some) / pages, 1)})
    pathlib.Path(out).write_text(json.dumps({"table": table, "files": rows}, indent=1) + "\n")
    for line in table:
        print(line)


if __name__ == "__main__":
    {"make": make, "compare": compare}[sys.argv[1]](*sys.argv[2:])
