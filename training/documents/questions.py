"""Makes the questions that the weighing of documents is trained on, with a corpus and judgements, in BEIR form.

    python questions.py DATA CONSUMER.jsonl PARAPHRASES.jsonl LEXICON OUT

Only texts under CC0 or CC BY: abstracts of trial reports (evidence-inference, its `license` field) that no development
question is about, and MedQuAD (CC BY 4.0). Diseases that CONSUMER (our development questions) asks about give no
question. Every kind of question is made by a rule here:

* the title of an abstract that is kept without its title;
* a sentence of the body of an article, for its abstract;
* a question of the training split, as it is, as a bag of words, or reworded by us;
* a MedQuAD question as it is; and as a lay person might type it: of the disease by name (often shortened, in lower case,
  misspelt, or another name of the lexicon's), or by what its pages tell of it, with a story around it.

Grades: 2 for documents on the thing and the aspect asked, 1 for other documents on the thing.
"""

import json
import os
import random
import re
import sys

data, consumer, paraphrases, lexicon, out = sys.argv[1:6]
rng = random.Random(20261127)
os.makedirs(out, exist_ok=True)


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def free(licence):
    """CC BY or CC0 in one of the spellings of the field, and nothing that restricts more."""
    licence = licence or ""
    return licence == "CC ZERO 1.0" or (licence.startswith("CC BY") and not licence.startswith("CC BY-")) or licence == "CC CC-BY 4.0"


# What MedQuAD's titles ask: pattern, aspect.
TITLES = [
    (r"What are the symptoms of (.+)", "symptoms"), (r"What are the treatments for (.+)", "treatment"),
    (r"What causes (?:Causes of )?(.+)", "cause"), (r"How to diagnose (.+)", "tests"), (r"How to prevent (.+)", "prevention"),
    (r"What is the outlook for (.+)", "outlook"), (r"Who is at risk for (.+)", "risk"), (r"Is (.+) inherited", "inherited"),
    (r"What are the genetic changes related to (.+)", "genes"), (r"How many people are affected by (.+)", "frequency"),
    (r"What are the complications of (.+)", "complications"), (r"What to do for (.+)", "living"),
    (r"what research \(or clinical trials\) is being done for (.+)", "research"), (r"What are the stages of (.+)", "stages"),
    (r"What is \(are\) (.+)", "what"), (r"Do you have information about (.+)", "what"),
]

# {x}: the thing. Lower case and marks are varied later.
ASKED = {
    "symptoms": ["What are the signs of {x}?", "how do I know if it is {x}", "what does {x} look like", "Could this be {x}? What else would I notice?",
                 "what would you feel with {x}", "first warning signs of {x}?", "What symptoms come with {x}?", "how does {x} show itself in a child"],
    "treatment": ["What can be done about {x}?", "how do you get rid of {x}", "Is there a cure for {x}?", "what medicine is given for {x}", "anything that helps with {x}?",
                  "What are my options with {x}?", "Does {x} need surgery or are pills enough?", "best way to treat {x}", "what will the doctors do for {x}",
                  "Is there something new for {x}?", "how is {x} managed"],
    "cause": ["Why do people get {x}?", "what brings on {x}", "how did I get {x}", "Where does {x} come from?", "What is the reason for {x}?", "is {x} caused by something I ate", "what triggers {x}"],
    "tests": ["How do doctors find out if it is {x}?", "is there a blood test for {x}", "which scan shows {x}", "How can I be sure it is {x}?", "what tests are done for {x}",
              "how do they check for {x}"],
    "prevention": ["How can I avoid {x}?", "can you stop {x} from happening", "what can I do so I dont get {x}", "Is there a vaccine or anything against {x}?", "how to keep {x} from coming back"],
    "outlook": ["How long can you live with {x}?", "will {x} get worse", "Does {x} go away?", "what are the chances of getting through {x}", "Is {x} deadly?", "life expectancy with {x}",
                "what is ahead for someone with {x}"],
    "risk": ["Who gets {x}?", "am I likely to get {x}", "Does my age make {x} more likely?", "what makes {x} more likely"],
    "inherited": ["Does {x} run in families?", "can I pass {x} on to my children", "Is {x} hereditary?", "my {kin} has {x}, will I get it too", "Both of us are fine, how can our child have {x}?",
                  "should I be tested as a carrier of {x}"],
    "genes": ["Which gene is behind {x}?", "what goes wrong in the genes in {x}", "what mutation causes {x}", "is {x} from a faulty gene"],
    "frequency": ["How rare is {x}?", "how many people have {x}", "Is {x} common?", "are there others with {x}"],
    "complications": ["What problems can {x} lead to?", "can {x} damage anything else", "what happens if {x} is not treated"],
    "living": ["What should I eat with {x}?", "how do I live with {x}", "What can I do at home for {x}?"],
    "research": ["Are there any trials for {x}?", "what are they studying about {x}", "new research on {x}?"],
    "stages": ["What do the stages of {x} mean?", "how far has {x} gone at stage 3"],
    "what": ["What is {x}?", "the doctor said {x}, what is that", "what does it mean to have {x}", "Please tell me about {x}.", "I need information on {x}", "{x}"],
}
KIN = ["mother", "dad", "husband", "wife", "son", "daughter", "brother", "sister", "grandma", "uncle", "best friend", "4 year old", "boyfriend", "newborn", "cousin", "mom"]
BEFORE = ["My {kin} was just told it is {x}.", "I was diagnosed with {x} last year.", "my {kin} has {x} and we are worried.", "I think I have {x}.", "Hello, my name is withheld and I am {n} years old.",
          "I've been reading a lot but I am more confused than before.", "My {kin} is {n} and has {x}.", "The clinic only said {x} and sent us home.", "My doctor mentioned {x}.",
          "{x} was found by accident.", "We live far away from a hospital.", "I am {n} and otherwise healthy.", "I have had this for {n} months now.", "Went to the ER on Sunday and they said {x}.",
          "Nobody in the family ever had anything like it.", "I'm {n} weeks pregnant.", "I take pills for blood pressure and a water tablet.", "They gave me a leaflet and that was it."]
AFTER = ["Thank you for your help.", "Please help", "thanks", "I am really scared.", "Any advice?", "I would be grateful for an answer.", "Nobody could tell me.", "Should I see someone?",
         "We can't afford to see another specialist.", "I don't know who else to ask.", "Please send me what you have.", "sorry for my english"]
SMALL = {"the", "a", "an", "of", "and", "or", "with", "in", "to", "for", "vs", "versus"}


def names_of(path):
    """Other names of things, by each name."""
    other = {}
    for line in open(path, encoding="utf-8"):
        cells = [c.strip() for c in line.rstrip("\n").split("\t")]
        if line.startswith("#") or len(cells) < 2:
            continue
        names = [n.strip(" =?") for n in [cells[0], *(cells[3].split(";") if len(cells) > 3 else [])]]
        names = [n for n in names if re.fullmatch(r"[A-Za-z][A-Za-z' -]{3,40}", n)]
        for n in names:
            other.setdefault(n.lower(), []).extend(m for m in names if m.lower() != n.lower())
    return other


other_names = names_of(lexicon)


def misspelt(word):
    if len(word) < 6:
        return word
    i = rng.randrange(1, len(word) - 1)
    kind = rng.random()
    if kind < 0.4:
        return word[:i] + word[i + 1:]
    if kind < 0.7:
        return word[:i] + word[i + 1] + word[i] + word[i + 2:]
    for a, b in (("ph", "f"), ("ae", "e"), ("oe", "e"), ("rrh", "r"), ("y", "i"), ("ll", "l"), ("ss", "s"), ("c", "k"), ("th", "t")):
        if a in word:
            return word.replace(a, b, 1)
    return word[:i] + word[i] + word[i:]


def called(x):
    """The thing as somebody might call it."""
    x = re.sub(r"\s*\(.*?\)", "", x).strip()
    if "," in x and rng.random() < 0.7:
        x = x.split(",")[0]
    names = other_names.get(x.lower())
    if names and rng.random() < 0.5:
        x = rng.choice(names)
    words = x.split()
    if len(words) > 2 and rng.random() < 0.3:
        words = [w for w in words if w.lower() not in ("syndrome", "disease", "disorder", "type", "autosomal", "recessive", "dominant", "childhood", "adult", "1", "2", "of", "the")] or words
    if rng.random() < 0.2:
        i = max(range(len(words)), key=lambda i: len(words[i]))
        words[i] = misspelt(words[i])
    x = " ".join(words)
    return x if rng.random() < 0.3 and x[1:2].isupper() else x.lower()


def told(texts):
    """A few things the pages on a disease tell of it, in their words, without its name."""
    phrases = []
    for t in texts[:3]:
        for piece in re.split(r"[.;:,()]| - | and | or ", t):
            w = piece.split()
            if 1 <= len(w) <= 5 and all(re.fullmatch(r"[a-z'-]+|[A-Z][a-z]+", p) for p in w) and not w[0].lower() in ("these", "this", "it", "key", "see", "learn", "for", "as"):
                phrases.append(piece.strip().lower())
    phrases = sorted(set(phrases))
    if len(phrases) < 4:
        return None
    return rng.sample(phrases, rng.randint(2, min(4, len(phrases))))


def lay(aspect, x, texts):
    kin, n = rng.choice(KIN), rng.randint(2, 84)
    symptoms = told(texts) if rng.random() < 0.4 else None
    ask = rng.choice(ASKED[aspect])
    parts = []
    named = True
    if symptoms and rng.random() < 0.4 and aspect in ("symptoms", "treatment", "what", "cause", "tests"):
        named = False
        ask = rng.choice({"symptoms": ["What could this be?", "what is wrong with me"], "what": ["What could this be?", "does that have a name"],
                          "treatment": ["What helps?", "what can be done about it", "is there any medicine"], "cause": ["Why does this happen?", "what brings that on"],
                          "tests": ["What should they check?", "which test do I ask for"]}[aspect])
    if symptoms:
        s = ", ".join(symptoms[:-1]) + " and " + symptoms[-1]
        parts.append(rng.choice([f"My {kin} has {s}.", f"I've got {s}.", f"{s} for weeks now.", f"I keep having {s}."]))
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 3])):
        b = rng.choice(BEFORE)
        if named or "{x}" not in b:
            parts.append(b)
    if any("{x}" in p for p in parts) and rng.random() < 0.6:
        ask = ask.replace("{x}", "it")
    parts.append(ask)
    if rng.random() < 0.25:
        parts.append(rng.choice(AFTER))
    name = called(x)
    text = " ".join(parts).replace("{x}", name).replace("{kin}", kin).replace("{n}", str(n))
    if rng.random() < 0.35:
        text = text.lower()
    if rng.random() < 0.25:
        text = re.sub(r"[?.,']", "", text)
    return text


corpus, queries, qrels = [], [], []


def ask(kind, text, grades):
    name = f"{kind}-{len(queries)}"
    queries.append({"_id": name, "text": text})
    qrels.extend((name, d, g) for d, g in grades.items())


# Trial reports.
abstracts = {d["_id"]: d for d in rows(f"{data}/evinf/corpus.jsonl")}
asked = rows(f"{data}/evinf/queries.jsonl")
dev = {q["pmcid"] for q in asked if q["split"] != "train"}
own = sorted(a for a, d in abstracts.items() if free(d.get("license")) and a not in dev)
bodies = {a["pmcid"]: [s["text"] for s in a["sentences"]] for a in rows(f"{data}/evinf/sentences.jsonl") if a["pmcid"] in set(own)}
rng.shuffle(own)
set_own = set(own)
untitled = set(own[: len(own) // 2])
for a in own:
    d = abstracts[a]
    corpus.append({"_id": a, "title": "" if a in untitled else d["title"], "text": d["text"]})
for a in own[:1100]:
    title = abstracts[a]["title"]
    if rng.random() < 0.6:
        title = re.split(r"[:.;] ", title)[0]
    if rng.random() < 0.4:
        title = rng.choice(["Does {t}?", "Is {t} useful?", "{t}: does it work?", "{t}?"]).replace("{t}", title[:1].lower() + title[1:])
    if len(title.split()) > 3 and a in untitled:
        ask("title", title, {a: 2})
for a in own:
    shown = set(re.sub(r"\W+", "", s.lower()) for s in re.split(r"(?<=[.?!]) ", abstracts[a]["text"]))
    body = [s for s in bodies.get(a, [])[len(bodies.get(a, [])) // 3:]
            if 8 <= len(s.split()) <= 32 and re.fullmatch(r"[A-Z][^:;∼*±]*[a-z]\.", s) and len(re.findall(r"\d+", s)) < 3 and re.sub(r"\W+", "", s.lower()) not in shown
            and not re.search(r"\b(Table|Fig|Figure|we|our|this study|http|Ethics|funded|software)\b", s)]
    for s in rng.sample(body, min(len(body), 4)):
        s = re.sub(r"\s*\[[\d,\s–-]+\]|\s*\(.*?\)", "", s)
        if rng.random() < 0.5:
            s = " ".join(w for w in s.split() if rng.random() > 0.15)
        ask("claim", s, {a: 2})
ours = {q["_id"]: q["text"] for q in rows(paraphrases)}
train = [q for q in asked if q["split"] == "train" and q["pmcid"] in set_own]
rng.shuffle(train)
for q in [q for q in train if q["_id"] in ours] + train[:1100]:
    kinds = [q["text"], " ".join(rng.sample(w := [w for k in ("intervention", "comparator", "outcome") for w in q[k].split() if w.lower() not in SMALL], len(w)))]
    ask("trial", ours.get(q["_id"], rng.choice(kinds)), {q["pmcid"]: 2})

# MedQuAD.
pages = rows(f"{data}/medquad/corpus.jsonl")
things, of = {}, {}
for d in pages:
    corpus.append({"_id": d["_id"], "title": d["title"], "text": d["text"]})
    title = d["title"].rstrip(" ?")
    for pattern, aspect in TITLES:
        m = re.fullmatch(pattern, title)
        if m:
            x = m.group(1).strip()
            key = re.sub(r"[^a-z0-9]+", " ", re.sub(r"\(.*?\)", "", x).lower()).strip()
            of[d["_id"]] = key
            things.setdefault(key, []).append((d["_id"], aspect, x, d["text"]))
            break
banned = {of[d] for q in rows(consumer) for d in q["docs"] if d in of}
banned |= {k for k in things for b in banned if len(b) > 5 and re.search(rf"\b{re.escape(b)}\b", k)}
keys = sorted(k for k in things if k not in banned)
rng.shuffle(keys)
TAKEN = {"what": 2.0, "symptoms": 1.0, "treatment": 1.6, "cause": 2.0, "tests": 1.2, "prevention": 2.0, "outlook": 2.0, "risk": 1.0, "inherited": 0.6, "genes": 0.5,
         "frequency": 0.3, "complications": 2.0, "living": 0.5, "research": 0.3, "stages": 1.0}
for key in keys:
    pages_of = things[key]
    aspects = sorted({a for _, a, _, _ in pages_of})
    for aspect in aspects:
        if rng.random() > TAKEN[aspect] * 0.28:
            continue
        grades = {d: 2 if a == aspect else 1 for d, a, _, _ in pages_of}
        x = rng.choice([x for _, a, x, _ in pages_of if a == aspect])
        texts = [t for _, a, _, t in pages_of if a in ("symptoms", "what")]
        if rng.random() < 0.12:
            ask("page", rng.choice([p["title"] for p in [dict(title=f"{x} {aspect}"), dict(title=x)]]), grades)
        else:
            ask("lay", lay(aspect, x, texts), grades)

with open(f"{out}/corpus.jsonl", "w", encoding="utf-8") as f:
    f.writelines(json.dumps(d, ensure_ascii=False) + "\n" for d in corpus)
with open(f"{out}/queries.jsonl", "w", encoding="utf-8") as f:
    f.writelines(json.dumps(q, ensure_ascii=False) + "\n" for q in queries)
with open(f"{out}/qrels.tsv", "w") as f:
    f.write("query-id\tcorpus-id\tscore\n")
    f.writelines(f"{q}\t{d}\t{g}\n" for q, d, g in qrels)
kinds = {}
for q in queries:
    kinds[q["_id"].split("-")[0]] = kinds.get(q["_id"].split("-")[0], 0) + 1
print(len(corpus), "documents;", kinds, "banned things:", len(banned))
