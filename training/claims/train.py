"""Trains the weighing on rows that `evals claims --features` made, and writes it for Rust.

    python train.py ROWS MODELS [--margin M] [--report FILE]

ROWS is the folder of rows; MODELS gets curbside-claims-{words,supported,unsupported,contradicted}-v1.bin. First a linear
model over hashed runs of masked words (which way does the evidence go?), its answers for the trees made out of fold by
article; then trees, one sum for each class. Five folds by article give the figures of the report; the files are trained
on all rows.
"""

import argparse
import json
import os
import struct
import sys

import lightgbm
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "ranker"))
from export import write as write_trees  # noqa: E402

a = argparse.ArgumentParser()
a.add_argument("rows")
a.add_argument("models")
a.add_argument("--c", type=float, default=1.0)
a.add_argument("--rounds", type=int, default=220)
a.add_argument("--leaves", type=int, default=15)
a.add_argument("--rate", type=float, default=0.05)
a.add_argument("--report")
args = a.parse_args()
BUCKETS, WAYS, CLASSES = 1 << 14, ["up", "down", "same", "none"], ["supported", "unsupported", "contradicted"]

names = open(f"{args.rows}/names.txt").read().split("\n")
dense = np.fromfile(f"{args.rows}/dense.f32", dtype="<f4").reshape(-1, len(names))
meta = [line.rstrip("\n").split("\t") for line in open(f"{args.rows}/rows.tsv")]
lists = [np.array(line.split(), dtype=np.int32) for line in open(f"{args.rows}/grams.tsv")]
pointers = np.concatenate([[0], np.cumsum([len(l) for l in lists])])
values = np.concatenate([np.full(len(l), 1 / np.sqrt(max(len(l), 1))) for l in lists])
grams = csr_matrix((values, np.concatenate(lists), pointers), shape=(len(lists), BUCKETS))
ids = [m[0].split("~") for m in meta]
article = np.array([m[1] for m in meta])
y = np.array([CLASSES.index(m[2]) for m in meta])
way = np.array([WAYS.index(i[3]) for i in ids])
claimed = np.array([WAYS.index(i[1]) for i in ids])
original = np.array([i[2] == "0" for i in ids])
first = claimed == 0  # the runs do not depend on the direction claimed: one of three rows


def linear(rows):
    """Weights of classes by buckets, in signed bytes with a scale, and biases."""
    model = LogisticRegression(C=args.c, max_iter=100, tol=1e-3)
    rows = rows[first[rows]]
    model.fit(grams[rows], way[rows])
    assert list(model.classes_) == [0, 1, 2, 3]
    scale = np.abs(model.coef_).max(axis=1) / 127
    return model.intercept_.astype("<f4"), scale.astype("<f4"), np.round(model.coef_ / scale[:, None]).astype(np.int8)


def words(model, rows):
    bias, scale, weights = model
    s = bias + (grams[rows] @ weights.astype(np.float64).T) * scale
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    up, down, same, none = p.T
    c = claimed[rows]
    said = np.choose(c, [up, down, same])
    turned = np.choose(c, [down, up, np.maximum(up, down)])
    return np.column_stack([up, down, same, none, said, turned, said - (1 - none - said)]).astype(np.float32)


params = dict(objective="multiclass", num_class=3, num_leaves=args.leaves, learning_rate=args.rate, min_data_in_leaf=40,
              feature_fraction=0.4, bagging_fraction=0.7, bagging_freq=1, lambda_l2=10.0, max_bin=127, verbose=-1, num_threads=2,
              seed=7, deterministic=True, use_missing=False, force_col_wise=True)
# As in the data: one supported, one contradicted; three of "unsupported" count as about one.
weight = np.where(y == 2, 0.5, np.where(y == 1, 1 / 3, 1.0))


def split(rows, n):
    return [(rows[a], rows[b]) for a, b in GroupKFold(n).split(rows, groups=article[rows])]


def stacked(rows):
    """Dense features and, out of fold, the words' answers."""
    x = np.zeros((len(rows), 7), dtype=np.float32)
    place = {r: i for i, r in enumerate(rows)}
    for inner, held in split(rows, 5):
        x[[place[r] for r in held]] = words(linear(inner), held)
    return np.hstack([dense[rows], x])


def trees(rows):
    x = stacked(rows)
    return lightgbm.train(params, lightgbm.Dataset(x, y[rows], weight=weight[rows]), num_boost_round=args.rounds)


def figures(truth, answer, w):
    f1, out = [], {}
    for c, name in enumerate(CLASSES):
        tp = w[(truth == c) & (answer == c)].sum()
        p, r = tp / max(w[answer == c].sum(), 1e-9), tp / max(w[truth == c].sum(), 1e-9)
        f1.append(2 * p * r / max(p + r, 1e-9))
        out[name] = round(float(f1[-1]), 4)
    false = w[(truth != 0) & (answer == 0)].sum() / w[truth != 0].sum()
    return {"macro_f1": round(float(np.mean(f1)), 4), "accuracy": round(float(w[truth == answer].sum() / w.sum()), 4),
            "false_supported_rate": round(float(false), 4), **out}


everything = np.arange(len(y))
p = np.zeros((len(y), 3))
lin = np.zeros((len(y), 7))
for inner, held in split(everything, 5):
    booster, model = trees(inner), linear(inner)
    lin[held] = words(model, held)
    p[held] = booster.predict(np.hstack([dense[held], lin[held].astype(np.float32)]))
report = {"rows": len(y), "articles": len(set(article))}
direction_right = (lin[:, :4].argmax(axis=1) == way)[first & original].mean()
report["words alone, which way (4 classes)"] = round(float(direction_right), 4)
report["held out, every variant"] = figures(y, p.argmax(axis=1), weight)
print(json.dumps(report, indent=1), flush=True)
for margin in (0, 0.1, 0.2, 0.3, 0.4, 0.5):
    answer = np.where(p[:, 0] > np.maximum(p[:, 1], p[:, 2]) + margin, 0, 1 + (p[:, 2] > p[:, 1]))
    report[f"held out, arms as annotated, margin {margin}"] = figures(y[original], answer[original], weight[original])
    print(margin, report[f"held out, arms as annotated, margin {margin}"])
final, model = trees(everything), linear(everything)
gain = final.feature_importance("gain")
labels = names + ["up", "down", "same", "none", "said", "turned", "less turned"]
report["gain"] = {labels[i]: round(float(gain[i] / gain.sum()), 4) for i in np.argsort(-gain)[:40]}
print(json.dumps(report["gain"]))
with open(f"{args.models}/curbside-claims-words-v1.bin", "wb") as f:
    bias, scale, weights = model
    f.write(b"CURBLIN1" + struct.pack("<2I", BUCKETS, 4))
    for c in range(4):
        f.write(struct.pack("<2f", bias[c], scale[c]) + weights[c].tobytes())
for c, name in enumerate(CLASSES):
    write_trees(f"{args.models}/curbside-claims-{name}-v1.bin", final, every=(c, 3))
if args.report:
    json.dump(report, open(args.report, "w"), indent=1)
