"""`python tiny.py CRATE` writes CRATE/tests/tiny-late: a late encoder of random weights over the tiny bi-encoder of the same tests, and prints what
onnxruntime says of a few texts: what the tests compare with. Writes the same bytes each time.
"""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

import export_late
from minilm import sha256

WIDTH, STATE = 16, 32

crate = Path(sys.argv[1])
folder = crate / "tests/tiny-late"
folder.mkdir(exist_ok=True)
for name in ("model.onnx", "tokenizer.json"):
    shutil.copy(crate / "tests/tiny" / name, folder / name)
random = np.random.default_rng(8)


def some(*shape):
    return random.normal(0, 0.3, shape).astype(np.float32)


p = {"in.w": some(STATE, WIDTH), "in.b": some(WIDTH), "in.g": 1 + some(WIDTH), "in.c": some(WIDTH), "types": some(2, WIDTH), "max.w": some(1, WIDTH),
     "other.w": some(WIDTH, WIDTH), "both.w": some(WIDTH, WIDTH), "less.w": some(WIDTH, WIDTH)}
for i in range(2):
    k = f"{i}."
    p |= {k + "qkv.w": some(WIDTH, 3 * WIDTH), k + "qkv.b": some(3 * WIDTH), k + "out.w": some(WIDTH, WIDTH), k + "out.b": some(WIDTH), k + "up.w": some(WIDTH, 2 * WIDTH),
          k + "up.b": some(2 * WIDTH), k + "down.w": some(2 * WIDTH, WIDTH), k + "down.b": some(WIDTH)}
    p |= {k + n: (1 if n.endswith("g") else 0) + some(WIDTH) for n in ("n1.g", "n1.c", "n2.g", "n2.c")}
for task, n in (("answers", 1), ("claims", 3)):
    p |= {task + ".h.w": some(4 * WIDTH, WIDTH), task + ".h.b": some(WIDTH), task + ".o.w": some(WIDTH, n), task + ".o.b": some(n)}
export_late.build(p, folder / "joint.onnx", STATE)
about = {
    "format": 1, "name": "random weights, for tests", "architecture": "late-encoder", "dimensions": STATE, "most_tokens": 64, "weight": 4.0,
    "sentence_weight": 1.0, "claims": True, "licence": "Apache-2.0", "origin": "training/cross/tiny.py",
    "sha256": {name: sha256(folder / name) for name in ("model.onnx", "joint.onnx", "tokenizer.json")},
}
(folder / "model.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
lower, joint = (onnxruntime.InferenceSession(str(folder / n)) for n in ("model.onnx", "joint.onnx"))
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))


def states(text):
    ids = np.array([tokenizer.encode(text).ids])
    return lower.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]


for text in ("Low magnesium is treated in patients.", "The kidney.", "Heart failure trial of a high dose; β-blockers, IL-6 (p<0.001).", ""):
    answers, claims = joint.run(["answers", "claims"], {"first": states("How is low magnesium treated?"), "second": states(text)})
    e = np.exp(claims[0] - claims[0].max())
    print(repr(text), round(float(1 / (1 + np.exp(-answers[0, 0]))), 4), np.round(e / e.sum(), 4).tolist())
