"""Trains whether a passage answers at all, on rows that `evals passages --rows` made with and without the article that does.

    python answers.py OUT.bin ROWS... [--report FILE]

Log loss over single passages (their `passages` folders), so that the score is a log-odds that compares between questions. A tenth
of the articles is held out for early stopping and for the report: of questions whose article was there, how often the likeliest
passage is right at each threshold; of those whose article was taken away, how often any passage passes it.
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
a.add_argument("--leaves", type=int, default=16)
a.add_argument("--rate", type=float, default=0.06)
a.add_argument("--rounds", type=int, default=400)
a.add_argument("--weights", default="bag=0.7,free=1.0,near=0.5,para=2.0")
a.add_argument("--seed", type=int, default=7)
args = a.parse_args()

names = open(f"{args.rows[0]}/passages/names.txt").read().split()
weights = {k: float(v) for k, v in (w.split("=") for w in args.weights.split(","))}
groups = []
for folder in args.rows:
    x = np.fromfile(f"{folder}/passages/rows.f32", dtype="<f4").reshape(-1, len(names))
    y = np.fromfile(f"{folder}/passages/labels.u8", dtype=np.uint8)
    at = 0
    for line in open(f"{folder}/passages/groups.tsv"):
        _, article, n, name = line.rstrip("\n").split("\t")
        n = int(n)
        groups.append((article, name.partition("~")[2], x[at : at + n], y[at : at + n]))
        at += n

order = np.random.default_rng(1).permutation(sorted({g[0] for g in groups}))
held = set(order[: len(order) // 10])


def dataset(chosen, reference=None):
    w = [np.full(len(y), weights.get(v, 1.0)) for _, v, _, y in chosen]
    return lightgbm.Dataset(np.concatenate([g[2] for g in chosen]), np.concatenate([g[3] for g in chosen]),
                            weight=np.concatenate(w), reference=reference)


train = [g for g in groups if g[0] not in held and len(g[3])]
test = [g for g in groups if g[0] in held and len(g[3])]
params = dict(objective="binary", num_leaves=args.leaves, learning_rate=args.rate, min_data_in_leaf=60, feature_fraction=0.5,
              bagging_fraction=0.8, bagging_freq=1, lambda_l2=5.0, max_bin=127, metric="binary_logloss", verbose=-1, num_threads=1,
              seed=args.seed, deterministic=True, use_missing=False, force_col_wise=True)
data = dataset(train)
booster = lightgbm.train(params, data, num_boost_round=args.rounds, valid_sets=[dataset(test, data)],
                         callbacks=[lightgbm.early_stopping(40, verbose=False)])
report = {"trees": booster.best_iteration, "passages": int(sum(len(g[3]) for g in train)), "groups": len(train)}
for variant in sorted({g[1] for g in test}):
    tops = {True: [], False: []}
    for _, v, x, y in test:
        if v == variant:
            s = booster.predict(x, raw_score=True, num_iteration=booster.best_iteration)
            tops[bool(y.any())].append((float(s.max()), bool(y[s.argmax()])))
    rows = {}
    for t in (-2, -1.5, -1, -0.5, 0, 0.5, 1):
        there = [(s >= t, right) for s, right in tops[True]]
        passed = [right for p, right in there if p]
        rows[str(t)] = dict(answered=round(len(passed) / max(1, len(there)), 3), right=round(float(np.mean(passed or [0])), 3),
                            without=round(float(np.mean([s >= t for s, _ in tops[False]] or [0])), 3))
    report[variant or "as asked"] = {"there": len(tops[True]), "away": len(tops[False]), "at": rows}
gain = booster.feature_importance("gain", iteration=booster.best_iteration)
report["gain"] = {names[i]: round(float(gain[i] / gain.sum()), 4) for i in np.argsort(-gain)[:25]}
write(args.out, booster)
print(json.dumps(report, indent=1))
if args.report:
    json.dump(report, open(args.report, "w"), indent=1)
