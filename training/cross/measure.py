"""What a folder (of export_late.py) reaches on development sets, by onnxruntime: sentences, claims, and whether texts answer.

    python measure.py FOLDER --rows DEV-ROWS.jsonl --claims dev.jsonl [--misses MISSES.jsonl] --gate GATE.jsonl --out OUT.json

DEV-ROWS is what `evals sentences --rows` writes of the template's questions, then of the paraphrases; MISSES what `evals claims --misses` does, for
the checker's own verdicts; GATE lines of answers with their lines (README.md). Aggregates alone are printed. Weights are chosen on
four fifths of the questions, by article, and used on the fifth ("oof").
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

a = argparse.ArgumentParser()
a.add_argument("folder")
a.add_argument("--rows")
a.add_argument("--claims")
a.add_argument("--misses")
a.add_argument("--gate")
a.add_argument("--out")
args = a.parse_args()
folder = Path(args.folder)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
lower = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
joint = onnxruntime.InferenceSession(str(folder / "joint.onnx"), options)
tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
cache = {}


def states(text, most=128):
    if (text, most) not in cache:
        ids = tokenizer.encode(text).ids
        ids = ids[: most - 1] + ids[-1:] if len(ids) > most else ids
        given = np.array([ids], dtype=np.int64)
        cache[text, most] = lower.run(None, {"input_ids": given, "attention_mask": np.ones_like(given)})[0]
    return cache[text, most]


def odds(q, t, most=96):
    return float(joint.run(["answers"], {"first": states(q), "second": states(t, most)})[0][0, 0])


def rows(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def auc(s, y):
    s, y = np.asarray(s), np.asarray(y, bool)
    rank = np.empty(len(s))
    order = np.argsort(s, kind="stable")
    rank[order] = np.arange(1, len(s) + 1)
    for v in np.unique(s):
        same = s == v
        rank[same] = rank[same].mean()
    n = y.sum()
    return float((rank[y].sum() - n * (n + 1) / 2) / max(n * (len(y) - n), 1))


report = {}
if args.rows:
    R = rows(args.rows)
    half = len(R) // 2
    for name, part in (("template", R[:half]), ("paraphrases", R[half:])):
        data = [(np.array([r["score"] for r in q["ranked"]]), np.array([odds(q["question"], r["text"]) for r in q["ranked"]]),
                 np.array([r["gold"] for r in q["ranked"]]), q["pmcid"]) for q in part]

        def ranks(w, data=data):
            out = []
            for score, said, gold, _ in data:
                order = np.argsort(-((score + w * said) if w is not None else said), kind="stable")
                at = np.flatnonzero(gold[order])
                out.append(at[0] + 1 if len(at) else np.inf)
            return np.array(out)

        W = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5]
        table = {str(w): ranks(w) for w in W}
        figures = {w: [round(float((1 / r).mean()), 4), round(float((r <= 5).mean()), 4)] for w, r in table.items()}
        alone = ranks(None)
        articles = sorted({d[3] for d in data})
        fold = {x: i % 5 for i, x in enumerate(np.random.default_rng(0).permutation(articles))}
        f = np.array([fold[d[3]] for d in data])
        got = np.zeros(len(data))
        for k in range(5):
            best = max(table, key=lambda w: (1 / table[w])[f != k].mean())
            got[f == k] = table[best][f == k]
        report[name] = {"n": len(data), "weights": figures, "alone": [round(float((1 / alone).mean()), 4), round(float((alone <= 5).mean()), 4)],
                        "oof": [round(float((1 / got).mean()), 4), round(float((got <= 5).mean()), 4)]}
        print(name, json.dumps(report[name]), flush=True)

if args.claims:
    C = rows(args.claims)
    classes = ["supported", "unsupported", "contradicted"]
    truth = np.array([classes.index(c["support"]) for c in C])
    z = np.array([joint.run(["claims"], {"first": states(c["claim"]), "second": states(c["evidence"])})[0][0] for c in C])
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)

    def figures(got):
        f1 = []
        for c in range(3):
            tp = ((truth == c) & (got == c)).sum()
            pr, rc = tp / max((got == c).sum(), 1), tp / max((truth == c).sum(), 1)
            f1.append(2 * pr * rc / max(pr + rc, 1e-9))
        return {"macro_f1": round(float(np.mean(f1)), 4), "accuracy": round(float((got == truth).mean()), 4),
                "false_supported": round(float((got[truth != 0] == 0).mean()), 4), "f1": [round(float(x), 3) for x in f1]}

    report["claims"] = {"alone": figures(p.argmax(1))}
    for margin in (0.1, 0.2, 0.3, 0.4):
        got = np.where(p[:, 0] > np.maximum(p[:, 1], p[:, 2]) + margin, 0, 1 + (p[:, 2] > p[:, 1]))
        report["claims"][f"alone, margin {margin}"] = figures(got)
    if args.misses:
        answered = {m["_id"]: classes.index(m["answered"]) for m in rows(args.misses)}
        own = np.array([answered.get(c["_id"], t) for c, t in zip(C, truth)])
        report["claims"]["checker"] = figures(own)
        for least in (0.02, 0.05, 0.1, 0.2):
            veto = np.where((own == 0) & (p[:, 0] < least), 1 + (p[:, 2] > p[:, 1]), own)
            report["claims"][f"checker, supported only where the model gives {least}"] = figures(veto)
        for sure in (0.5, 0.6, 0.7, 0.8, 0.9):
            both = np.where(p.max(1) >= sure, p.argmax(1), own)
            report["claims"][f"model where it is {sure} sure, else checker"] = figures(both)
        for w in (0.3, 0.5, 1.0):
            mixed = p + w * np.eye(3)[own]
            report["claims"][f"model plus {w} for the checker's"] = figures(mixed.argmax(1))
    print("claims", json.dumps(report["claims"], indent=1), flush=True)

if args.gate:
    G = [g for g in rows(args.gate) if g["outcome"] == "answered"]
    for which, text in (("alone", lambda l: l["text"]), ("headed", lambda l: f"{l['heading'][-1]}: {l['text']}" if l.get("heading") else l["text"]),
                        ("titled", lambda l: f"{l['title']}. {l['text']}" if l.get("title") else l["text"])):
        for over in ("bottom", "all", "mean of best three"):
            out = {}
            for name in ("abstention", "fresh", "starter", "every"):
                part = [g for g in G if name in (g["set"], "every")]
                scores, bad = [], []
                for g in part:
                    lines = g["bottom"] if over == "bottom" else g["bottom"] + g["lines"]
                    said = sorted((odds(g["q"], text(l)) for l in lines[:40]), reverse=True) or [-9.0]
                    scores.append(float(np.mean(said[:3])) if over == "mean of best three" else said[0])
                    bad.append(g["abstain"])
                scores, bad = np.array(scores), np.array(bad)
                if bad.any() and not bad.all():
                    limit = np.sort(scores[~bad])[int(0.02 * (~bad).sum())]  # at most 2 % of the answerable are below it
                    out[name] = {"answerable": int((~bad).sum()), "not": int(bad.sum()), "auc": round(auc(scores, ~bad), 3),
                                 "caught": round(float((scores[bad] < limit).mean()), 3), "threshold": round(float(limit), 3)}
            report[f"gate, {which}, {over}"] = out
            print(f"gate, {which}, {over}", json.dumps(out), flush=True)
if args.out:
    Path(args.out).write_text(json.dumps(report, indent=1))
