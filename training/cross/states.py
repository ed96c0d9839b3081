"""What the lower layers of all-MiniLM-L6-v2 make of the texts of data.npz, each text alone: what `late.py` trains on.

    python states.py DATA.npz WEIGHTS.npz OUT [--part K/N]

A share of data.npz, for a CPU: every annotated trial, what the ranker believes of others, a quarter of the diseases, every annotated claim.
Writes OUT/lower.onnx (four layers, int8), OUT/chosen.npz and, for each part, OUT/states-K.f16 with OUT/states-K.npz.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "quality"))
import graph  # noqa: E402

LAYERS, WIDTH = 4, 384
MOST = {"q": 26, "t": 46, "c": 62, "e": 100}
a = argparse.ArgumentParser()
a.add_argument("data")
a.add_argument("weights")
a.add_argument("out")
a.add_argument("--part", default="0/1")
args = a.parse_args()
out = Path(args.out)
out.mkdir(parents=True, exist_ok=True)
d = np.load(args.data)
d = {k: d[k] for k in d.files}
rng = np.random.default_rng(7)

# Which groups, which of their texts and wordings.
kind, ends = d["g_kind"], d["g_ends"]
starts = np.concatenate([[0], ends[:-1]])
wanted = {0: (14, 30), 1: (3, 8), 2: (3, 12), 3: (4, 20), 4: (3, 14), 6: (2, 12)}
chosen, texts, labels, asked = [], [], [], []
for g in range(len(kind)):
    k = int(kind[g])
    if k not in wanted or (k in (3, 4, 6) and g // 60 % 5) or (k == 2 and g % 2):
        continue
    ways, most = wanted[k]
    members = np.arange(starts[g], ends[g])[:most]
    first, last = d["g_wordings"][g]
    own = np.unique(np.concatenate([[first], rng.integers(first, last, ways - 1)]))
    chosen.append(g)
    texts.append(d["g_texts"][members])
    labels.append(d["g_labels"][members])
    asked.append(own)
claims = np.flatnonzero(d["c_weights"] >= 0.33)
annotated = np.flatnonzero(d["c_weights"] * 3 + d["c_annotated"] >= 0.99)
claims = np.intersect1d(claims, annotated)
claim_words = [np.unique([r[0], rng.integers(r[0], r[1])]) for r in d["c_rows"][claims]]
need = {
    "q": np.unique(np.concatenate(asked)),
    "t": np.unique(np.concatenate(texts)),
    "c": np.unique(np.concatenate(claim_words)),
    "e": np.unique(d["c_rows"][claims, 2]),
}
part, parts = map(int, args.part.split("/"))
if part == 0:
    lengths = lambda lists: np.cumsum([len(x) for x in lists])  # noqa: E731
    np.savez(out / "chosen.npz", groups=np.array(chosen), kind=kind[chosen], held=d["g_held"][chosen], weights=d["g_weights"][chosen],
             texts=np.concatenate(texts), labels=np.concatenate(labels), text_ends=lengths(texts), asked=np.concatenate(asked), asked_ends=lengths(asked),
             claims=d["c_rows"][claims], claim_weights=d["c_weights"][claims], claim_held=d["c_held"][claims], claim_annotated=d["c_annotated"][claims],
             claim_words=np.concatenate(claim_words), claim_ends=lengths(claim_words))
    print({k: len(v) for k, v in need.items()}, len(chosen), "groups", np.bincount(kind[chosen]), len(claims), "claims", flush=True)
    w = np.load(args.weights)
    w = {k: w[k].astype(np.float32) for k in w.files}
    w["embeddings.word_embeddings.weight"] = w.pop("words") * w.pop("scale")
    graph.build(w, 12, LAYERS, 1e-12, out / "f32.onnx")
    graph.quantise(out / "f32.onnx", out / "lower.onnx")
    (out / "f32.onnx").unlink()
else:
    while not (out / "lower.onnx").exists() or (out / "f32.onnx").exists():
        time.sleep(1)

import onnxruntime  # noqa: E402

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(str(out / "lower.onnx"), options)
began, at = time.time(), 0
index = {}
with open(out / f"states-{part}.f16", "wb") as f:
    for name, ids in need.items():
        source, close = d[("t" if name == "e" else name) + "_ids"], d[("t" if name == "e" else name) + "_ends"]
        mine = ids[part::parts]
        begin = np.where(mine > 0, close[mine - 1], 0)
        length = np.minimum(close[mine] - begin, MOST[name])
        order = np.argsort(length, kind="stable")
        place = np.zeros((len(mine), 2), dtype=np.int64)
        for b in range(0, len(order), 32):
            rows = order[b:b + 32]
            most = int(length[rows].max()) + 2
            given = np.zeros((len(rows), most), dtype=np.int64)
            mask = np.zeros_like(given)
            for i, r in enumerate(rows):
                n = int(length[r])
                given[i, 0], given[i, n + 1] = 2, 3
                given[i, 1:n + 1] = source[begin[r]:begin[r] + n]
                mask[i, :n + 2] = 1
            states = session.run(None, {"input_ids": given, "attention_mask": mask})[0].astype(np.float16)
            for i, r in enumerate(rows):
                n = int(length[r]) + 2
                f.write(states[i, :n].tobytes())
                place[r] = at, n
                at += n
            if b // 32 % 200 == 0:
                print(f"{time.time() - began:6.0f}", name, b, "of", len(order), flush=True)
        index[name], index[name + "_at"] = mine, place
np.savez(out / f"states-{part}.npz", **index)
print("done", time.time() - began, flush=True)
