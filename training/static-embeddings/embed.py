"""What the teacher says: of every piece of the vocabulary, of the lexicon's names, and of a sample of the training texts.

`python embed.py WORK [SENTENCES] [PASSAGES]` writes WORK/pieces.npy and WORK/taught-*.npz, in blocks of 4,000 texts with
their targets as float16, so that a run cut short is still of use. Order is by a hash of the text: a prefix is a sample.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from teacher import Teacher


def chosen(work: Path, sentences: int, passages: int):
    """Train texts: all titles, and the first of the others by hash."""
    by_kind: dict[str, set[str]] = {"title": set(), "sentence": set(), "passage": set()}
    for line in open(work / "texts.jsonl"):
        d = json.loads(line)
        if d["part"] == "train":
            by_kind[d["kind"]].add(d["text"])
    def key(t):
        return hashlib.sha256(t.encode()).digest()
    out = []
    for kind, most in (("title", 30_000), ("sentence", sentences), ("passage", passages)):
        out += sorted(by_kind[kind], key=key)[:most]
    return sorted(out, key=key)


def main(work: Path, sentences: int = 60_000, passages: int = 24_000) -> None:
    pieces = json.loads((work / "vocabulary.json").read_text())
    teacher = Teacher(work, most=128)
    if not (work / "pieces.npy").exists():
        np.save(work / "pieces.npy", teacher.encode([p.removeprefix("##") for p in pieces]))
    names = sorted({n for o in json.loads((work / "names.json").read_text()) if o["part"] == "train" for n in o["names"]})
    np.savez(work / "taught-names.npz", vectors=teacher.encode(names).astype(np.float16), texts=np.array(names))
    texts = chosen(work, sentences, passages)
    for k in range(0, len(texts), 4000):
        block = texts[k : k + 4000]
        np.savez(work / f"taught-{k // 4000:03}.npz", vectors=teacher.encode(block).astype(np.float16), texts=np.array(block))
        print(k + len(block), len(texts), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
