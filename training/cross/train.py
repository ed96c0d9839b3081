"""Trains the cross-encoder: on any GPU in minutes, on a CPU to see that it runs.

    python train.py DATA.npz WEIGHTS.npz OUT --plan 6:150,4:130:6,3:110:6

A plan names models by their layers, the first ones of all-MiniLM-L6-v2, with the seconds that each is trained for; a third number names a
model trained before that teaches this one besides. Each is written to OUT as soon as it is done (`layers-N-PART.npz`, 16 bits, the table of
words 8), with what it reaches on articles and diseases held out. Needs torch (1.13 or later) and numpy alone.
"""

import argparse
import contextlib
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

a = argparse.ArgumentParser()
a.add_argument("data")
a.add_argument("weights")
a.add_argument("out")
a.add_argument("--plan", default="6:150,4:130:6,3:110:6")
a.add_argument("--groups", type=int, default=160)
a.add_argument("--texts", type=int, default=12)
a.add_argument("--claims", type=int, default=320)
a.add_argument("--rate", type=float, default=1.5e-4)
a.add_argument("--claims-weight", type=float, default=1.0)
a.add_argument("--share", default="0.2,0.2,0.1,0.2,0.15,0.07,0.08")
a.add_argument("--steps", type=int, default=0, help="stop after so many steps: to try it")
a.add_argument("--average", type=int, default=500, help="steps over which the weights are averaged")
a.add_argument("--freeze", type=int, default=0, help="lower layers, and the words, that are left as they are: a third of the work")
a.add_argument("--chunks", type=int, default=1, help="parts of like length that a step is cut into")
a.add_argument("--most", default="38,63", help="tokens read of a question and of a text")
a.add_argument("--seed", type=int, default=7)
a.add_argument("--everything", action="store_true", help="train on what is held out too")
args = a.parse_args()
START = time.time()
gpu = torch.cuda.is_available()
device = torch.device("cuda" if gpu else "cpu")
torch.manual_seed(args.seed)
torch.backends.cuda.matmul.allow_tf32 = True
CLS, SEP = 2, 3
Path(args.out).mkdir(parents=True, exist_ok=True)


def say(*words):
    print(f"{time.time() - START:6.1f}", *words, flush=True)


def table(flat, ends, most):
    """One row a text, closed by [SEP] and filled with zeros, and its length."""
    starts = np.concatenate([[0], ends[:-1]])
    lengths = np.minimum(ends - starts, most)
    out = np.zeros((len(ends), most + 1), dtype=np.int32)
    at = np.arange(most + 1)[None, :]
    inside = at < lengths[:, None]
    out[inside] = flat[(starts[:, None] + at)[inside]]
    out[np.arange(len(ends)), lengths] = SEP
    return torch.from_numpy(out).to(device), torch.from_numpy(lengths + 1).to(device)


d = np.load(args.data)
Q, QN = table(d["q_ids"], d["q_ends"], int(args.most.split(",")[0]))
T, TN = table(d["t_ids"], d["t_ends"], int(args.most.split(",")[1]))
C, CN = table(d["c_ids"], d["c_ends"], 62)
E, EN = table(d["t_ids"], d["t_ends"], 126)
ends = d["g_ends"]
starts = np.concatenate([[0], ends[:-1]])
MOST = 32
n = np.minimum(ends - starts, MOST)
at = np.arange(MOST)[None, :]
inside = at < n[:, None]
members = np.full((len(ends), MOST), -1, dtype=np.int64)
labels = np.zeros((len(ends), MOST), dtype=np.float32)
members[inside] = d["g_texts"][(starts[:, None] + at)[inside]]
labels[inside] = d["g_labels"][(starts[:, None] + at)[inside]]
members, labels = torch.from_numpy(members).to(device), torch.from_numpy(labels).to(device)
wordings = torch.from_numpy(d["g_wordings"].astype(np.int64)).to(device)
weight = torch.from_numpy(d["g_weights"].astype(np.float32)).to(device)
kind, held = d["g_kind"], d["g_held"]
share = [float(s) for s in args.share.split(",")]
train_groups = [torch.from_numpy(np.flatnonzero((kind == k) & (args.everything | ~held))).to(device) for k in range(len(share))]
claim_rows = torch.from_numpy(d["c_rows"].astype(np.int64)).to(device)
claim_weights = torch.from_numpy(d["c_weights"].astype(np.float32)).to(device)
train_claims = torch.from_numpy(np.flatnonzero(args.everything | ~d["c_held"])).to(device)
claim_p = claim_weights[train_claims] * torch.from_numpy(np.where(d["c_annotated"], 1.0, 0.7).astype(np.float32)).to(device)[train_claims]
say(device, len(kind), "groups", [len(g) for g in train_groups], len(claim_rows), "claims")


class Layer(nn.Module):
    def __init__(self, width=384, inner=1536):
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x, mask, p):
        b, n, w = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, 12, w // 12).permute(2, 0, 3, 1, 4)
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        else:
            y = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(w // 12) + mask, -1) @ v
        y = self.out(y.transpose(1, 2).reshape(b, n, w))
        x = self.norm1(x + F.dropout(y, p, self.training))
        y = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(y, p, self.training))


class Model(nn.Module):
    def __init__(self, weights, layers):
        super().__init__()
        w = {k: torch.from_numpy(v.astype(np.float32)) for k, v in weights.items()}
        self.words = nn.Embedding.from_pretrained(w["words"] * w["scale"], freeze=False)
        self.places = nn.Embedding.from_pretrained(w["embeddings.position_embeddings.weight"], freeze=False)
        self.types = nn.Embedding.from_pretrained(w["embeddings.token_type_embeddings.weight"], freeze=False)
        self.norm = nn.LayerNorm(384, eps=1e-12)
        self.norm.weight.data, self.norm.bias.data = w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"]
        self.layers = nn.ModuleList([Layer() for _ in range(layers)])
        for i, layer in enumerate(self.layers):
            k = f"encoder.layer.{i}."
            for part in ("weight", "bias"):
                setattr(layer.qkv, part, nn.Parameter(torch.cat([w[k + f"attention.self.{s}." + part] for s in ("query", "key", "value")])))
                for name, own in (("attention.output.dense", "out"), ("attention.output.LayerNorm", "norm1"), ("intermediate.dense", "up"),
                                  ("output.dense", "down"), ("output.LayerNorm", "norm2")):
                    setattr(getattr(layer, own), part, nn.Parameter(w[k + name + "." + part]))
        self.hidden = nn.ModuleDict({t: nn.Linear(768, 128) for t in ("answers", "claims")})
        self.last = nn.ModuleDict({"answers": nn.Linear(128, 1), "claims": nn.Linear(128, 3)})

    def forward(self, first, first_n, second, second_n, task, p=0.1):
        """Both texts padded: places and types say where the second begins, so that it is the same as without padding."""
        b = len(first)
        first = first[:, : int(first_n.max())]
        second = second[:, : int(second_n.max())]
        head = torch.full((b, 1), CLS, device=first.device, dtype=first.dtype)
        ids = torch.cat([head, first, second], 1)
        k, m = first.shape[1], second.shape[1]
        along = torch.arange(k + 1, device=ids.device).expand(b, -1)
        behind = torch.arange(m, device=ids.device).expand(b, -1)
        live = torch.cat([along <= first_n[:, None], behind < second_n[:, None]], 1)
        place = torch.cat([along, behind + 1 + first_n[:, None]], 1)
        types = torch.cat([torch.zeros_like(along), torch.ones_like(behind)], 1)
        # What is filled up goes to the end and is cut off; the fast kernels of attention want a multiple of eight.
        place, order = place.masked_fill(~live, 9999).sort(1)
        width = min(ids.shape[1], -(-int(live.sum(1).max()) // 8) * 8)
        place, order = place[:, :width].clamp(max=191), order[:, :width]
        ids, types, live = ids.gather(1, order), types.gather(1, order), live.gather(1, order)
        frozen = torch.no_grad() if args.freeze and self.training else contextlib.nullcontext()
        with frozen:
            x = self.norm(self.words(ids) + self.places(place) + self.types(types))
        x = F.dropout(x, p if not args.freeze else 0.0, self.training)
        mask = torch.where(live, 0.0, -1e4)[:, None, None, :].to(x.dtype if not torch.is_autocast_enabled() else torch.bfloat16)
        for i, layer in enumerate(self.layers):
            with torch.no_grad() if self.training and i < args.freeze else contextlib.nullcontext():
                x = layer(x, mask, p if i >= args.freeze else 0.0)
        mean = (x * live[:, :, None]).sum(1) / live.sum(1, keepdim=True)
        x = torch.cat([x[:, 0].float(), mean.float()], 1)
        x = F.dropout(F.gelu(self.hidden[task](x)), p, self.training)
        return self.last[task](x).float()


def autocast():
    return torch.autocast("cuda", dtype=torch.bfloat16, enabled=gpu) if gpu else torch.autocast("cpu", dtype=torch.bfloat16, enabled=False)


def draw():
    """Groups, one wording and some texts each; as pairs, with what is there and what it counts."""
    chosen = torch.cat([g[torch.randint(len(g), (max(1, round(args.groups * s)),), device=device)] for g, s in zip(train_groups, share)])
    span = wordings[chosen]
    q = span[:, 0] + (torch.rand(len(chosen), device=device) * (span[:, 1] - span[:, 0])).long()
    y = labels[chosen]
    there = members[chosen] >= 0
    key = torch.rand(y.shape, device=device) + 0.5 * (y > 0.6) + 0.15 * (y > 0.05)
    pick = key.masked_fill(~there, -9).topk(args.texts, 1).indices
    there = there.gather(1, pick)
    return q[:, None].expand(-1, args.texts), members[chosen].gather(1, pick).clamp(min=0), y.gather(1, pick), there, weight[chosen]


def answers_loss(z, y, there, w):
    total = y.mul(there).sum(1)
    target = y * there / total.clamp(min=1e-6)[:, None]
    logp = F.log_softmax(z.masked_fill(~there, -30.0), 1)
    listwise = -(target * logp).sum(1) * (total > 0)
    point = F.binary_cross_entropy_with_logits(z, y, reduction="none").mul(there).sum(1) / there.sum(1).clamp(min=1)
    return (w[:, 0] * listwise + 2 * w[:, 1] * point).mean(), listwise.mean().item(), point.mean().item()


def auc(s, y):
    rank = np.empty(len(s))
    rank[np.argsort(s, kind="stable")] = np.arange(1, len(s) + 1)
    p = y.sum()
    return float((rank[y].sum() - p * (p + 1) / 2) / max(p * (len(y) - p), 1))


@torch.no_grad()
def evaluate(model, most=220):
    """On articles and diseases held out. Of wordings the first and a later one."""
    model.eval()
    out = {}
    rng = np.random.default_rng(1)
    for k in range(len(share)):
        groups = np.flatnonzero((kind == k) & held)
        groups = rng.permutation(groups)[:most]
        for which in (0, 1):
            rr, scores, truth = [], [], []
            for at in range(0, len(groups), 60):
                g = torch.from_numpy(groups[at:at + 60]).to(device)
                span = wordings[g]
                q = span[:, 0] if which == 0 else span[:, 0] + (span[:, 1] - span[:, 0]) * 3 // 5
                m = members[g]
                there = m >= 0
                qq = q[:, None].expand_as(m)[there]
                tt = m[there]
                with autocast():
                    z = model(Q[qq], QN[qq], T[tt], TN[tt], "answers")[:, 0]
                s = torch.full(m.shape, -99.0, device=device)
                s[there] = z
                y = labels[g] >= 0.99
                for row, right, here in zip(s.cpu().numpy(), y.cpu().numpy(), there.cpu().numpy()):
                    if right.any():
                        rr.append(1 / (1 + (row[here] > row[right].max()).sum()))
                    scores += row[here].tolist()
                    truth += right[here].tolist()
            out[f"{k}{'ab'[which]}"] = [round(float(np.mean(rr or [0])), 3), round(auc(np.array(scores), np.array(truth)), 3)] if scores else None
    rows = np.flatnonzero(d["c_held"] & d["c_annotated"])[: 16 if args.steps else None if gpu else 40]
    got = []
    for at in range(0, len(rows), 512):
        r = claim_rows[torch.from_numpy(rows[at:at + 512]).to(device)]
        with autocast():
            got.append(model(C[r[:, 0]], CN[r[:, 0]], E[r[:, 2]], EN[r[:, 2]], "claims").argmax(1).cpu().numpy())
    if got:
        got, truth, w = np.concatenate(got), d["c_rows"][rows, 3], d["c_weights"][rows].astype(float)
        f1 = []
        for c in range(3):
            tp = w[(truth == c) & (got == c)].sum()
            p, r = tp / max(w[got == c].sum(), 1e-9), tp / max(w[truth == c].sum(), 1e-9)
            f1.append(2 * p * r / max(p + r, 1e-9))
        out["claims"] = [round(float(np.mean(f1)), 3), round(float(w[(truth != 0) & (got == 0)].sum() / w[truth != 0].sum()), 3), len(rows)]
    model.train()
    return out


def save(model, name, report):
    state = {}
    for k, v in model.state_dict().items():
        v = v.float().cpu().numpy()
        if k == "words.weight":
            scale = np.maximum(np.abs(v).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
            state["words.int8"], state["words.scale"] = np.round(v / scale).astype(np.int8), scale
        else:
            state[k] = v.astype(np.float16)
    parts, size = [{}], 0
    for k, v in state.items():
        if size + v.nbytes > 16_300_000:
            parts.append({})
            size = 0
        parts[-1][k] = v
        size += v.nbytes
    for i, part in enumerate(parts):
        np.savez(f"{args.out}/{name}-{i}.npz", **part)
    (Path(args.out) / "report.json").write_text(json.dumps(report, indent=1))


weights = np.load(args.weights)
weights = {k: weights[k] for k in weights.files}
report, trained = {"arguments": vars(args)}, {}
for part in args.plan.split(","):
    layers, seconds, *teacher = part.split(":")
    teacher = trained.get(teacher[0]) if teacher else None
    torch.manual_seed(args.seed + int(layers))
    model = Model(weights, int(layers)).to(device).train()
    if args.freeze:
        for part in (model.words, model.places, model.types, model.norm, *model.layers[: args.freeze]):
            part.requires_grad_(False)
    free = [p for p in model.parameters() if p.requires_grad]
    decayed = [p for p in free if p.ndim > 1]
    rest = [p for p in free if p.ndim == 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}], lr=args.rate, betas=(0.9, 0.98), fused=True) if gpu \
        else torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}], lr=args.rate, betas=(0.9, 0.98))
    smooth = [p.detach().clone() for p in free]
    began, budget, step, log = time.time(), float(seconds), 0, []
    next_say = 0.1
    while True:
        done = (time.time() - began) / budget
        if args.steps:
            done = max(done, step / args.steps)
        if done >= 1:
            break
        rate = args.rate * min(done / 0.06, 1.0) * (0.02 + 0.98 * (1 - done))
        for g in optimiser.param_groups:
            g["lr"] = max(rate, 1e-7)
        q, t, y, there, w = draw()
        qf, tf = q.reshape(-1), t.reshape(-1)
        by_length = (QN[qf] + TN[tf]).argsort()
        back = torch.empty_like(by_length)
        back[by_length] = torch.arange(len(back), device=device)
        with autocast():
            z = torch.cat([model(Q[qf[c]], QN[qf[c]], T[tf[c]], TN[tf[c]], "answers") for c in by_length.chunk(args.chunks)])[back, 0].view(q.shape)
        loss, listwise, point = answers_loss(z, y, there, w)
        claims_loss = torch.zeros((), device=device)
        if args.claims:
            r = train_claims[torch.multinomial(claim_p, args.claims, replacement=True)]
            rows = claim_rows[r]
            c = rows[:, 0] + (torch.rand(len(rows), device=device) * (rows[:, 1] - rows[:, 0])).long()
            with autocast():
                k = model(C[c], CN[c], E[rows[:, 2]], EN[rows[:, 2]], "claims")
            claims_loss = F.cross_entropy(k, rows[:, 3], label_smoothing=0.03)
            loss = loss + args.claims_weight * claims_loss
        if teacher is not None:
            with torch.no_grad(), autocast():
                zt = teacher(Q[qf], QN[qf], T[tf], TN[tf], "answers")[:, 0].view(q.shape)
                kt = teacher(C[c], CN[c], E[rows[:, 2]], EN[rows[:, 2]], "claims") if args.claims else None
            soft = -(F.softmax(zt.masked_fill(~there, -30.0), 1) * F.log_softmax(z.masked_fill(~there, -30.0), 1)).sum(1).mean()
            point_t = F.binary_cross_entropy_with_logits(z, torch.sigmoid(zt), reduction="none").mul(there).sum() / there.sum()
            loss = 0.4 * loss + 0.6 * soft + 0.8 * point_t
            if args.claims:
                loss = loss + 0.6 * args.claims_weight * F.cross_entropy(k, F.softmax(kt, 1))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for p in free if p.grad is not None], 1.0)
        optimiser.step()
        step += 1
        with torch.no_grad():
            keep = min(1 - 1 / max(args.average, 2), step / (step + 10))
            if gpu:
                torch._foreach_lerp_(smooth, [p.detach() for p in free], 1 - keep)
            else:
                for s, p in zip(smooth, free):
                    s.lerp_(p.detach(), 1 - keep)
        log.append((listwise, point, claims_loss.item()))
        if not gpu and step % 100 == 0:
            say(step, np.mean(log[-100:], axis=0).round(4).tolist())
        if done >= next_say:
            say(layers, f"{done:.2f}", step, "steps; listwise, pointwise, claims:", np.mean(log[-200:], axis=0).round(4).tolist())
            next_say += 0.15
    with torch.no_grad():
        for p, s in zip(free, smooth):
            p.copy_(s)
    model.eval()
    report[f"layers-{layers}"] = {"steps": step, "seconds": round(time.time() - began, 1), "loss": np.mean(log[-200:], axis=0).round(4).tolist()}
    save(model, f"layers-{layers}", report)
    try:
        report[f"layers-{layers}"]["held out"] = evaluate(model, 1 if args.steps else 220 if gpu else 12)
    except Exception as e:  # what is trained is saved; the next one is to be trained whatever befalls this
        say("not evaluated:", repr(e))
    (Path(args.out) / "report.json").write_text(json.dumps(report, indent=1))
    say(layers, json.dumps(report[f"layers-{layers}"]))
    model.eval()
    trained[layers] = model
