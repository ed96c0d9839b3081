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
        "biomarker" | "tnm" => missing.value.to_uppercase(),
        "metastasis" => format!("Metastases: {}", missing.value),
        "finding" if missing.value == "care setting" => "Care setting: outpatient, ward or intensive care".to_owned(),
        "comorbidity" | "medication" | "symptom" | "finding" | "toxicity" | "allergy" | "lab" | "organ_function" => {
            format!("{}: {}", capitalised(&missing.attribute.replace('_', " ")), as_written(&missing.value))
        }
        _ => capitalised(&clinical::spelled(&missing.value)),
    }
}

/// A measure as it is written: the words of conditions are in small letters.
fn as_written(value: &str) -> String {
    match value {
        "egfr" => "eGFR",
        "lvef" => "LVEF",
        "qtc" => "QTc",
        "inr" => "INR",
        "hba1c" => "HbA1c",
        other => return clinical::spelled(other),
    }
    .to_owned()
}

/// Words that a clinical question uses whatever it is about: they choose the layout, not the statements.
/// Analysed forms (English stems).
pub(crate) fn is_generic(stem: &str) -> bool {
    GENERIC.binary_search(&stem).is_ok()
}

#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "1st", "2nd", "3rd", "abnorm", "acut", "adult", "advanc", "advic", "advis", "afternoon", "afterward", "ago", "agre",
    "algorithm", "allow", "alright", "alternat", "answer", "anyth", "anyway", "apart", "appar", "appoint", "approach",
    "appropri", "ask", "assess", "avail", "away", "back", "bad", "bear", "beforehand", "begin", "believ", "benefit",
    "best", "better", "big", "biomark", "bit", "bother", "bottom", "bring", "brother", "calcul", "call", "candid",
    "care", "carri", "case", "catch", "caus", "certain", "chanc", "chang", "check", "check-up", "checkup", "chemo",
    "chemotherapi", "child", "choic", "choos", "chronic", "clear", "clinic", "close", "come", "common", "concern",
    "condit", "confirm", "confus", "consid", "consider", "contraind", "correct", "coupl", "cours", "criteria", "current",
    "dad", "daughter", "day", "dear", "death", "decid", "decis", "definit", "detect", "determin", "diagnos", "diagnosi",
    "diagnost", "die", "differ", "difficult", "disea", "diseas", "doctor", "done", "dosag", "dose", "drug", "dx",
    "earli", "earlier", "easi", "effect", "efficaci", "eight", "elder", "elig", "end", "enough", "evalu", "evening",
    "eventu", "evid", "exact", "expect", "explain", "extra", "fact", "fair", "famili", "father", "felt", "femal", "few",
    "figur", "fine", "finish", "first", "first-lin", "fit", "five", "fix", "follow", "follow-up", "found", "four",
    "function", "fxn", "gave", "genet", "gentl", "gentleman", "get", "girl", "give", "glad", "go", "goal", "gone",
    "good", "got", "great", "guess", "guid", "guidelin", "half", "handl", "happen", "hard", "hate", "heard", "hello",
    "help", "high", "histori", "hope", "hospit", "hundr", "husband", "hx", "idea", "identifi", "implic", "import",
    "improv", "indic", "initi", "instead", "investig", "keep", "kept", "kind", "know", "lab", "laboratori", "ladi",
    "last", "late", "later", "leav", "left", "let", "level", "life", "line", "lines", "list", "littl", "live", "long",
    "longer", "look", "lose", "lost", "lot", "love", "low", "lucki", "main", "make", "male", "man", "manag", "mani",
    "marker", "matter", "mayb", "mean", "measur", "median", "medic", "medicin", "men", "mention", "met", "metastas",
    "metastases", "metastasi", "metastat", "method", "mets", "mg", "might", "mild", "mistak", "moder", "molecular",
    "mom", "moment", "monitor", "month", "mortal", "mother", "move", "much", "multipl", "mum", "near", "need", "new",
    "newli", "next", "nice", "nine", "nobodi", "normal", "noth", "now", "nowaday", "number", "obvious", "odd", "offer",
    "often", "ok", "okay", "old", "ongo", "onset", "option", "order", "outcom", "outlook", "overall", "own", "p", "part",
    "particular", "past", "patient", "peopl", "perform", "perhap", "person", "piec", "place", "plain", "plan", "pleas",
    "pmh", "point", "possibl", "post", "prefer", "present", "prevent", "previous", "primari", "prior", "probabl",
    "problem", "proceed", "prognosi", "prognost", "progress", "progression", "proper", "propos", "protocol", "pt", "pts",
    "put", "question", "quick", "quiet", "rais", "ran", "rate", "read", "readi", "real", "realli", "reason", "reassur",
    "receiv", "recent", "recogn", "recognis", "recommend", "recurr", "recurrent", "refractori", "regimen", "relaps",
    "relat", "relev", "rememb", "replac", "requir", "right", "risk", "role", "run", "rx", "s", "safe", "safeti", "said",
    "salvag", "say", "scare", "second", "second-lin", "seem", "seen", "send", "sent", "sequenc", "set", "settl", "seven",
    "sever", "shall", "short", "show", "shown", "side", "sign", "simpl", "simpli", "sinc", "singl", "sister", "sit",
    "six", "slow", "slowli", "small", "somebodi", "someon", "someth", "sometim", "somewher", "son", "soon", "sort",
    "speak", "specif", "spend", "standard", "start", "stay", "step", "stick", "still", "straight", "strang", "strategi",
    "stuck", "stuff", "subsequ", "sudden", "suggest", "suitabl", "suppos", "sure", "surpris", "surviv", "suspect",
    "symptom", "take", "taken", "talk", "team", "tell", "ten", "term", "terribl", "test", "thank", "therapi", "thing",
    "think", "third", "third-lin", "thought", "three", "time", "today", "togeth", "told", "tonight", "top", "tough",
    "treat", "treatment", "tri", "troubl", "true", "truli", "turn", "two", "tx", "type", "typic", "undergo",
    "understand", "underw", "underwent", "unresect", "unsur", "upset", "us", "use", "usual", "various", "visit", "w",
    "want", "way", "week", "well", "went", "whole", "why", "wife", "woman", "women", "won", "wonder", "word", "work",
    "workup", "world", "worri", "wors", "worst", "worth", "write", "wrong", "year", "yesterday", "yo", "young",
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
