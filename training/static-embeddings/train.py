"""Distils and tunes the static embeddings, on one core with numpy.

`python train.py WORK NAME [--steps N] [--contrast W] ...` writes WORK/NAME.npy: float32 (pieces, 256), the weight of a
piece folded in as the length of its row. The embedding of a text is the sum of the rows of its pieces, normalised.

1. Model2Vec (Minish Lab 2024): the teacher's vector of every piece on its own, the 256 first principal directions of
   the teacher's vectors of real texts, weighted a / (a + p) by frequency p (SIF: Arora 2017, ICLR).
2. Tokenlearn-like: the sum of a text's rows moves towards the teacher's vector of that text (cosine).
3. In-batch contrast (InfoNCE) of pairs that go together: title and abstract, question and answer, a sentence and the
   rest of its passage, names of one thing; no question of any benchmark.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack
from texts import SENTENCE
from tokens import Vocabulary

DIMS = 256


def bag(lists, pieces: int) -> csr_matrix:
    ids = np.array([i for one in lists for i in one], np.int32)
    ends = np.cumsum([0] + [len(one) for one in lists])
    m = csr_matrix((np.ones(len(ids), np.float32), ids, ends), (len(lists), pieces))
    m.sum_duplicates()
    return m


def bags(vocabulary: Vocabulary, texts) -> csr_matrix:
    return bag([vocabulary.encode(t) for t in texts], len(vocabulary.pieces))


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def basis(work: Path, centre: bool):
    files = sorted(work.glob("taught-*.npz"))
    texts, vectors = [], []
    for f in files:
        z = np.load(f)
        texts += z["texts"].tolist()
        vectors.append(z["vectors"].astype(np.float32))
    vectors = np.concatenate(vectors)
    mean = vectors.mean(0) if centre else np.zeros(384, np.float32)
    x = vectors - mean
    values, directions = np.linalg.eigh(x.T @ x / len(x))
    directions = directions[:, ::-1][:, :DIMS].astype(np.float32)
    print(f"{len(texts)} texts; {DIMS} directions hold {values[::-1][:DIMS].sum() / values.sum():.3f}; mean length {np.linalg.norm(vectors.mean(0)):.3f}")
    return texts, x @ directions, mean, directions


def first(work: Path, mean, directions, a: float):
    counts = np.array(json.loads((work / "counts.json").read_text()), np.float64)
    p = (counts + 0.5) / counts.sum()
    e = unit((np.load(work / "pieces.npy") - mean) @ directions)
    return (e * (a / (a + p))[:, None]).astype(np.float32)


class Adam:
    """Adam on the rows that a batch touches."""

    def __init__(self, e, rate):
        self.e, self.rate = e, rate
        self.m, self.v = np.zeros_like(e), np.zeros_like(e)
        self.t = np.zeros(len(e), np.int32)

    def step(self, rows, g, rate):
        self.t[rows] += 1
        t = self.t[rows][:, None].astype(np.float32)
        m, v = self.m[rows], self.v[rows]
        m *= 0.9
        m += np.float32(0.1) * g
        g *= g
        g *= 0.01
        v *= 0.99
        v += g
        self.m[rows], self.v[rows] = m, v
        v /= 1 - np.float32(0.99) ** t
        np.sqrt(v, out=v)
        v += 1e-9
        m *= rate / (1 - np.float32(0.9) ** t)
        m /= v
        self.e[rows] -= m


def narrow(indices, size):
    there = np.zeros(size, bool)
    there[indices] = True
    rows = np.flatnonzero(there)
    to = np.zeros(size, np.int32)
    to[rows] = np.arange(len(rows))
    return rows, to[indices]


def forward(e, x: csr_matrix, keep, random):
    if keep < 1:
        x = x.copy()
        x.data *= random.random(len(x.data)) < keep
    rows, columns = narrow(x.indices, len(e))
    small = csr_matrix((x.data, columns, x.indptr), (x.shape[0], len(rows)))
    u = small @ e[rows]
    n = np.maximum(np.linalg.norm(u, axis=1, keepdims=True), 1e-6)
    return rows, small, n, u / n


def backward(state, dz):
    rows, small, n, z = state
    du = (dz - (dz * z).sum(1, keepdims=True) * z) / n
    return rows, small.T @ du


def merge(parts, size):
    rows, _ = narrow(np.concatenate([r for r, _ in parts]), size)
    g = np.zeros((len(rows), DIMS), np.float32)
    for r, d in parts:
        g[np.searchsorted(rows, r)] += d
    return rows, g


def ndcg(queries, corpus, gold, block=512):
    """Mean nDCG@10 with one right document for each query."""
    total = 0.0
    for k in range(0, len(queries), block):
        s = queries[k : k + block] @ corpus.T
        right = s[np.arange(len(s)), gold[k : k + block]]
        rank = (s > right[:, None]).sum(1)
        total += (np.where(rank < 10, 1 / np.log2(rank + 2), 0)).sum()
    return total / len(queries)


class Pairs:
    """Draws pairs of bags that go together, anew in every step.

    Even steps: a random sentence and the rest of its passage (inverse cloze: Lee 2019, ACL), half of them in runs of one
    article, so that its other passages are the wrong ones. Odd steps: of different documents, an article's title or a
    sentence of it and another passage of it, a question and its answer.
    """

    def __init__(self, work, vocabulary, random):
        self.random = random
        rows, self.spans, self.owner, owners = [], [], [], {}
        self.titles = {}
        for line in open(work / "texts.jsonl"):
            d = json.loads(line)
            if d["part"] != "train":
                continue
            if d["kind"] == "title" and d["id"].startswith("PMC"):
                self.titles[d["id"]] = len(rows)
                rows.append(d["text"])
            elif d["kind"] == "passage":
                sentences = SENTENCE.split(d["text"])
                if len(sentences) >= 2:
                    self.spans.append((len(rows), len(rows) + len(sentences)))
                    self.owner.append(d["id"])
                    owners.setdefault(d["id"], []).append(len(self.spans) - 1)
                    rows += sentences
        self.rows = bags(vocabulary, rows)
        self.spans = np.array(self.spans)
        self.articles = [i for i in owners if i in self.titles and len(owners[i]) >= 2]
        self.passages_of = owners
        pairs = [p for p in map(json.loads, open(work / "pairs.jsonl")) if p["part"] == "train" and p["kind"] != "sentence-rest"]
        self.asked = bags(vocabulary, [p["query"] for p in pairs])
        self.answers = bags(vocabulary, [p["passage"] for p in pairs])
        self.names = [[vocabulary.encode(n) for n in o["names"]] for o in json.loads((work / "names.json").read_text())
                      if o["part"] == "train" and len(o["names"]) > 1]
        self.pieces = len(vocabulary.pieces)
        print(len(self.names), "things with several names;", len(self.spans), "passages", self.rows.shape[0], "sentences", len(self.articles), "articles", len(pairs), "pairs", flush=True)

    def sums(self, picks):
        """Sums of rows: one bag for each list of rows."""
        ends = np.cumsum([0] + [len(p) for p in picks])
        columns = np.concatenate(picks).astype(np.int32)
        return (csr_matrix((np.ones(len(columns), np.float32), columns, ends), (len(picks), self.rows.shape[0])) @ self.rows).tocsr()

    def draw(self, step, n, share):
        r = self.random
        if step % 2 == 0:
            starts = r.integers(0, len(self.spans) - 8, n // 16)
            picked = np.unique(np.concatenate([(starts[:, None] + np.arange(8)).ravel(), r.integers(0, len(self.spans), n // 2)]))
            q, d = [], []
            for s, t in self.spans[picked]:
                k = r.integers(s, t)
                q.append(np.array([k]))
                d.append(np.delete(np.arange(s, t), k - s))
            return self.sums(q), self.sums(d)
        q, d = [], []
        for i in r.choice(len(self.articles), min(n // 3, len(self.articles)), replace=False):
            key = self.articles[i]
            one, other = r.choice(self.passages_of[key], 2, replace=False)
            q.append(np.array([self.titles[key] if r.random() < 0.6 else r.integers(*self.spans[one])]))
            d.append(np.arange(*self.spans[other]))
        # Runs: questions on one disease, so that what is asked of it counts as well.
        starts = r.integers(0, self.asked.shape[0] - 8, n // 24)
        picked = np.unique(np.concatenate([(starts[:, None] + np.arange(8)).ravel(), r.integers(0, self.asked.shape[0], n // 3)]))
        q, d = [self.sums(q), self.asked[picked]], [self.sums(d), self.answers[picked]]
        if share:
            one, other = [], []
            for i in r.choice(len(self.names), int(share * n), replace=False):
                a, b = r.choice(len(self.names[i]), 2, replace=False)
                one.append(self.names[i][a])
                other.append(self.names[i][b])
            q.append(bag(one, self.pieces))
            d.append(bag(other, self.pieces))
        return vstack(q).tocsr(), vstack(d).tocsr()


class Dev:
    """The held-out 5 % of the CC BY documents: pairs among all passages of their kind."""

    def __init__(self, work, vocabulary):
        self.sets = {}
        pairs = [json.loads(line) for line in open(work / "pairs.jsonl")]
        for kind in ("question-answer", "title-abstract", "sentence-rest"):
            of = [p for p in pairs if p["kind"] == kind and (kind != "sentence-rest" or p["part"] == "dev")]
            gold = [i for i, p in enumerate(of) if p["part"] == "dev"]
            self.sets[kind] = (bags(vocabulary, [of[i]["query"] for i in gold]), bags(vocabulary, [p["passage"] for p in of]), np.array(gold))

        things = [o for o in json.loads((work / "names.json").read_text())]
        names = [(t, n) for t, o in enumerate(things) for n in o["names"]]
        first = {}
        for k, (t, _) in enumerate(names):
            first.setdefault(t, k)
        gold = [(first[t], k) for k, (t, _) in enumerate(names) if things[t]["part"] == "dev" and k != first[t]]
        all_names = bags(vocabulary, [n for _, n in names])
        # From another name to the preferred one, among the preferred names of all things.
        heads = np.array(list(first.values()))
        self.sets["synonym"] = (all_names[[k for _, k in gold]], all_names[heads], np.searchsorted(heads, [g for g, _ in gold]))

    def score(self, e):
        return {k: round(float(ndcg(unit(q @ e), unit(c @ e), g)), 4) for k, (q, c, g) in self.sets.items()}


def main() -> None:
    o = argparse.ArgumentParser()
    o.add_argument("work", type=Path)
    o.add_argument("name")
    o.add_argument("--steps", type=int, default=2000)
    o.add_argument("--rate", type=float, default=0.002)
    o.add_argument("--distil", type=float, default=1.0)
    o.add_argument("--contrast", type=float, default=0.0)
    o.add_argument("--temperature", type=float, default=0.05)
    o.add_argument("--batch", type=int, default=1024)
    o.add_argument("--keep", type=float, default=0.9, help="share of a text's pieces kept in a step")
    o.add_argument("--names", type=float, default=0.25, help="pairs of names beside a batch of documents, as a share of it")
    o.add_argument("--from-weights", type=Path, help="goes on from these rows instead of step 1's")
    o.add_argument("--sif", type=float, default=1e-3)
    o.add_argument("--no-centre", action="store_true")
    o.add_argument("--minutes", type=float, default=60)
    a = o.parse_args()
    vocabulary = Vocabulary(json.loads((a.work / "vocabulary.json").read_text()))
    texts, targets, mean, directions = basis(a.work, not a.no_centre)
    e = np.load(a.from_weights) if a.from_weights else first(a.work, mean, directions, a.sif)
    dev = Dev(a.work, vocabulary)
    print("start", dev.score(e), flush=True)
    random = np.random.default_rng(20261127)
    if a.steps:
        x, targets = bags(vocabulary, texts), unit(targets)
        held = np.arange(len(texts)) % 50 == 0
        hx, ht = x[held], targets[held]
        x, targets = x[~held], targets[~held]
        e *= 1 / np.abs(e).mean() * 0.05
        adam = Adam(e, a.rate)
        if a.contrast:
            pairs = Pairs(a.work, vocabulary, random)
    began = time.time()
    for step in range(a.steps):
        rate = a.rate * min(1, (step + 1) / 50) * 0.5 * (1 + np.cos(np.pi * max(step / a.steps, (time.time() - began) / 60 / a.minutes)))
        if time.time() - began > a.minutes * 60:
            break
        parts, d_loss, c_loss = [], 0.0, 0.0
        if a.distil:
            pick = random.integers(0, x.shape[0], a.batch)
            s = forward(e, x[pick], a.keep, random)
            d_loss = 1 - (s[3] * targets[pick]).sum(1).mean()
            parts.append(backward(s, -a.distil * targets[pick] / len(pick)))
        if a.contrast:
            q, d = pairs.draw(step, a.batch, a.names)
            sq, sd = forward(e, q, a.keep, random), forward(e, d, a.keep, random)
            logits = sq[3] @ sd[3].T / a.temperature
            eye = np.arange(len(logits))
            grad = np.zeros_like(logits)
            for axis in (0, 1):
                p = np.exp(logits - logits.max(axis, keepdims=True))
                p /= p.sum(axis, keepdims=True)
                c_loss -= np.log(p[eye, eye] + 1e-9).mean() / 2
                p[eye, eye] -= 1
                grad += p / 2
            grad *= a.contrast * 0.1 / (a.temperature * len(logits))
            parts += [backward(sq, grad @ sd[3]), backward(sd, grad.T @ sq[3])]
        adam.step(*merge(parts, len(e)), rate)
        if step % 100 == 99:
            z = unit(hx @ e)
            print(f"{step + 1} {time.time() - began:.0f} s; cosine {1 - d_loss:.4f}, held out {(z * ht).sum(1).mean():.4f}; contrast {c_loss:.3f}",
                  dev.score(e) if step % 200 == 199 else "", flush=True)
    print("end", dev.score(e), flush=True)
    np.save(a.work / f"{a.name}.npy", e)


if __name__ == "__main__":
    main()
