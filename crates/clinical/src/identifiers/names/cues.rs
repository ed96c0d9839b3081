//! The words that stand around names.

/// Before a surname.
#[rustfmt::skip]
pub(super) const TITLES: &[&str] = &[
    "mr", "mrs", "ms", "miss", "mx", "dr", "drs", "doctor", "prof", "professor", "sir", "madam", "mme", "herr",
    "frau", "senor", "senora", "rev", "nurse", "messrs", "monsieur", "madame", "mister", "missus", "dra",
];

/// Whose name may follow.
#[rustfmt::skip]
pub(super) const RELATIONS: &[&str] = &[
    "husband", "wife", "son", "daughter", "mother", "father", "mom", "mum", "mam", "dad", "mommy", "daddy",
    "brother", "sister", "grandmother", "grandfather", "grandma", "grandpa", "granny", "nan", "nana", "grandson",
    "granddaughter", "aunt", "auntie", "uncle", "cousin", "niece", "nephew", "partner", "friend", "neighbor",
    "neighbour", "boyfriend", "girlfriend", "fiance", "fiancee", "baby", "boy", "girl", "child", "kid", "twin",
    "toddler", "client", "colleague", "roommate", "coworker", "caregiver", "carer", "stepson", "stepdaughter",
    "spouse", "infant", "newborn", "hubby", "gentleman", "lady", "man", "woman", "sibling", "teenager", "student",
    "twins", "sons", "daughters", "brothers", "sisters", "parents", "kids", "stepfather", "stepmother",
];

/// What a name may follow in notes and letters.
#[rustfmt::skip]
pub(super) const PATIENT: &[&str] = &[
    "patient", "pt", "pts", "patients", "re", "regarding", "attn", "veteran", "resident",
];

/// Before the name that ends a letter.
#[rustfmt::skip]
pub(super) const SIGN_OFF: &[&str] = &[
    "thanks", "much", "thank", "you", "regards", "wishes", "cheers", "sincerely", "yours", "best", "signed", "thx",
    "greetings",
];

/// Parts of surnames.
#[rustfmt::skip]
pub(super) const PARTICLES: &[&str] = &[
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "el", "al",
    "ter", "ten", "bin", "ibn", "af", "zu", "y", "bint", "abu", "st", "san",
];

/// After a capital word these say that it is an eponym, a trial or a place.
#[rustfmt::skip]
pub(super) const THINGS: &[&str] = &[
    "disease", "syndrome", "sign", "test", "score", "scale", "index", "criteria", "classification", "palsy", "tumor",
    "tumour", "lymphoma", "sarcoma", "trial", "study", "procedure", "operation", "maneuver", "manoeuvre", "catheter",
    "hospital", "university", "clinic", "medical", "center", "centre", "institute", "regimen", "protocol", "staging",
    "grade", "stage", "method", "model", "equation", "formula", "phenomenon", "reflex", "position", "line",
    "solution", "virus", "fever", "anemia", "anaemia", "stain", "cell", "cells", "body", "bodies", "fracture",
    "ulcer", "esophagus", "contracture", "thyroiditis", "neuropathy", "ataxia", "chorea", "node", "nodes", "murmur",
    "foundation", "college", "guideline", "guidelines", "gene", "mutation", "variant", "deficiency", "disorder",
    "inventory", "questionnaire", "trials", "studies", "group", "street", "road", "avenue", "city", "county",
    "state",
    "algorithm", "wort", "questionnaires", "law", "rule", "rules", "triad", "nomogram", "matrices", "ag", "gmbh", "inc",
    "ltd", "corp", "company", "leucocidin", "leukocidin", "prosthesis", "incision", "graft", "flap", "stone",
];

/// After the number of an age.
#[rustfmt::skip]
pub(super) const AGE_UNITS: &[&str] = &[
    "f", "m", "y", "yo", "yr", "yrs", "year", "years", "mo", "month", "months", "wk", "week", "weeks", "day", "days",
    "male", "female", "w", "yof", "yom", "d",
];

/// After a name in the head of a note.
#[rustfmt::skip]
pub(super) const RECORD: &[&str] = &[
    "dob", "mrn", "tel", "phone", "mobile", "cell", "acct", "account", "ssn", "nhs", "id", "ref", "file", "bed",
    "born", "aged", "age", "chart", "room", "male", "female",
];

/// What people do.
#[rustfmt::skip]
pub(super) const VERBS: &[&str] = &[
    "is", "was", "has", "had", "who", "presents", "presented", "takes", "took", "started", "came", "needs", "wants",
    "asks", "asked", "says", "lives", "weighs", "complains", "reports", "denies", "and", "gets", "cannot", "can",
    "with", "on", "drinks", "smokes", "a", "an", "did", "recommended", "saw", "called",
];

/// Before a given name in a question.
#[rustfmt::skip]
pub(super) const ASKED: &[&str] = &[
    "should", "can", "does", "is", "could", "must", "will", "has", "did", "for", "may", "would", "about", "gave",
    "give", "tell", "told",
];

/// Eponyms and firms of two words that are written like the name of a person.
#[rustfmt::skip]
pub(super) const EPONYMS: &[(&str, &str)] = &[
    ("marcus", "gunn"), ("mary", "joseph"), ("salter", "harris"), ("ramsay", "hunt"), ("austin", "flint"),
    ("graham", "steell"), ("charles", "bonnet"), ("lou", "gehrig"), ("guillain", "barre"), ("stevens", "johnson"),
    ("austin", "moore"), ("carey", "coombs"), ("frank", "starling"), ("kirby", "bauer"), ("johns", "hopkins"),
    ("argyll", "robertson"), ("foster", "kennedy"), ("miller", "fisher"), ("machado", "joseph"), ("pierre", "robin"),
    ("treacher", "collins"), ("bernard", "soulier"), ("claude", "bernard"), ("dandy", "walker"), ("louis", "bar"),
    ("charcot", "marie"), ("marie", "tooth"), ("christian", "weber"), ("prader", "willi"), ("robert", "wood"),
    ("henry", "schein"), ("philip", "morris"), ("eli", "lilly"), ("johnson", "johnson"), ("stein", "leventhal"),
    ("paget", "schroetter"), ("henry", "ford"), ("thomas", "kilner"), ("brown", "sequard"), ("simon", "broome"),
    ("weber", "christian"), ("kelly", "paterson"), ("kelly", "seegmiller"), ("russell", "silver"), ("mason", "allen"),
    ("gordon", "holmes"), ("jackson", "pratt"), ("kaplan", "meier"), ("barrett", "universal"),
];
