"""Trains the weighing of documents, and measures it on sets it did not see.

    python train.py OUT.bin TRAIN [--measure NAME=ROWS,QRELS ...] [--fold NAME=ROWS,QRELS ...] [--report FILE]

TRAIN and ROWS are folders that `evals documents` made. LambdaMART over the candidates of a question; a tenth of the
questions is held out for early stopping. `--measure`: nDCG@10 of the model and of plain orders (words, vectors, a fixed mixture),
a document where its best passage stands, without priors. `--fold`: the same of models trained on TRAIN and four fifths of
that set's questions: an experiment, never shipped.
"""

import argparse
import json
import math
import sys

import lightgbm
import numpy as np

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/ranker")
from export import write  # noqa: E402

a = argparse.ArgumentParser()
a.add_argument("out")
a.add_argument("train")
a.add_argument("--measure", action="append", default=[])
a.add_argument("--fold", action="append", default=[])
a.add_argument("--report")
a.add_argument("--drop", default="", help="features left out, by prefix, comma-separated")
a.add_argument("--leaves", type=int, default=16)
a.add_argument("--rate", type=float, default=0.08)
a.add_argument("--rounds", type=int, default=300)
a.add_argument("--min-leaf", type=int, default=150)
a.add_argument("--seeds", type=int, default=3, help="models that are averaged")
a.add_argument("--free", action="store_true", help="no demand that more of a signal never counts for less (ablation)")
a.add_argument("--base", type=float, default=5.0, help="weight of the plain mixture that the trees correct; as in rows.rs")
a.add_argument("--keep", type=int, default=30, help="candidates without grade that are kept of a question")
a.add_argument("--weights", default="claim=2,title=1.5,trial=1.5,lay=.6,page=.6", help="weight of a kind of question, as claim=2,lay=1")
a.add_argument("--fold-weight", type=float, default=2.0)
args = a.parse_args()
weights = {k: float(v) for k, v in (w.split("=") for w in args.weights.split(",") if w)}


class Set:
    """The candidates of a set of questions."""

    def __init__(self, folder, qrels=None):
        self.names = open(f"{folder}/names.txt").read().split()
        self.x = np.fromfile(f"{folder}/rows.f32", dtype="<f4").reshape(-1, len(self.names))
        lines = [line.rstrip("\n").split("\t") for line in open(f"{folder}/candidates.tsv")]
        self.documents = [line[1] for line in lines]
        self.grades = np.array([float(line[3]) for line in lines])
        self.questions, self.spans = [], []
        for i, line in enumerate(lines):
            if not self.questions or self.questions[-1] != line[0]:
                self.questions.append(line[0])
                self.spans.append([i, i])
            self.spans[-1][1] = i + 1
        self.judged = None
        if qrels:
            self.judged = {}
            for line in list(open(qrels))[1:]:
                q, d, g = line.split("\t")[:3]
                self.judged.setdefault(q, {})[d] = float(g)

    def ndcg(self, scores, at=None):
        """Of each question, in order; one without any candidate is left out here and counted by the caller."""
        out = []
        for i in at if at is not None else range(len(self.questions)):
            s, e = self.spans[i]
            own = self.judged[self.questions[i]]
            ranked, seen = [], set()
            for j in np.argsort(-scores[s:e], kind="stable"):
                d = self.documents[s + j]
                if d not in seen:
                    seen.add(d), ranked.append(own.get(d, 0.0))
            gain = lambda v: sum(g / math.log2(k + 2) for k, g in enumerate(v[:10]))
            out.append(gain(ranked) / gain(sorted(own.values(), reverse=True)))
        return out

    def first(self, scores):
        return [float(self.judged[q].get(self.documents[s + int(np.argmax(scores[s:e]))], 0.0)) for q, (s, e) in zip(self.questions, self.spans)]


def rows_of(some, at, keep, rng, weight):
    """Of each question the graded candidates, the best by each plain order and some at random."""
    index, group, w = [], [], []
    plain = [some.names.index(n) for n in ("passage_bm25_share", "doc_bm25_share", "doc_cosine", "title_near", "doc_near_rare")]
    for i in at:
        s, e = some.spans[i]
        graded = np.flatnonzero(some.grades[s:e] > 0)
        if not len(graded) or len(graded) == e - s:
            continue
        hard = [np.argsort(-some.x[s:e, c], kind="stable")[: keep // 6] for c in plain]
        own = np.unique(np.concatenate([graded, *hard, rng.permutation(e - s)[: keep // 6]]))
        index.append(own + s), group.append(len(own)), w.append(np.full(len(own), weight(some.questions[i])))
    index = np.concatenate(index)
    return some.x[index], np.minimum(some.grades[index], 2).astype(int), group, np.concatenate(w)


FREE = ("q_", "aspect_title_other", "aspect_doc", "aspect_passage")


def mixture(x):
    return args.base * (0.7 * x[:, own.names.index("doc_bm25_ratio")] + 0.3 * x[:, own.names.index("doc_cosine_ratio")])


def dataset(parts, reference=None):
    x, y, w = (np.concatenate([p[k] for p in parts]) for k in (0, 1, 3))
    group = sum((list(p[2]) for p in parts), [])
    return lightgbm.Dataset(x * used, y, group=group, weight=w, init_score=mixture(x * used), reference=reference)


class Several:
    """Models whose trees are averaged, as one."""

    best_iteration = None

    def __init__(self, models):
        self.models = models

    def dump_model(self, num_iteration=None):
        trees = []

        def scaled(n):
            if "leaf_value" in n:
                return n | {"leaf_value": n["leaf_value"] / len(self.models)}
            return n | {k: scaled(n[k]) for k in ("left_child", "right_child")}

        for m in self.models:
            dump = m.dump_model(num_iteration=m.best_iteration)
            trees += [t | {"tree_structure": scaled(t["tree_structure"])} for t in dump["tree_info"]]
        return dump | {"tree_info": trees}

    def num_feature(self):
        return self.models[0].num_feature()

    def predict(self, x):
        return mixture(x * used) + np.mean([m.predict(x * used, num_iteration=m.best_iteration) for m in self.models], axis=0)


def fit(parts, test=None, rounds=None):
    models = []
    for seed in range(7, 7 + args.seeds):
        params = dict(objective="lambdarank", lambdarank_truncation_level=12, label_gain=[0, 1, 3], num_leaves=args.leaves, learning_rate=args.rate,
                      min_data_in_leaf=args.min_leaf, feature_fraction=0.25, bagging_fraction=0.8, bagging_freq=1, lambda_l2=20.0, max_bin=127,
                      metric="ndcg", eval_at=[10], verbose=-1, num_threads=1, seed=seed, deterministic=True, use_missing=False, force_col_wise=True)
        if not args.free:
            params["monotone_constraints"] = [int(not n.startswith(FREE)) for n in own.names]
        full = dataset(parts)
        stop = [lightgbm.early_stopping(40, verbose=False)] if test else None
        models.append(lightgbm.train(params, full, num_boost_round=rounds or args.rounds, valid_sets=[dataset([test], full)] if test else None, callbacks=stop))
        if not test:
            models[-1].best_iteration = rounds
    return Several(models)


own = Set(args.train)
used = np.array([0.0 if any(n.startswith(d) for d in args.drop.split(",") if d) else 1.0 for n in own.names], dtype=np.float32)
rng = np.random.default_rng(1)
order = rng.permutation(len(own.questions))
weight = lambda q: weights.get(q.split("-")[0], 1.0)
test, train = order[: len(order) // 10], order[len(order) // 10:]
part = rows_of(own, train, args.keep, np.random.default_rng(3), weight)
held = rows_of(own, test, 60, np.random.default_rng(3), weight)
booster = fit([part], held)
write(booster, args.out)
rounds = [m.best_iteration for m in booster.models]
gain = sum(m.feature_importance("gain", iteration=m.best_iteration) for m in booster.models)
report = {"trees": rounds, "questions": len(train), "rows": len(part[1]), "sets": {},
          "gain": {own.names[i]: round(float(gain[i] / gain.sum()), 4) for i in np.argsort(-gain)[:30]}}
mean = lambda v: round(float(np.mean(v)), 4)


def gained(a, b):
    """Mean of a - b over questions with its 95 % interval: paired bootstrap, 2,000 draws."""
    d = np.array(a) - np.array(b)
    draws = np.random.default_rng(4).integers(0, len(d), (2000, len(d)))
    low, high = np.percentile(d[draws].mean(axis=1), [2.5, 97.5])
    return [mean(d), round(float(low), 4), round(float(high), 4)]


for spec in args.measure + args.fold:
    name, (rows, qrels) = spec.split("=", 1)[0], spec.split("=", 1)[1].split(",")
    some = Set(rows, qrels)
    column = lambda n: some.x[:, some.names.index(n)]
    orders = {"passage words": column("passage_bm25_ratio"), "document words": column("doc_bm25_share"), "vectors": column("doc_cosine"),
              "mixture .3": 0.7 * column("doc_bm25_ratio") + 0.3 * column("doc_cosine_ratio"), "learned": booster.predict(some.x)}
    own_report = {k: mean(some.ndcg(v)) for k, v in orders.items()} | {"first": mean(some.first(orders["learned"])), "first words": mean(some.first(orders["passage words"]))}
    learned = some.ndcg(orders["learned"])
    own_report |= {f"gained over {k}": gained(learned, some.ndcg(orders[k])) for k in ("passage words", "mixture .3")}
    if spec in args.fold:
        names = np.random.default_rng(2).permutation(len(some.questions))
        values = np.zeros(len(some.questions))
        for k in range(5):
            test = names[k::5]
            rest = np.setdiff1d(names, test)
            more = rows_of(some, rest, 120, np.random.default_rng(3), lambda _: args.fold_weight)
            model = fit([part, more], rounds=sum(rounds) // len(rounds))
            values[test] = some.ndcg(model.predict(some.x), test)
        own_report["out of fold, not shipped"] = mean(values)
    report["sets"][name] = own_report
    print(name, own_report, flush=True)
print("trees", rounds, list(report["gain"].items())[:14])
if args.report:
    json.dump(report, open(args.report, "w"), indent=1)
