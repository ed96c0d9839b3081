"""Writes the model file and what the Rust tests compare with.

`python export.py WORK NAME OUT GOLDEN`: WORK/NAME.npy and WORK/vocabulary.json become OUT (the format is described in
crates/retrieval/src/dense/model.rs) and GOLDEN (JSON: texts, their pieces, the first figures of their vectors).
"""

import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy as np
from tokens import FOLDS, Vocabulary

MAGIC = b"CURBEMB1"
GOLDEN = [
    "", " ", "Diarrhoea after FOLFIRI", "TGF-β and IL-6 levels in Sjögren's syndrome", "5-FU 400 mg/m² bolus", "HER2/neu-positive",
    "p53, p < 0.001 (95% CI: 1.2–3.4)", "CO₂ rose to 7.4 kPa; 10 µg of μ-opioid", "ﬁbroblast growth factor naïve Ménière",
    "Does bevacizumab compared with placebo change progression-free survival?", "αβγ Ω ΐ ẞ ß Ø œ", "心不全 heart 𝔘 failure 😀",
    "so\u00adft hy\u200bphen e\u0301", "Pneumonoultramicroscopicsilicovolcanoconiosis", "a" * 64, "a" * 65, "x1y2z3 2026 123456789",
    "Ketogenic diets and SGLT2 inhibitors: euglycaemic ketoacidosis", "metastatic colorectal cancer, KRAS G12C, second line",
]


def quantise(e):
    scale = np.abs(e).max(1) / 127
    scale = np.maximum(scale, 1e-12).astype(np.float32)
    rows = np.rint(e / scale[:, None]).clip(-127, 127).astype(np.int8)
    length = (np.linalg.norm(rows.astype(np.float64), axis=1) * scale).astype(np.float32)
    return rows, scale, length


def load(file: Path):
    """The model as shipped: (vocabulary, float32 matrix)."""
    b = file.read_bytes()
    assert b[:8] == MAGIC
    dims, n, folds, size = struct.unpack("<4I", b[8:24])
    at = 24 + folds * 12
    ends = np.frombuffer(b, "<u4", n, at)
    at += 4 * n
    strings = b[at : at + size].decode()
    at += size
    pieces = [strings[s:t] for s, t in zip([0, *ends[:-1]], ends, strict=True)]
    scale = np.frombuffer(b, "<f4", n, at)
    at += 8 * n
    rows = np.frombuffer(b, "i1", n * dims, at).reshape(n, dims)
    return Vocabulary(pieces), rows.astype(np.float32) * scale[:, None]


def embed(vocabulary, e, text):
    out = np.zeros(e.shape[1], np.float32)
    for i in vocabulary.encode(text):
        out += e[i]
    n = np.sqrt((out.astype(np.float64) ** 2).sum())
    return out / n if n > 0 else out


def main(work: Path, name: str, out: Path, golden: Path) -> None:
    pieces = json.loads((work / "vocabulary.json").read_text())
    e = np.load(work / f"{name}.npy")
    e = e / np.linalg.norm(e, axis=1).mean()  # lengths are weights: 1 on average
    rows, scale, length = quantise(e)
    strings = [p.encode() for p in pieces]
    with open(out, "wb") as f:
        f.write(MAGIC + struct.pack("<4I", e.shape[1], len(pieces), len(FOLDS), sum(map(len, strings))))
        for c, to in FOLDS.items():
            f.write(struct.pack("<IB7s", c, len(to), to.encode()))
        f.write(np.cumsum([len(s) for s in strings]).astype("<u4").tobytes())
        f.write(b"".join(strings) + scale.astype("<f4").tobytes() + length.astype("<f4").tobytes() + rows.tobytes())
    vocabulary, shipped = load(out)
    assert vocabulary.pieces == pieces
    cases = [{"text": t, "pieces": vocabulary.encode(t), "vector": [round(float(x), 5) for x in embed(vocabulary, shipped, t)[:4]]}
             for t in GOLDEN]
    golden.write_text("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n")
    print(out.stat().st_size, hashlib.sha256(out.read_bytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
