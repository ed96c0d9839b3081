"""Makes the vocabulary: the teacher's WordPiece without what our tokenizer never asks for, and clinical words.

`python vocabulary.py WORK LEXICON` writes WORK/vocabulary.json. A word is added when the teacher cuts it into two pieces
or more and it is frequent in the training texts, or into three or more and stands in the lexicon or is rather frequent.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from teacher import folder
from tokens import Vocabulary, words

IN_TWO, IN_THREE, IN_LEXICON = 12, 5, 0  # least count in the training texts


def main(work: Path, lexicon: Path) -> None:
    base = [p for p in (folder() / "vocab.txt").read_text().split("\n")
            if re.fullmatch(r"(##)?[a-z0-9]+", p)]
    have = set(base)
    base += [m + c for c in "abcdefghijklmnopqrstuvwxyz0123456789" for m in ("", "##") if m + c not in have]
    start = Vocabulary(base)
    counts, seen = Counter(), set()
    for line in open(work / "texts.jsonl"):
        d = json.loads(line)
        if d["part"] == "train" and d["kind"] in ("passage", "title") and d["text"] not in seen:
            seen.add(d["text"])
            counts.update(words(d["text"]))
    named, hand = Counter(), Counter()
    for file in lexicon.glob("*.tsv"):
        if file.stem in ("assertion",):
            continue
        for line in open(file):
            if line.startswith("#") or not line.strip():
                continue
            columns = line.rstrip("\n").split("\t")
            for name in [columns[0], *(columns[3].split(";") if len(columns) > 3 else [])]:
                named.update(set(words(name)))
                if not file.stem.startswith("generated") or file.stem == "generated-drugs" and name is columns[0]:
                    hand.update(set(words(name)))
    extra = []
    for word in sorted(set(counts) | set(named)):
        if word in have or not 3 <= len(word) <= 28 or not re.search("[a-z]{2}|[a-z][0-9]", word) or re.search("[0-9]{3}", word) or re.match("[0-9]", word):
            continue
        n, pieces = counts[word], len(start.word(word))
        if pieces >= 3 and (n >= IN_THREE or (named[word] >= 1 and n >= 1) or named[word] >= 3 or hand[word]) or pieces == 2 and n >= IN_TWO:
            extra.append(word)
    out = base + extra
    print(len(base), "of the teacher,", len(extra), "clinical words;", sum(counts[w] >= 1 for w in extra), "seen")
    json.dump(out, open(work / "vocabulary.json", "w"))
    v = Vocabulary(out)
    c = Counter()
    for w, n in counts.items():
        for i in v.word(w):
            c[i] += n
    json.dump([c[i] for i in range(len(out))], open(work / "counts.json", "w"))
    print("pieces a word", sum(c.values()) / sum(counts.values()), "never seen", sum(1 for i in range(len(out)) if not c[i]))
    import random
    print(random.sample(extra, 60))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
