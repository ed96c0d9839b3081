#!/usr/bin/env python3
"""Checks that every relative link in the Markdown files leads to a file that is there, and that paths named in
ARCHITECTURE.md exist. Addresses on the web are not asked: CI has no internet."""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
files = subprocess.run(["git", "ls-files", "*.md"], cwd=root, capture_output=True, text=True, check=True).stdout.split()
broken = []
for name in files:
    if name.startswith("starter/") or "/fixtures/" in name:
        continue  # citations, not links; input of tests
    text = (root / name).read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        path = (root / name).parent / target.split("#")[0]
        if not path.exists():
            broken.append(f"{name}: {target}")
    if name == "ARCHITECTURE.md":
        for target in re.findall(r"`((?:crates|starter|lexicon|docs|evals|\.ci|tests)/[^`\s]*)`", text):
            if not (root / target).exists():
                broken.append(f"{name}: `{target}` does not exist")
print("\n".join(broken) or f"{len(files)} files, every link leads somewhere")
sys.exit(1 if broken else 0)
