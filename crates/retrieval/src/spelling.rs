//! British and American spelling of one word, made the same. Works on lower-case ASCII words before they are stemmed.
//!
//! Every rule is one that is safe inside any word of medicine; it need not give a right spelling, only the same one for
//! both. Words that only look British (exercise, promise, four) are left alone.

use std::borrow::Cow;

/// Letters inside a word, as written in Britain and in America.
#[rustfmt::skip]
const INSIDE: &[(&str, &str)] = &[
    ("haem", "hem"), ("aemi", "emi"), ("oedem", "edem"), ("paed", "ped"), ("oesoph", "esoph"), ("oestr", "estr"),
    ("foet", "fet"), ("aesth", "esth"), ("gynaec", "gynec"), ("caec", "cec"), ("faec", "fec"), ("rrhoea", "rrhea"),
    ("pnoea", "pnea"), ("coeli", "celi"), ("caesar", "cesar"), ("aetio", "etio"), ("naev", "nev"), ("phaeo", "pheo"),
    ("tumour", "tumor"), ("colour", "color"), ("behaviour", "behavior"), ("favour", "favor"), ("labour", "labor"),
    ("odour", "odor"), ("humour", "humor"), ("vapour", "vapor"), ("rigour", "rigor"), ("neighbour", "neighbor"),
    ("sulph", "sulf"), ("leucoc", "leukoc"), ("leucop", "leukop"), ("leucod", "leukod"), ("isation", "ization"),
    ("lyz", "lys"), ("homoeo", "homeo"), ("manoeuv", "maneuv"),
    ("programme", "program"), ("ageing", "aging"), ("counsell", "counsel"), ("labell", "label"), ("fibre", "fiber"),
    ("litre", "liter"), ("goitre", "goiter"), ("titre", "titer"), ("judgement", "judgment"), ("skilful", "skillful"),
    ("mould", "mold"), ("aluminium", "aluminum"), ("sceptic", "skeptic"), ("practis", "practic"),
];

/// What stands before -ise, -ised, -ises, -ising, -iser where America writes -ize. Left out are letters that also stand
/// before an -ise that is the same on both sides of the sea (exercise, supervise, precise, disease, rise).
#[rustfmt::skip]
const BEFORE_ISE: &[&str] = &["al", "om", "im", "tim", "il", "er", "or", "at", "ar", "on", "in", "et", "ol", "um", "un", "mn", "id", "ic"];

/// Words that end so and are no British spelling.
#[rustfmt::skip]
const KEPT: &[&str] = &["promis", "surmis", "demis", "enteris", "premis"];

/// The word in the one spelling both sides share. Cost: a few scans of a short word; the analyzer keeps the result.
pub(crate) fn fold(word: &str) -> Cow<'_, str> {
    let mut folded = Cow::Borrowed(word);
    for (british, american) in INSIDE {
        if folded.contains(british) {
            folded = Cow::Owned(folded.replace(british, american));
        }
    }
    let tail = ["centre", "metre"].iter().find(|t| folded.trim_end_matches('s').ends_with(**t));
    if let Some(tail) = tail {
        folded = Cow::Owned(folded.replacen(tail, &format!("{}er", &tail[..tail.len() - 2]), 1));
    }
    for ending in ["ise", "ised", "ises", "ising", "iser", "isers"] {
        if let Some(stem) = folded.strip_suffix(ending)
            && stem.len() >= 4
            && BEFORE_ISE.iter().any(|b| stem.ends_with(b))
            && !KEPT.iter().any(|k| folded.contains(k))
        {
            folded = Cow::Owned(format!("{stem}{}", ending.replacen("is", "iz", 1)));
            break;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_become_one() {
        for (british, american) in [
            ("tumour", "tumor"),
            ("haemoglobin", "hemoglobin"),
            ("anaemia", "anemia"),
            ("ischaemic", "ischemic"),
            ("oedema", "edema"),
            ("paediatric", "pediatric"),
            ("orthopaedic", "orthopedic"),
            ("oesophagus", "esophagus"),
            ("oestrogen", "estrogen"),
            ("anaesthesia", "anesthesia"),
            ("diarrhoea", "diarrhea"),
            ("dyspnoea", "dyspnea"),
            ("coeliac", "celiac"),
            ("randomised", "randomized"),
            ("hospitalisation", "hospitalization"),
            ("hospitalised", "hospitalized"),
            ("analyse", "analyze"),
            ("dialysed", "dialyzed"),
            ("leucocytes", "leukocytes"),
            ("sulphate", "sulfate"),
            ("centres", "centers"),
            ("behavioural", "behavioral"),
            ("foetal", "fetal"),
            ("caesarean", "cesarean"),
            ("aetiology", "etiology"),
            ("immunised", "immunized"),
            ("catheterised", "catheterized"),
        ] {
            assert_eq!(fold(british), fold(american), "{british} {american}");
        }
    }

    #[test]
    fn words_that_are_the_same_everywhere_are_left_alone() {
        for word in [
            "exercise",
            "rise",
            "compromised",
            "promise",
            "supervised",
            "disease",
            "hour",
            "four",
            "poem",
            "leucovorin",
        ] {
            assert_eq!(fold(word), word);
        }
    }
}
