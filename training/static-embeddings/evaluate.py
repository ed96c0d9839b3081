"""Measures a model file on the development sets, alone and with BM25 (bm25s).

`python evaluate.py DATA WORK MODEL [OUT.json]`. MODEL is a .bin as shipped, or `wordllama`. nDCG@10 on pubmedqa, evinf
question to article (dev) and SciFact; MRR and hit@5 of the evidence sentence within its article (evinf dev). The convex
combination is a x cosine + (1 - a) x BM25 / the query's best BM25; a is tried in steps of .1 on the same questions, so
the best is an upper bound, and a = .3 fixed is given beside it. `late` compares sentences piece by piece.
"""

import json
import sys
from pathlib import Path

import numpy as np

ALPHAS = [round(0.1 * i, 1) for i in range(11)]


def lines(path):
    return [json.loads(line) for line in open(path)]


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def static(file: Path):
    from export import load
    from train import bags

    vocabulary, e = load(file)
    return lambda texts: unit(bags(vocabulary, texts) @ e)


def wordllama():
    from wordllama import WordLlama

    model = WordLlama.load(dim=256)
    return lambda texts: unit(model.embed(list(texts), norm=True))


def qrels(path):
    out = {}
    for line in open(path).read().splitlines()[1:]:
        q, d, s = line.split("\t")
        if int(s) > 0:
            out.setdefault(q, {})[d] = int(s)
    return out


def bm25(texts, queries):
    import bm25s
    import Stemmer

    stem = Stemmer.Stemmer("english")
    engine = bm25s.BM25(k1=1.5, b=0.75)
    engine.index(bm25s.tokenize(texts, stopwords="en", stemmer=stem, show_progress=False), show_progress=False)
    of = bm25s.tokenize(queries, stopwords="en", stemmer=stem, show_progress=False, return_ids=False)
    return np.stack([engine.get_scores(q) if q else np.zeros(len(texts), np.float32) for q in of])


def ndcg(scores, ids, wanted):
    out = []
    for row, gold in zip(scores, wanted, strict=True):
        best = np.lexsort((ids, -row))[:10]
        gains = [gold.get(ids[i], 0) for i in best]
        ideal = sorted(gold.values(), reverse=True)[:10]
        dcg = sum(g / np.log2(i + 2) for i, g in enumerate(gains))
        out.append(dcg / sum(g / np.log2(i + 2) for i, g in enumerate(ideal)))
    return np.array(out)


def reciprocal(scores, gold):
    """Reciprocal rank and hit in five of the best gold sentence; ties to the earlier."""
    order = np.argsort(-scores, kind="stable")
    rank = next(i for i, k in enumerate(order) if k in gold)
    return 1 / (rank + 1), rank < 5


def best_of(dense, lexical):
    return {a: a * dense + (1 - a) * lexical / np.maximum(lexical.max(-1, keepdims=True), 1e-9) for a in ALPHAS}


def late(file: Path):
    """Piece by piece: each piece of the question with the most similar one of the sentence, weighted (as ColBERT)."""
    from export import load

    vocabulary, e = load(file)
    weight = np.linalg.norm(e, axis=1)
    u = e / np.maximum(weight, 1e-9)[:, None]

    def scores(question, sentences):
        asked = sorted(set(vocabulary.encode(question)))
        out = []
        for s in sentences:
            ids = vocabulary.encode(s)
            out.append((u[asked] @ u[ids].T).max(1) @ weight[asked] / weight[asked].sum() if ids and asked else -1.0)
        return np.array(out)

    return scores


def main(data: Path, work: Path, model: str, out: str | None = None) -> None:
    embed = wordllama() if model == "wordllama" else static(Path(model))
    report = {"model": Path(model).name}
    for name, folder, split in (("pubmedqa", "pubmedqa", "dev"), ("evinf-article", "evinf", "dev"), ("scifact", "scifact", "train")):
        docs = lines(data / folder / "corpus.jsonl")
        rel = qrels(data / folder / f"qrels-{split}.tsv")
        queries = [q for q in lines(data / folder / "queries.jsonl") if q["_id"] in rel]
        texts, asked = [f"{d['title']} {d['text']}" for d in docs], [q["text"] for q in queries]
        ids = np.array([d["_id"] for d in docs])
        cache = work / f"bm25-{name}.npy"
        if not cache.exists():
            np.save(cache, bm25(texts, asked).astype(np.float32))
        wanted = [rel[q["_id"]] for q in queries]
        mixed = best_of(embed(asked) @ embed(texts).T, np.load(cache))
        figures = {a: float(ndcg(s, ids, wanted).mean()) for a, s in mixed.items()}
        best = max(figures, key=figures.get)
        report[name] = {"queries": len(queries), "dense": round(figures[1.0], 4), "bm25": round(figures[0.0], 4),
                        "best": round(figures[best], 4), "best_a": best, "a=.3": round(figures[0.3], 4)}
        print(name, report[name], flush=True)
    articles = {a["pmcid"]: [s["text"] for s in a["sentences"]] for a in lines(data / "evinf/sentences.jsonl")}
    questions = lines(data / "evinf/evidence-dev.jsonl")
    results = {a: [] for a in [*ALPHAS, "late", "late + bm25"]}
    piecewise = None if model == "wordllama" else late(Path(model))
    known: dict[str, np.ndarray] = {}
    for q in questions:
        sentences = articles[q["pmcid"]]
        if q["pmcid"] not in known:
            known[q["pmcid"]] = embed(sentences)
        dense, lexical = known[q["pmcid"]] @ embed([q["question"]])[0], bm25(sentences, [q["question"]])[0]
        for a, s in best_of(dense, lexical).items():
            results[a].append(reciprocal(s, set(q["gold_sentences"])))
        if piecewise:
            by_piece = piecewise(q["question"], sentences)
            both = by_piece + lexical / max(lexical.max(), 1e-9)
            results["late"].append(reciprocal(by_piece, set(q["gold_sentences"])))
            results["late + bm25"].append(reciprocal(both, set(q["gold_sentences"])))
    figures = {a: np.mean(r, axis=0) for a, r in results.items() if r}
    best = max(ALPHAS, key=lambda a: figures[a][0])
    report["evinf-sentence"] = {"queries": len(questions)} | {
        name: {"mrr": round(float(figures[a][0]), 4), "hit5": round(float(figures[a][1]), 4)}
        for name, a in (("dense", 1.0), ("bm25", 0.0), ("best", best), ("a=.3", 0.3), ("late", "late"), ("late + bm25", "late + bm25")) if a in figures} | {"best_a": best}
    print("evinf-sentence", report["evinf-sentence"])
    if out:
        Path(out).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
