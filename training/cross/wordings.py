"""Ways to ask: how the questions that a cross-encoder is trained on are worded.

Written by us; none is a question of an evaluation set. `FACETS` belong to the kinds of question of MedQuAD, `NARROW` are things
that people ask of a disease and that most texts on it leave open.
"""

import random
import re

SMALL = set("does do compared with change the of in and a an for to on or by".split())

FACETS = {
    "information": (
        ["What is {x}?", "{x}", "what is {x} exactly", "Define {x}.", "overview of {x}", "Tell me about {x}", "definition of {x}",
         "my doctor says I have {x}, what does that mean", "{x}: what is it"],
        None),
    "symptoms": (
        ["What are the symptoms of {x}?", "{x} symptoms", "signs of {x}", "how do I know if I have {x}", "clinical presentation of {x}",
         "what does {x} feel like", "presenting features {x}", "How does {x} present?", "warning signs of {x}", "{x} s/sx",
         "what happens to someone with {x}"],
        r"symptom|sign|pain|feel|fever|weakness|seizure|appear|include|caus|abnormal|problem"),
    "treatment": (
        ["What are the treatments for {x}?", "{x} treatment", "How is {x} treated?", "management of {x}", "what helps {x}", "{x} tx",
         "best therapy for {x}", "is there a cure for {x}", "how to manage a patient with {x}", "what medicine is given for {x}",
         "{x} - what can be done?", "drug therapy {x}"],
        r"treat|therap|surg|drug|medic|manage|cure|dose|transplant|relie|help"),
    "inheritance": (
        ["Is {x} inherited?", "{x} inheritance pattern", "will my children get {x}", "does {x} run in families", "is {x} genetic",
         "can I pass on {x}", "recurrence risk of {x} in siblings", "both parents healthy, child has {x}, how"],
        r"inherit|gene|famil|recessive|dominant|parent|hered|mutation|chromosom"),
    "frequency": (
        ["How many people are affected by {x}?", "prevalence of {x}", "how common is {x}", "is {x} rare", "{x} epidemiology",
         "incidence of {x}"],
        r"rare|common|prevalen|inciden|affect|occur|people|million|worldwide|\d"),
    "genetic changes": (
        ["What are the genetic changes related to {x}?", "{x} gene", "which gene is mutated in {x}", "genetics of {x}",
         "what mutation causes {x}"],
        r"gene|mutation|chromosom|protein|inherit|DNA"),
    "causes": (
        ["What causes {x}?", "{x} causes", "why do people get {x}", "etiology of {x}", "why did I get {x}", "what brings on {x}",
         "aetiology {x}", "what leads to {x}"],
        r"caus|due to|result|lead|trigger|gene|because|risk|infect|mutation"),
    "exams and tests": (
        ["How to diagnose {x}?", "{x} diagnosis", "how is {x} diagnosed", "workup for {x}", "what tests are done for {x}", "{x} dx",
         "how do doctors find out if it is {x}", "which investigations in suspected {x}", "labs for {x}"],
        r"diagnos|test|exam|biops|imag|scan|blood|x-ray|history|detect|screen|look|measure"),
    "research": (["what research is being done for {x}?", "clinical trials in {x}", "new studies on {x}"], r"research|trial|stud"),
    "outlook": (
        ["What is the outlook for {x}?", "{x} prognosis", "life expectancy with {x}", "how long do people live with {x}",
         "will {x} get better", "survival in {x}", "does {x} go away", "chances of recovery from {x}"],
        r"prognos|surviv|outlook|recover|live|die|death|life|year|chance|mortal|severe|progress|better|improve"),
    "susceptibility": (
        ["Who is at risk for {x}?", "risk factors for {x}", "who gets {x}", "what raises the risk of {x}", "am I likely to get {x}"],
        r"risk|likely|more common|age|men|women|factor|chance"),
    "considerations": (
        ["What to do for {x}?", "diet for {x}", "what should I eat with {x}", "nutrition in {x}", "foods to avoid with {x}",
         "lifestyle advice for {x}"],
        r"eat|diet|food|nutri|drink|weight|exercise|salt|calor"),
    "prevention": (
        ["How to prevent {x}?", "{x} prevention", "how can I avoid {x}", "prophylaxis against {x}", "lower my chances of {x}",
         "can {x} be prevented"],
        r"prevent|avoid|reduc|lower|risk|protect|vaccin|screen"),
    "stages": (["What are the stages of {x}?", "{x} staging", "how far along is {x}", "stage definitions for {x}"], r"stage|spread"),
    "complications": (
        ["What are the complications of {x}?", "{x} complications", "what can go wrong with {x}", "long-term problems from {x}"],
        r"complicat|lead to|risk|damage|problem|cause|result"),
}

# Regular expression that a text must hold to be taken to address it, then the questions.
NARROW = [
    (r"\bdriv(e|er|ing)\b|motor vehicle|behind the wheel", ["can I drive with {x}", "fitness to drive in {x}", "driving with {x}", "is it safe to get behind the wheel with {x}"]),
    (r"\btravel|\bfly\b|flight|airplane|altitude", ["can I fly with {x}", "air travel and {x}", "travel advice for someone with {x}", "{x} high altitude trip"]),
    (r"vaccin|immuniz|shot\b", ["which vaccines should people with {x} get", "{x} live vaccines ok?", "flu shot with {x}", "immunization in {x}"]),
    (r"pregnan|matern|fetus|conceiv", ["{x} in pregnancy", "is it safe to get pregnant with {x}", "{x} and planning a baby", "pregnant with {x}, what changes"]),
    (r"breast-?feed|lactat|nursing|breast milk", ["can I breastfeed with {x}", "{x} and lactation", "is nursing safe with {x}"]),
    (r"alcohol|drinking", ["can I drink alcohol with {x}", "alcohol and {x}", "wine with {x}"]),
    (r"exercis|sport|physical activit|fitness", ["is exercise safe with {x}", "sports with {x}", "can I go to the gym with {x}", "physical activity in {x}"]),
    (r"\bdiet|\bfoods?\b|\beat\b|nutri", ["what foods are good for {x}", "which foods should I eat with {x}", "diet in {x}", "foods that contain what I lack in {x}"]),
    (r"\bcost|insur|\bprice|medicare|afford|\$", ["how much does treatment of {x} cost", "does insurance pay for {x}", "cost-effectiveness in {x}", "price of the drugs for {x}"]),
    (r"sleep|insomnia", ["does {x} affect sleep", "insomnia with {x}", "how to sleep better with {x}"]),
    (r"sexual|intercourse|erect|libido", ["can I have sex with {x}", "sexual function in {x}", "{x} libido"]),
    (r"\bwork\b|\bjob|employ|occupation|workplace", ["can I keep working with {x}", "return to work after {x}", "fit for work with {x}", "job restrictions {x}"]),
    (r"school|classroom|educat", ["can a child with {x} go to school", "school exclusion for {x}"]),
    (r"\bpets?\b|\bdogs?\b|\bcats?\b|animal", ["are pets a problem in {x}", "can my dog give me {x}"]),
    (r"\bsun\b|sunlight|ultraviolet|sunscreen", ["sun exposure and {x}", "do I need sunscreen with {x}"]),
    (r"smok|tobacco|cigarette|nicotine", ["does smoking make {x} worse", "{x} and cigarettes", "tobacco and {x}"]),
    (r"herb|supplement|vitamin|natural|acupunct|complementary|alternative", ["herbal remedies for {x}", "which vitamins help {x}", "acupuncture for {x}", "natural treatment of {x}"]),
    (r"\bmg\b|milligram|\bdos(e|es|age|ing)\b", ["dose for {x}", "how many mg for {x}", "{x} dosing", "what dose in {x}"]),
    (r"an(a?)esthe|sedat", ["anesthesia in a patient with {x}", "is sedation safe with {x}"]),
    (r"dental|dentist|teeth|tooth", ["dental work with {x}", "{x} and my teeth", "is a tooth extraction safe in {x}"]),
    (r"screen", ["who should be screened for {x}", "screening for {x}", "screening interval {x}"]),
    (r"relativ|family member|sibling|genetic (test|counsel)", ["should relatives be tested for {x}", "genetic counselling for {x}", "cascade testing in {x}"]),
    (r"surviv|life expect|mortal|\bdie\b|\bdeath|prognos", ["five-year survival of {x}", "can you die of {x}", "mortality in {x}"]),
    (r"child|infant|pediatr|newborn|baby|babies", ["{x} in children", "my baby has {x}", "pediatric {x}"]),
    (r"older|elderly|\baged\b|seniors", ["{x} in the elderly", "{x} over 80"]),
    (r"kidney|renal|dialys", ["{x} with kidney failure", "renal dosing in {x}", "does {x} harm the kidneys", "dialysis and {x}"]),
    (r"liver|hepat|cirrho", ["{x} and the liver", "{x} with cirrhosis", "hepatic involvement in {x}"]),
    (r"heart|cardi|arrhythm|blood pressure", ["does {x} affect the heart", "cardiac monitoring in {x}", "{x} with heart failure"]),
    (r"surg|operat", ["when is surgery needed in {x}", "operation for {x}", "surgery vs waiting in {x}"]),
    (r"radiation|radiotherap", ["radiotherapy for {x}", "is radiation used in {x}"]),
    (r"chemotherap", ["chemo for {x}", "which chemotherapy in {x}"]),
    (r"\bMRI\b|\bCT\b|ultrasound|x-ray|imaging|scan", ["which scan for {x}", "MRI findings in {x}", "is a CT needed for {x}", "repeat imaging in {x}"]),
    (r"blood test|blood count|serum|laborator", ["blood tests in {x}", "lab findings {x}", "which bloods to monitor in {x}"]),
    (r"biops", ["is a biopsy needed for {x}", "biopsy in {x}"]),
    (r"hospital|admit|intensive care|inpatient", ["when to admit a patient with {x}", "hospital stay for {x}", "outpatient or inpatient for {x}"]),
    (r"emergency|911|right away|immediately|urgent", ["when is {x} an emergency", "when should I call an ambulance for {x}", "red flags in {x}"]),
    (r"contag|transmit|spread from|person to person|infectious", ["is {x} contagious", "can my family catch {x} from me", "isolation for {x}"]),
    (r"\bheat\b|\bcold (weather|temperature)|climate|humid", ["does cold weather make {x} worse", "heat and {x}", "sauna with {x}"]),
    (r"depress|anxi|mental|emotion|mood|psych", ["{x} and depression", "anxiety with {x}", "coping with {x}", "psychiatric symptoms in {x}"]),
    (r"pain", ["pain relief in {x}", "is {x} painful", "painkillers for {x}"]),
    (r"itch|rash|skin", ["skin signs of {x}", "rash with {x}", "itching in {x}"]),
    (r"fever|temperature", ["fever in {x}", "is fever normal with {x}"]),
    (r"weight", ["weight loss and {x}", "does {x} make you gain weight"]),
    (r"\bhair", ["hair loss with {x}", "does hair grow back after {x}"]),
    (r"vision|\beyes?\b|blind|retina", ["does {x} affect eyesight", "eye problems in {x}", "eye exams for {x}"]),
    (r"hearing|deaf|\bears?\b", ["hearing loss in {x}", "{x} and ringing in the ears"]),
    (r"physical therap|rehabilit|occupational therap|physio", ["physiotherapy for {x}", "rehab after {x}", "exercises for {x}"]),
    (r"side effect|adverse|toxic|reaction", ["side effects of treatment for {x}", "adverse effects of {x} drugs"]),
    (r"interact|other medic", ["drug interactions in {x}", "which medicines must not be taken with {x}"]),
    (r"stop(ping)? (the|tak|your)|discontinu|withdraw|taper", ["when can treatment of {x} be stopped", "can I stop my tablets for {x}", "taper schedule {x}"]),
    (r"follow-?up|monitor|regular(ly)? (check|visit|exam)|check-?up", ["follow-up in {x}", "how often to check {x}", "monitoring plan for {x}"]),
    (r"specialist|refer|consult|ologist\b", ["when to refer {x}", "which specialist treats {x}"]),
    (r"\bmen\b|\bwomen\b|male|female|gender", ["is {x} more common in women", "{x} in men"]),
    (r"African|Asian|Hispanic|Caucasian|ethnic|\brace\b|Ashkenazi|population", ["{x} by ethnic group", "which populations have {x} more often"]),
    (r"\bage\b|years old|onset|begin", ["at what age does {x} start", "age of onset of {x}"]),
    (r"recur|come back|relaps|return", ["does {x} come back", "recurrence rate of {x}", "relapse of {x}"]),
    (r"insulin|glucose|diabet|sugar", ["{x} and diabetes", "blood sugar in {x}"]),
    (r"fertil|sperm|menstru|ovulat", ["does {x} affect fertility", "{x} and periods"]),
    (r"transplant", ["transplant for {x}", "is transplantation an option in {x}"]),
    (r"transfus|donat", ["can I donate blood with {x}", "transfusion in {x}"]),
    (r"support group|organization|caregiver|help line", ["support groups for {x}", "help for carers of people with {x}"]),
    (r"antibiotic|antimicrob", ["antibiotics for {x}", "which antibiotic in {x}"]),
    (r"steroid|prednis|cortico", ["steroids in {x}", "does prednisone help {x}"]),
    (r"coffee|caffein|\btea\b|\bsalt\b|water|fluid", ["coffee and {x}", "fluid intake in {x}", "salt in {x}"]),
    (r"tattoo|pierc", ["can I get a tattoo with {x}"]),
    (r"\bgenes?\b|mutation|variant", ["genetic test for {x}", "which gene in {x}"]),
    (r"marijuana|cannabi|opioid|drug use|cocaine", ["cannabis for {x}", "opioids in {x}"]),
    (r"disab|benefit|legal|\blaw\b", ["disability benefits for {x}", "legal rights of people with {x}"]),
    (r"cod(e|ing)\b|billing", ["ICD-10 code for {x}", "billing code {x}"]),
    (r"criteria|classif|score|grad(e|ing)", ["diagnostic criteria for {x}", "severity score for {x}", "classification of {x}"]),
    (r"pathophys|mechanism|how it works|because", ["pathophysiology of {x}", "mechanism of {x}"]),
]

FRAMES = ["", "", "", "", "", "{q}?", "Hi, {q}? Thanks", "question: {q}", "68F, {q}", "54 y/o man - {q}", "my mother has this. {q}", "pt asks: {q}"]
FORMS = [
    "{i} vs {c}: {o}", "{o}: {i} vs {c}", "{i} versus {c} - {o}?", "{o} with {i} compared to {c}", "Is {o} different with {i} than with {c}?",
    "How does {i} affect {o} when compared with {c}?", "In patients given {i}, is {o} better than in those given {c}?", "{i}, {c}, {o}", "{o} {i} {c}",
    "effect of {i} on {o}", "What happens to {o} when {i} is used instead of {c}?", "Does {i} reduce {o}?", "{o} after {i} or {c}",
    "Are there differences in {o} between {i} and {c}?", "{i} {o}", "{i} or {c}, which is better for {o}?", "does {i} help with {o}",
    "{i} improves {o} compared with {c}.", "{i} has no effect on {o}.", "{o} is higher with {i} than with {c}.", "{i} lowers {o}.",
    "can {i} change {o}, or is {c} just as good?", "If I choose {i} over {c}, what about {o}?", "{c} vs {i} ({o})", "Any benefit of {i} for {o}?",
    "We are thinking of {i} instead of {c}. Does it matter for {o}?", "{o} - {i}?", "impact on {o}: {i} / {c}", "How much {o} with {i}?",
]
SHORT = [(r"\bplacebo\b", "pbo"), (r"\bpatients\b", "pts"), (r"\btreatment\b", "tx"), (r"\bblood pressure\b", "BP"), (r"\bversus\b", "vs"), (r"\bwith\b", "w/"),
         (r"\bweeks?\b", "wk"), (r"\bmonths?\b", "mo"), (r"\bhospitalization\b", "hosp"), (r"\bmortality\b", "deaths"), (r"\bquality of life\b", "QoL"),
         (r"\bcontrols?\b", "ctrl"), (r"\bdiagnosis\b", "dx"), (r"\binjection\b", "inj"), (r"\bbaseline\b", "BL"), (r"\bincreased?\b", "up"), (r"\bdecreased?\b", "down"),
         (r"\bbody mass index\b", "BMI"), (r"\bheart rate\b", "HR"), (r"\bpain\b", "VAS"), (r"\bplacebo\b", "sugar pill"), (r"\bplacebo\b", "dummy treatment"),
         (r"\bmortality\b", "dying"), (r"\badverse events?\b", "side effects"), (r"\bincidence of\b", "how often"), (r"\bgroup\b", ""), (r"\bcontrol group\b", "no treatment")]


class Words:
    """Words that stand for others: the synonyms of the lexicon, and near words of the static embeddings."""

    def __init__(self, rng: random.Random, names: dict, near):
        self.rng, self.names, self.near = rng, names, near
        self.longest = 4

    def named_otherwise(self, text: str, p: float) -> str:
        words, out, at = text.split(), [], 0
        while at < len(words):
            for n in range(self.longest, 0, -1):
                key = " ".join(words[at:at + n]).lower().strip(",.?()")
                if n <= len(words) - at and key in self.names and self.rng.random() < p:
                    out.append(self.rng.choice(self.names[key]))
                    at += n
                    break
            else:
                out.append(words[at])
                at += 1
        return " ".join(out)

    def near_words(self, text: str, p: float) -> str:
        changed = [self.near(w) if w.lower() not in SMALL and self.rng.random() < p else w for w in re.findall(r"[\w-]+|[^\w\s]", text)]
        return " ".join(w for w in changed if w)

    def shortened(self, text: str, p: float) -> str:
        for pattern, short in SHORT:
            if self.rng.random() < p:
                text = re.sub(pattern, short, text, flags=re.I)
        return re.sub(r"  +", " ", text).strip()

    def dropped(self, text: str, p: float) -> str:
        words = text.split()
        kept = [w for w in words if self.rng.random() >= p]
        return " ".join(kept if len(kept) >= 2 else words)

    def typo(self, text: str) -> str:
        words = text.split()
        if not words:
            return text
        at = self.rng.randrange(len(words))
        w = words[at]
        if len(w) > 4 and w.isalpha():
            k = self.rng.randrange(1, len(w) - 1)
            words[at] = self.rng.choice([w[:k] + w[k + 1:], w[:k] + w[k + 1] + w[k] + w[k + 2:], w[:k] + w[k] + w[k:]])
        return " ".join(words)

    def compared(self, i: str, c: str, o: str) -> str:
        """One wording of a question about an intervention, a comparator and an outcome."""
        r = self.rng
        i, c, o = (s.strip().rstrip(".?") for s in (i, c, o))
        o = o[:1].lower() + o[1:] if o[1:2].islower() else o
        kind = r.random()
        if kind < 0.15:
            words = [w for part in (i, c, o) for w in part.split() if w.lower() not in SMALL]
            r.shuffle(words)
            text = " ".join(words)
        elif kind < 0.25:
            text = f"Does {i} compared with {c} change {o}?"
        else:
            text = r.choice(FORMS).format(i=i, c=c, o=o)
        if r.random() < 0.6:
            text = self.named_otherwise(text, 0.5)
        if r.random() < 0.4:
            text = self.shortened(text, 0.4)
        if r.random() < 0.5:
            text = self.near_words(text, r.choice([0.15, 0.3, 0.5]))
        if r.random() < 0.25:
            text = self.dropped(text, 0.2)
        if r.random() < 0.08:
            text = self.typo(text)
        return text

    def asked(self, form: str, x: str) -> str:
        """One wording of a question about a disease."""
        r = self.rng
        x = x if r.random() < 0.35 or x[1:2].isupper() else x.lower()
        if r.random() < 0.5:
            x = self.named_otherwise(x, 0.7)
        text = form.format(x=x)
        frame = r.choice(FRAMES)
        if frame and r.random() < 0.5:
            text = frame.format(q=text.rstrip("?"))
        if r.random() < 0.12:
            text = self.typo(text)
        return text
