"""Trains a ranker on rows that `evals features` made, and writes it for Rust.

    python train.py OUT.bin ROWS... [--report FILE]

ROWS are folders. LambdaMART over groups (one question, one article); a tenth of the articles is held out for early stopping.
Of each group the marked rows, the hardest others (by a first short model) and some at random are kept.
"""

import argparse
import json

import lightgbm
import numpy as np

from export import write

a = argparse.ArgumentParser()
a.add_argument("out")
a.add_argument("rows", nargs="+")
a.add_argument("--report")
a.add_argument("--drop", default="", help="features left out, by prefix, comma-separated")
a.add_argument("--leaves", type=int, default=24)
a.add_argument("--rate", type=float, default=0.05)
a.add_argument("--rounds", type=int, default=600)
a.add_argument("--min-leaf", type=int, default=40)
a.add_argument("--keep", type=int, default=90, help="rows of a group without label that are kept")
a.add_argument("--weights", default="bag=0.7,free=0.9,near=0.7,para=2.5", help="of variants, 1 unless said; 0 leaves one out")
a.add_argument("--without", help="leave out the articles of a file, a name a line")
a.add_argument("--truncation", type=int, default=12)
a.add_argument("--fraction", type=float, default=0.5, help="share of the features that each tree may use")
a.add_argument("--seed", type=int, default=7)
args = a.parse_args()
rng = np.random.default_rng(args.seed)

left_out = set(open(args.without).read().split()) if args.without else set()
names = open(f"{args.rows[0]}/names.txt").read().split()
weights = {k: float(v) for k, v in (w.split("=") for w in args.weights.split(","))}
xs, ys, sizes, articles, variants, weight = [], [], [], [], [], []
for folder in args.rows:
    x = np.fromfile(f"{folder}/rows.f32", dtype="<f4").reshape(-1, len(names))
    y = np.fromfile(f"{folder}/labels.u8", dtype=np.uint8)
    at = 0
    for line in open(f"{folder}/groups.tsv"):
        _, article, n, name = line.split()
        n = int(n)
        variant = name.partition("~")[2]
        if y[at:at + n].any() and weights.get(variant, 1.0) > 0:
            xs.append(x[at:at + n]), ys.append(y[at:at + n]), sizes.append(n), articles.append(article)
            variants.append(variant), weight.append(weights.get(variant, 1.0))
        at += n
used = np.array([not any(n.startswith(d) for d in args.drop.split(",") if d) for n in names])

order = np.random.default_rng(1).permutation(sorted(set(articles) - left_out))
held = set(order[: len(order) // 10])


def dataset(indices, keep=None, reference=None):
    x, y, group, w = [], [], [], []
    for i in indices:
        rows = np.arange(sizes[i]) if keep is None else keep[i]
        x.append(np.where(used, xs[i][rows], 0)), y.append(ys[i][rows]), group.append(len(rows))
        w.append(np.full(len(rows), weight[i]))
    return lightgbm.Dataset(np.concatenate(x), np.concatenate(y), group=group, weight=np.concatenate(w), reference=reference,
                            free_raw_data=False)


def measure(booster, indices):
    rr, hit = [], []
    for i in indices:
        s = booster.predict(np.where(used, xs[i], 0), num_iteration=booster.best_iteration or None)
        first = int(np.flatnonzero(ys[i][np.argsort(-s, kind="stable")])[0]) + 1
        rr.append(1 / first), hit.append(first <= 5)
    return round(float(np.mean(rr)), 4), round(float(np.mean(hit)), 4)


params = dict(objective="lambdarank", lambdarank_truncation_level=args.truncation, num_leaves=args.leaves, learning_rate=args.rate,
              min_data_in_leaf=args.min_leaf, feature_fraction=args.fraction, bagging_fraction=0.8, bagging_freq=1, lambda_l2=5.0, max_bin=127,
              metric="map", eval_at=[10], verbose=-1, num_threads=1, seed=args.seed, deterministic=True, use_missing=False,
              force_col_wise=True)
train = [i for i, a in enumerate(articles) if a not in held and a not in left_out]
test = [i for i, a in enumerate(articles) if a in held]
first = {i: np.union1d(np.flatnonzero(ys[i]), rng.permutation(sizes[i])[:40]) for i in train}
booster = lightgbm.train(params, dataset(train, first), num_boost_round=60)
keep = {}
for i in train:
    s = booster.predict(np.where(used, xs[i], 0))
    hard = np.argsort(-s, kind="stable")[: args.keep * 2 // 3]
    keep[i] = np.unique(np.concatenate([np.flatnonzero(ys[i]), hard, rng.permutation(sizes[i])[: args.keep // 3]]))
full = dataset(train, keep)
booster = lightgbm.train(params, full, num_boost_round=args.rounds, valid_sets=[dataset(test, None, full)],
                         callbacks=[lightgbm.early_stopping(80, verbose=False)])
report = {"trees": booster.best_iteration, "articles": len(set(articles) - left_out), "groups": len(train) + len(test)}
for name, indices in (("held out", test), ("left out", [i for i, a in enumerate(articles) if a in left_out])):
    for v in sorted({variants[i] for i in indices}):
        own = [i for i in indices if variants[i] == v]
        report[f"{name} {v or 'as asked'}"] = dict(zip(("mrr", "hit@5"), measure(booster, own))) | {"n": len(own)}
gain = booster.feature_importance("gain", iteration=booster.best_iteration)
report["gain"] = {names[i]: round(float(gain[i] / gain.sum()), 4) for i in np.argsort(-gain)[:40]}
write(args.out, booster)
booster.save_model(args.out + ".txt", num_iteration=booster.best_iteration)
print(json.dumps(report, indent=1))
if args.report:
    json.dump(report, open(args.report, "w"), indent=1)
