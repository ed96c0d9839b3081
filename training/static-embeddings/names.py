"""Names of one thing, out of the hand-written tables of the lexicon (Curbside authors, CC0).

`python names.py WORK LEXICON` writes WORK/names.json: [{part, names}], the first name being the preferred one. A regimen
is called by its drugs, too. `part` is dev for a tenth of them. Names that mean other things as well (?), and those that
are everyday words once in lower case, are left out.
"""

import hashlib
import json
import sys
from pathlib import Path

from tokens import words

TABLES = ["common", "diseases", "drugs", "findings", "measurements", "oncology", "procedures", "regimens"]


def main(work: Path, lexicon: Path) -> None:
    plain = {w for w in (lexicon / "plain-words.txt").read_text().split("\n") if not w.startswith("#")}
    out, alone = [], 0
    for table in TABLES:
        for line in open(lexicon / f"{table}.tsv"):
            columns = line.rstrip("\n").split("\t") + [""] * 5
            if line.startswith("#") or not columns[0]:
                continue
            names = [columns[0]]
            for name in columns[3].split(";"):
                strict = name.startswith("=")
                name = name.lstrip("=")
                if name and not name.startswith("?") and not (strict and (name.lower() in plain or len(name) < 3)):
                    names.append(name)
            if table == "regimens" and columns[4]:
                names.append(", ".join(columns[4].split(";")))
            kept, seen = [], set()
            for name in names:
                if (key := tuple(words(name))) and key not in seen:
                    seen.add(key)
                    kept.append(name)
            alone += len(kept) == 1
            held = hashlib.sha256(columns[0].encode()).digest()[0] < 26
            out.append({"part": "dev" if held else "train", "names": kept})
    json.dump(out, open(work / "names.json", "w"), ensure_ascii=False, indent=0)
    print(len(out), "things,", sum(len(o["names"]) for o in out), "names,", alone, "with one name,",
          sum(o["part"] == "dev" and len(o["names"]) > 1 for o in out), "held out with several")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
