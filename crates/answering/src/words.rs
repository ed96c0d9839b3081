//! Small helpers for English text.

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn join<S: AsRef<str>>(parts: &[S]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// First letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A missing fact as a reader sees it: "RAS", "Performance status", "Outcome of oxaliplatin".
pub fn missing_label(missing: &clinical::Missing) -> String {
    match missing.attribute.as_str() {
        "biomarker" if ["dpyd", "ugt1a1"].iter().any(|g| missing.value.starts_with(g)) => {
            let gene = missing.value.split(' ').next().unwrap_or_default();
            format!("{} genotype", gene.to_uppercase())
        }
        "biomarker" => missing.value.to_uppercase(),
        "metastasis" => format!("Metastases: {}", missing.value),
        "finding" if missing.value == "care setting" => "Care setting: outpatient, ward or intensive care".to_owned(),
        "comorbidity" | "medication" | "symptom" | "finding" | "toxicity" | "allergy" | "lab" | "organ_function" => {
            format!("{}: {}", capitalised(&missing.attribute.replace('_', " ")), missing.value)
        }
        _ => capitalised(&missing.value),
    }
}

/// Words that a clinical question uses whatever it is about: they choose the layout, not the statements.
/// Analysed forms (English stems).
pub(crate) fn is_generic(stem: &str) -> bool {
    GENERIC.binary_search(&stem).is_ok()
}

#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "1st", "2nd", "3rd", "abnorm", "acut", "adult", "advanc", "advic", "advis", "afterward", "ago", "algorithm", "allow",
    "alternat", "answer", "anyth", "appoint", "approach", "appropri", "ask", "assess", "avail", "back", "benefit", "best",
    "better", "big", "biomark", "bring", "brother", "calcul", "candid", "care", "case", "caus", "certain", "chang", "check",
    "check-up", "checkup", "chemo", "chemotherapi", "child", "choic", "choos", "chronic", "clinic", "come", "common", "condit",
    "confirm", "consid", "consider", "contraind", "correct", "cours", "criteria", "current", "dad", "daughter", "day", "death",
    "decid", "decis", "definit", "detect", "determin", "diagnos", "diagnosi", "diagnost", "die", "differ", "disea", "diseas",
    "doctor", "done", "dosag", "dose", "drug", "dx", "earli", "earlier", "effect", "efficaci", "elder", "elig", "enough",
    "evalu", "evid", "expect", "explain", "famili", "father", "femal", "figur", "finish", "first", "first-lin", "fit", "fix",
    "follow", "follow-up", "found", "function", "fxn", "gave", "genet", "gentleman", "get", "give", "go", "goal", "good", "got",
    "guid", "guidelin", "handl", "happen", "help", "high", "histori", "hospit", "husband", "hx", "identifi", "implic", "import",
    "improv", "indic", "initi", "investig", "know", "lab", "laboratori", "ladi", "late", "level", "life", "line", "lines",
    "list", "live", "long", "longer", "look", "low", "main", "make", "male", "man", "manag", "mani", "marker", "mean", "measur",
    "median", "medic", "medicin", "men", "met", "metastas", "metastases", "metastasi", "metastat", "method", "mets", "mg",
    "might", "mild", "moder", "molecular", "mom", "monitor", "month", "mortal", "mother", "much", "multipl", "mum", "need",
    "new", "newli", "next", "normal", "noth", "now", "number", "often", "ok", "old", "ongo", "onset", "option", "order",
    "outcom", "outlook", "overall", "p", "particular", "patient", "peopl", "perform", "person", "plan", "pleas", "pmh",
    "possibl", "post", "present", "prevent", "previous", "primari", "prior", "problem", "proceed", "prognosi", "prognost",
    "progress", "progression", "propos", "protocol", "pt", "pts", "question", "rais", "rate", "reason", "receiv", "recogn",
    "recognis", "recommend", "recurr", "recurrent", "refractori", "regimen", "relaps", "relat", "relev", "replac", "requir",
    "right", "risk", "role", "rx", "s", "safe", "safeti", "salvag", "say", "second", "second-lin", "send", "sent", "sequenc",
    "sever", "sign", "sinc", "sister", "small", "someth", "son", "soon", "specif", "standard", "start", "stay", "step", "still",
    "strategi", "subsequ", "suggest", "suitabl", "sure", "surviv", "suspect", "symptom", "take", "taken", "tell", "term",
    "test", "thank", "therapi", "thing", "third", "third-lin", "today", "togeth", "told", "treat", "treatment", "tx", "type",
    "undergo", "underw", "underwent", "unresect", "us", "use", "usual", "visit", "w", "way", "week", "why", "wife", "woman",
    "women", "won", "wonder", "work", "workup", "worri", "wors", "year", "yo", "young",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_english() {
        assert_eq!(join::<&str>(&[]), "");
        assert_eq!(join(&["a", "b", "c"]), "a, b and c");
        assert_eq!(capitalised("été"), "Été");
    }

    #[test]
    fn generic_words_are_sorted_for_binary_search() {
        assert!(GENERIC.is_sorted(), "{:?}", GENERIC.windows(2).find(|w| w[0] > w[1]));
    }
}
