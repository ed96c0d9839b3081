"""Trains the layers that read two texts together, over states.py's states of each alone. On two busy cores in half an hour.

    python late.py STATES OUT.npz --seconds 1500

Needs jax and numpy. What it reaches on articles and diseases held out is printed and written beside, as OUT.json.
"""

import argparse
import json
import time
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

a = argparse.ArgumentParser()
a.add_argument("states")
a.add_argument("out")
a.add_argument("--seconds", type=float, default=1500)
a.add_argument("--steps", type=int, default=0)
a.add_argument("--groups", type=int, default=40)
a.add_argument("--texts", type=int, default=8)
a.add_argument("--claims", type=int, default=64)
a.add_argument("--rate", type=float, default=1.5e-3)
a.add_argument("--width", type=int, default=128)
a.add_argument("--layers", type=int, default=2)
a.add_argument("--share", default="0.3,0.2,0.04,0.18,0.2,0,0.08")
a.add_argument("--seed", type=int, default=3)
a.add_argument("--start", help="weights to go on from")
a.add_argument("--everything", action="store_true", help="train on what is held out too")
args = a.parse_args()
jax.config.update("jax_default_prng_impl", "rbg")  # several times as fast here
D, W, HEADS = 384, args.width, 4
LONGEST = {"q": 28, "t": 48, "c": 64, "e": 102}
folder = Path(args.states)
START = time.time()


def say(*words):
    print(f"{time.time() - START:6.0f}", *words, flush=True)


d = np.load(folder / "chosen.npz")
d = {k: d[k] for k in d.files}
parts = sorted(folder.glob("states-*.npz"))
place = {n: {} for n in LONGEST}
files = []
for p in parts:
    index = np.load(p)
    files.append(np.memmap(p.with_suffix(".f16"), dtype=np.float16, mode="r").reshape(-1, D))
    for n in LONGEST:
        own, at = index[n], index[n + "_at"]
        place[n][len(files) - 1] = (own, at)
at = {}
for n in LONGEST:
    most = max(int(own.max()) for own, _ in place[n].values()) + 1
    at[n] = np.full((most, 3), -1, dtype=np.int64)
    for f, (own, where) in place[n].items():
        at[n][own, 0] = f
        at[n][own, 1:] = where


def states(name, ids):
    """The states of texts, filled up, and how many there are of each."""
    rows = at[name][ids]
    most = LONGEST[name]
    n = np.minimum(rows[:, 2], most)
    out = np.zeros((len(ids), most, D), dtype=np.float16)
    for i, (f, start, _) in enumerate(rows):
        out[i, : n[i]] = files[f][start:start + n[i]]
    return out, n


rng = np.random.default_rng(args.seed)
ends = {k: np.concatenate([[0], d[k]]) for k in ("text_ends", "asked_ends", "claim_ends")}
kind, held = d["kind"], d["held"]
share = [float(s) for s in args.share.split(",")]
pool = [np.flatnonzero((kind == k) & (args.everything | ~held)) for k in range(len(share))]
claim_pool = np.flatnonzero(args.everything | ~d["claim_held"])
claim_p = d["claim_weights"][claim_pool].astype(np.float64)
claim_p /= claim_p.sum()
say([len(p) for p in pool], len(claim_pool), "claims;", sum(len(f) for f in files), "states")


def group(g, most, first=False):
    """Texts of a group, labels, one wording."""
    s, e = ends["text_ends"][g], ends["text_ends"][g + 1]
    y = d["labels"][s:e].astype(np.float32)
    key = rng.random(e - s) + 0.5 * (y > 0.6) + 0.15 * (y > 0.05)
    pick = np.argsort(-key)[:most] if most < e - s else np.arange(e - s)
    a, b = ends["asked_ends"][g], ends["asked_ends"][g + 1]
    q = d["asked"][a if first else rng.integers(a, b)]
    return q, d["texts"][s:e][pick], y[pick]


def init(key):
    def mat(n, m, scale=1.0):
        nonlocal key
        key, k = jax.random.split(key)
        return jax.random.normal(k, (n, m)) * scale / np.sqrt(n)

    p = {"in.w": mat(D, W), "in.b": jnp.zeros(W), "in.g": jnp.ones(W), "in.c": jnp.zeros(W), "types": mat(2, W, 0.3), "max.w": mat(1, W, 0.5),
         "other.w": mat(W, W), "both.w": mat(W, W), "less.w": mat(W, W)}
    for i in range(args.layers):
        k = f"{i}."
        p |= {k + "qkv.w": mat(W, 3 * W), k + "qkv.b": jnp.zeros(3 * W), k + "out.w": mat(W, W, 0.5), k + "out.b": jnp.zeros(W), k + "n1.g": jnp.ones(W),
              k + "n1.c": jnp.zeros(W), k + "up.w": mat(W, 2 * W), k + "up.b": jnp.zeros(2 * W), k + "down.w": mat(2 * W, W, 0.5), k + "down.b": jnp.zeros(W),
              k + "n2.g": jnp.ones(W), k + "n2.c": jnp.zeros(W)}
    for task, n in (("answers", 1), ("claims", 3)):
        p |= {task + ".h.w": mat(4 * W, W), task + ".h.b": jnp.zeros(W), task + ".o.w": mat(W, n, 0.3), task + ".o.b": jnp.zeros(n)}
    return p


def norm(x, g, c):
    m = x.mean(-1, keepdims=True)
    v = ((x - m) ** 2).mean(-1, keepdims=True)
    return (x - m) * jax.lax.rsqrt(v + 1e-5) * g + c


def forward(p, q, qn, t, tn, task, key=None, rate=0.1):
    """q, t: B × tokens × D. Whether a text answers, or what it says of a claim."""
    q, t = q.astype(jnp.float32), t.astype(jnp.float32)
    b, n, m = q.shape[0], q.shape[1], t.shape[1]

    def drop(x, k):
        if key is None:
            return x
        return x * jax.random.bernoulli(jax.random.fold_in(key, k), 1 - rate, x.shape) / (1 - rate)

    live_q, live_t = jnp.arange(n)[None] < qn[:, None], jnp.arange(m)[None] < tn[:, None]
    unit = lambda x: x * jax.lax.rsqrt((x * x).sum(-1, keepdims=True) + 1e-6)  # noqa: E731
    cosine = jnp.einsum("bid,bjd->bij", unit(q), unit(t))
    inner = lambda x: (jnp.arange(x.shape[1])[None] > 0)  # noqa: E731  the frame's first token is like everything
    to_t = jnp.where((live_t & inner(t))[:, None], cosine, -1.0)
    to_q = jnp.where((live_q & inner(q))[:, None], cosine.transpose(0, 2, 1), -1.0)
    h = jnp.concatenate([q, t], 1) @ p["in.w"] + p["in.b"]
    hq, ht = h[:, :n], h[:, n:]
    other = jnp.concatenate([jax.nn.softmax(12 * to_t, -1) @ ht, jax.nn.softmax(12 * to_q, -1) @ hq], 1)
    best = jnp.concatenate([to_t.max(-1), to_q.max(-1)], 1)[..., None]
    x = h + other @ p["other.w"] + (h * other) @ p["both.w"] + jnp.abs(h - other) @ p["less.w"] + (2 * best - 1) @ p["max.w"]
    kind = jnp.concatenate([jnp.zeros(n, jnp.int32), jnp.ones(m, jnp.int32)])
    x = drop(norm(x + p["types"][kind], p["in.g"], p["in.c"]), 0)
    live = jnp.concatenate([live_q, live_t], 1)
    mask = jnp.where(live, 0.0, -1e4)[:, None, None]
    for i in range(args.layers):
        k = f"{i}."
        qkv = (x @ p[k + "qkv.w"] + p[k + "qkv.b"]).reshape(b, n + m, 3, HEADS, W // HEADS)
        s = jnp.einsum("bihd,bjhd->bhij", qkv[:, :, 0], qkv[:, :, 1]) * (W // HEADS) ** -0.5 + mask
        y = jnp.einsum("bhij,bjhd->bihd", jax.nn.softmax(s, -1), qkv[:, :, 2]).reshape(b, n + m, W)
        x = norm(x + y @ p[k + "out.w"] + p[k + "out.b"], p[k + "n1.g"], p[k + "n1.c"])
        y = jax.nn.gelu(x @ p[k + "up.w"] + p[k + "up.b"], approximate=False) @ p[k + "down.w"] + p[k + "down.b"]
        x = norm(x + y, p[k + "n2.g"], p[k + "n2.c"])

    def pooled(x, live):
        mean = (x * live[..., None]).sum(1) / live.sum(1, keepdims=True)
        return mean, jnp.where(live[..., None], x, -1e4).max(1)

    x = jnp.concatenate([*pooled(x[:, :n], live_q), *pooled(x[:, n:], live_t)], 1)
    x = drop(jax.nn.gelu(x @ p[task + ".h.w"] + p[task + ".h.b"], approximate=False), 30)
    return x @ p[task + ".o.w"] + p[task + ".o.b"]


def answers_loss(z, y, there, w):
    total = (y * there).sum(1)
    target = y * there / jnp.maximum(total, 1e-6)[:, None]
    listwise = -(target * jax.nn.log_softmax(jnp.where(there, z, -30.0), 1)).sum(1) * (total > 0)
    point = ((jax.nn.softplus(z) - z * y) * there).sum(1) / jnp.maximum(there.sum(1), 1)
    return (w[:, 0] * listwise + 2 * w[:, 1] * point).mean(), (listwise.mean(), point.mean())


def loss(p, batch, key):
    q, qn, t, tn, y, there, w, c, cn, e, en, truth = batch
    k = y.shape[1]
    z = forward(p, jnp.repeat(q, k, 0), jnp.repeat(qn, k), t, tn, "answers", key)[:, 0].reshape(y.shape)
    total, parts = answers_loss(z, y, there, w)
    said = jax.nn.log_softmax(forward(p, c, cn, e, en, "claims", jax.random.fold_in(key, 99)), 1)
    claims = -jnp.take_along_axis(said, truth[:, None], 1).mean()
    return total + claims, (*parts, claims)


@jax.jit
def step(p, m, v, smooth, batch, key, rate, n):
    (_, parts), g = jax.value_and_grad(loss, has_aux=True)(p, batch, key)
    size = jnp.sqrt(sum((x * x).sum() for x in jax.tree.leaves(g)))
    g = jax.tree.map(lambda x: x * jnp.minimum(1.0, 1.0 / (size + 1e-6)), g)
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.98 * v + 0.02 * g * g, v, g)
    p = jax.tree.map(lambda p, m, v: p - rate * (m / (1 - 0.9**n) / (jnp.sqrt(v / (1 - 0.98**n)) + 1e-8) + (0.01 * p if p.ndim > 1 else 0)), p, m, v)
    keep = jnp.minimum(0.995, n / (n + 10))
    smooth = jax.tree.map(lambda s, p: keep * s + (1 - keep) * p, smooth, p)
    return p, m, v, smooth, parts


judged = jax.jit(forward, static_argnames="task")


def draw():
    K = args.texts
    chosen = [g for p, s in zip(pool, share) for g in rng.choice(p, round(args.groups * s))] if len(pool) else []
    q, t = [], np.zeros((len(chosen), K), dtype=np.int64)
    y, there = np.zeros((len(chosen), K), np.float32), np.zeros((len(chosen), K), bool)
    for i, g in enumerate(chosen):
        asked, texts, labels = group(g, K)
        q.append(asked)
        t[i] = texts[0]
        t[i, : len(texts)], y[i, : len(texts)], there[i, : len(texts)] = texts, labels, True
    rows = rng.choice(claim_pool, args.claims, p=claim_p)
    words = [d["claim_words"][rng.integers(ends["claim_ends"][r], ends["claim_ends"][r + 1])] for r in rows]
    return (*states("q", np.array(q)), *states("t", t.ravel()), y, there, d["weights"][chosen].astype(np.float32), *states("c", np.array(words)),
            *states("e", d["claims"][rows, 2]), d["claims"][rows, 3].astype(np.int32))


def auc(s, y):
    rank = np.empty(len(s))
    rank[np.argsort(s, kind="stable")] = np.arange(1, len(s) + 1)
    n = y.sum()
    return float((rank[y].sum() - n * (n + 1) / 2) / max(n * (len(y) - n), 1))


def evaluate(p, most=150):
    out = {}
    for k in range(len(share)):
        groups = np.flatnonzero((kind == k) & held)[:most]
        for first in (True, False):
            rr, scores, truth = [], [], []
            for g in groups:
                q, texts, y = group(g, 99, first)
                n = len(texts)
                pad = np.concatenate([texts, np.repeat(texts[:1], 32 - n)])
                qs, qn = states("q", np.array([q]))
                ts, tn = states("t", pad)
                z = np.asarray(judged(p, np.repeat(qs, 32, 0), np.repeat(qn, 32), ts, tn, "answers"))[:n, 0]
                right = y >= 0.99
                if right.any():
                    rr.append(1 / (1 + (z > z[right].max()).sum()))
                scores += z.tolist()
                truth += right.tolist()
            if scores:
                out[f"{k} {'first wording' if first else 'another'}"] = [round(float(np.mean(rr or [0])), 3), round(auc(np.array(scores), np.array(truth)), 3)]
    rows = np.flatnonzero(d["claim_held"] & d["claim_annotated"])
    got = []
    for b in range(0, len(rows), 32):
        r = rows[b:b + 32]
        pad = np.concatenate([r, np.repeat(r[:1], 32 - len(r))])
        got.append(np.asarray(judged(p, *states("c", d["claims"][pad, 0]), *states("e", d["claims"][pad, 2]), "claims"))[: len(r)].argmax(1))
    if got:
        got, truth, w = np.concatenate(got), d["claims"][rows, 3], d["claim_weights"][rows].astype(float)
        f1 = []
        for c in range(3):
            tp = w[(truth == c) & (got == c)].sum()
            pr, rc = tp / max(w[got == c].sum(), 1e-9), tp / max(w[truth == c].sum(), 1e-9)
            f1.append(2 * pr * rc / max(pr + rc, 1e-9))
        out["claims"] = [round(float(np.mean(f1)), 3), round(float(w[(truth != 0) & (got == 0)].sum() / w[truth != 0].sum()), 3), len(rows)]
    return out


p = init(jax.random.key(args.seed))
if args.start:
    with np.load(args.start) as f:
        p = {k: jnp.asarray(f[k]) for k in f.files}
zeros = jax.tree.map(jnp.zeros_like, p)
m, v, smooth, n, log, next_say = zeros, zeros, p, 0, [], 0.1
say(sum(x.size for x in p.values()), "weights")
began = None
while True:
    done = 0 if began is None else (time.time() - began) / args.seconds
    if args.steps:
        done = max(done, n / args.steps)
    if done >= 1:
        break
    rate = args.rate * min(done / 0.05 + 0.02, 1.0) * (0.02 + 0.98 * (1 - done))
    n += 1
    p, m, v, smooth, parts = step(p, m, v, smooth, draw(), jax.random.key(n), jnp.float32(rate), jnp.float32(n))
    log.append([float(x) for x in parts])
    if began is None:
        began = time.time()  # not the compiling
        say("compiled")
    if done >= next_say or n == 20:
        say(f"{done:.2f}", n, "steps; listwise, pointwise, claims:", np.mean(log[-100:], axis=0).round(4).tolist())
        next_say += 0.1 if n != 20 else 0
np.savez(args.out, **{k: np.asarray(x) for k, x in smooth.items()})
report = {"arguments": vars(args), "steps": n, "loss": np.mean(log[-100:], axis=0).round(4).tolist()}
say(json.dumps(report))
report["held out"] = evaluate(smooth, 8 if args.steps else 150)
Path(args.out).with_suffix(".json").write_text(json.dumps(report, indent=1))
say(json.dumps(report["held out"]))
