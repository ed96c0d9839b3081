//! The rules for denial, modality and force: what one text denies the other must not say; what may be done is not what must
//! be; what is suggested is not shown.
//!
//! Owns these three comparisons. Must not know numbers or names.

use super::coverage::synonyms;
use super::finding::{Deciding, Fault, Reason, Verdict};
use super::signs::{Sense, Sign};
use super::text::Text;
use retrieval::is_filler;
use std::collections::BTreeSet;

/// How many words behind a denial it reaches (NegEx takes five: Chapman 2001, J Biomed Inform 34:301).
const REACH: usize = 5;

/// A denial and the stems it reaches.
struct Denial {
    sign: Sign,
    scope: Vec<String>,
}

fn denials(text: &Text<'_>, signs: &[Sign]) -> Vec<Denial> {
    let hidden = |at: usize| signs.iter().any(|s| s.sense == Sense::Hidden && s.from <= at && at < s.to);
    let of = |sign: &Sign| {
        let clause = text.words[sign.from].clause;
        let behind = text.words[sign.to..].iter().enumerate().take_while(|(_, w)| w.clause == clause);
        let content = |w: &&super::text::Word| !is_filler(&w.lower) && w.lower.len() > 1;
        let scope: Vec<String> = behind
            .filter(|(i, _)| !hidden(sign.to + i))
            .map(|(_, w)| w)
            .take(REACH + 3)
            .filter(content)
            .take(REACH)
            .map(|w| w.stem.clone())
            .collect();
        Denial { sign: *sign, scope }
    };
    signs.iter().filter(|s| s.sense == Sense::Not).map(of).filter(|d| !d.scope.is_empty()).collect()
}

/// Denials of one text that the other does not share, although it speaks of what is denied.
pub(super) fn denial(claim: (&Text<'_>, &[Sign]), evidence: (&Text<'_>, &[Sign])) -> Option<Fault> {
    let (claimed, held) = (denials(claim.0, claim.1), denials(evidence.0, evidence.1));
    let words = |a: Deciding| vec![a];
    let show =
        |text: &Text<'_>, d: &Denial| text.deciding(text.span(d.sign.from, (d.sign.to + 2).min(text.words.len())));
    // A denial may be put as "avoid", "contraindicated" or "no difference": then it is compared as that.
    let denies = |(text, signs): (&Text<'_>, &[Sign]), scope: &[String]| {
        signs.iter().filter(|s| matches!(s.sense, Sense::MustNot | Sense::Same | Sense::NotMust)).any(|s| {
            let sentence = text.words[s.from].sentence;
            let near = &text.words[s.from.saturating_sub(8)..(s.to + 8).min(text.words.len())];
            near.iter().any(|w| w.sentence == sentence && scope.contains(&w.stem))
        })
    };
    for d in &claimed {
        let known = d.scope.iter().filter(|s| evidence.0.has(s)).count();
        let answered = held.iter().any(|h| shares(&d.scope, &h.scope));
        if !answered && !denies(evidence, &d.scope) {
            let verdict = if known > 0 { Verdict::Contradicted } else { Verdict::Unsupported };
            return Some(Fault { verdict, reason: Reason::Negation, words: words(show(claim.0, d)) });
        }
    }
    for d in &held {
        let said = d.scope.iter().filter(|s| claim.0.has(s)).count();
        // The first word behind a denial is what it denies; the others may be beside it.
        let first = d.scope.first().is_some_and(|s| claim.0.has(s));
        let answered = claimed.iter().any(|h| shares(&d.scope, &h.scope));
        if (first || said * 2 > d.scope.len()) && !answered && !denies(claim, &d.scope) {
            return Some(Fault {
                verdict: Verdict::Contradicted,
                reason: Reason::Negation,
                words: words(show(evidence.0, d)),
            });
        }
    }
    None
}

fn shares(a: &[String], b: &[String]) -> bool {
    a.iter().any(|s| b.iter().any(|t| s == t || synonyms(s, t)))
}

/// What is said about doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Duty {
    May,
    Should,
    Must,
    MustNot,
    NotMust,
}

fn duties(signs: &[Sign]) -> BTreeSet<Duty> {
    let of = |s: &Sign| match s.sense {
        Sense::May => Some(Duty::May),
        Sense::Should => Some(Duty::Should),
        Sense::Must => Some(Duty::Must),
        Sense::MustNot => Some(Duty::MustNot),
        Sense::NotMust => Some(Duty::NotMust),
        _ => None,
    };
    signs.iter().filter_map(of).collect()
}

/// Verbs with which a sentence tells someone to do something, at its beginning.
const IMPERATIVES: &[&str] = &[
    "give", "start", "use", "treat", "stop", "check", "ask", "measure", "offer", "add", "test", "refer", "monitor",
    "repeat", "assess", "obtain", "continue", "prefer", "choose", "reduce", "increase", "replace", "correct", "take",
    "keep", "hold", "withhold", "discuss", "screen", "look", "begin", "order", "admit", "switch", "change", "confirm",
    "exclude", "rule", "infuse", "titrate", "target", "aim", "adjust", "perform", "send", "review", "examine",
    "arrange", "advise", "treat",
];

/// Whether a word, in lower case, tells someone to do something where a sentence begins.
pub(super) fn is_order(word: &str) -> bool {
    IMPERATIVES.contains(&word)
}

/// Words with which a sentence begins that says first when or for whom something is to be done.
const OPENINGS: &[&str] = &[
    "in", "for", "when", "if", "with", "at", "during", "after", "before", "to", "once", "until", "on", "while",
    "unless", "under", "as", "because", "whenever",
];

/// Whether a sentence tells someone to do something: by its first word, or by the first behind a comma where it begins with
/// when or for whom ("In pregnancy, give ...").
pub(super) fn tells(text: &Text<'_>) -> bool {
    let orders = |w: &super::text::Word| is_order(&w.lower);
    let first = |s: usize| text.words.iter().position(|w| w.sentence == s);
    let last = text.words.last().map_or(0, |w| w.sentence);
    (0..=last).filter_map(first).any(|at| {
        let opened = OPENINGS.contains(&text.words[at].lower.as_str());
        let behind_comma = |pair: &[super::text::Word]| {
            let [before, word] = pair else { return false };
            let gap = text.raw.get(before.end..word.start).unwrap_or_default();
            word.sentence == text.words[at].sentence && gap.trim() == "," && orders(word)
        };
        orders(&text.words[at]) || opened && text.words[at..].windows(2).any(behind_comma)
    })
}

/// What must, should, may or must not be done.
pub(super) fn modality(claim: (&Text<'_>, &[Sign]), evidence: (&Text<'_>, &[Sign])) -> Option<Fault> {
    let (mine, theirs) = (duties(claim.1), duties(evidence.1));
    let place = |text: &Text<'_>, signs: &[Sign], duty: Duty| {
        let sign = signs.iter().find(|s| duties(&[**s]).contains(&duty));
        sign.map(|s| text.deciding(text.span(s.from, s.to)))
    };
    let fault = |verdict: Verdict, mine: Option<Duty>, theirs: Option<Duty>| {
        let words = mine.and_then(|d| place(claim.0, claim.1, d)).into_iter();
        let words = words.chain(theirs.and_then(|d| place(evidence.0, evidence.1, d))).collect();
        Some(Fault { verdict, reason: Reason::Modality, words })
    };
    let denied = |signs: &[Sign]| signs.iter().any(|s| matches!(s.sense, Sense::Not));
    let mine_not = mine.contains(&Duty::MustNot);
    let theirs_not = theirs.contains(&Duty::MustNot);
    if mine_not && !theirs_not {
        let verdict = if denied(evidence.1) { Verdict::Partly } else { Verdict::Contradicted };
        return fault(verdict, Some(Duty::MustNot), theirs.first().copied());
    }
    if theirs_not && !mine_not {
        // The prohibition may be of something the claim does not speak of.
        let at = evidence.1.iter().find(|s| s.sense == Sense::MustNot)?;
        let clause = evidence.0.words[at.from].clause;
        let reach =
            evidence.0.words.iter().enumerate().filter(|(i, w)| w.clause == clause && *i >= at.from.saturating_sub(8));
        let content: Vec<&str> =
            reach.map(|(_, w)| w).filter(|w| !is_filler(&w.lower)).map(|w| w.stem.as_str()).collect();
        let said = content.iter().filter(|s| claim.0.has(s)).count();
        let speaks = said * 2 >= content.len();
        if speaks && !denied(claim.1) && !mine.contains(&Duty::NotMust) {
            return fault(Verdict::Contradicted, mine.first().copied(), Some(Duty::MustNot));
        }
        return None;
    }
    let strongest = |set: &BTreeSet<Duty>| set.iter().copied().filter(|d| *d <= Duty::Must).max();
    match (strongest(&mine), strongest(&theirs)) {
        (Some(Duty::Must), Some(Duty::Should | Duty::May)) => {
            fault(Verdict::Partly, Some(Duty::Must), strongest(&theirs))
        }
        (Some(Duty::Must), None) if !tells(evidence.0) => fault(Verdict::Partly, Some(Duty::Must), None),
        (Some(Duty::Should), Some(Duty::May)) => fault(Verdict::Partly, Some(Duty::Should), Some(Duty::May)),
        (Some(Duty::May), Some(Duty::Must)) => fault(Verdict::Partly, Some(Duty::May), Some(Duty::Must)),
        (Some(Duty::May), Some(Duty::Should)) => fault(Verdict::Partly, Some(Duty::May), Some(Duty::Should)),
        // "May reduce" is no "reduces".
        (None, Some(Duty::May)) if !theirs.contains(&Duty::Should) => {
            let hedged = claim.1.iter().any(|s| matches!(s.sense, Sense::Hedge | Sense::Some));
            if hedged { None } else { fault(Verdict::Partly, None, Some(Duty::May)) }
        }
        (Some(Duty::Should), None) if !tells(evidence.0) && theirs.is_empty() => {
            let fits = evidence.1.iter().any(|s| matches!(s.sense, Sense::Better));
            if fits { None } else { fault(Verdict::Partly, Some(Duty::Should), None) }
        }
        _ => None,
    }
}

/// Force that the claim has and the evidence has not.
pub(super) fn force(claim: (&Text<'_>, &[Sign]), evidence: (&Text<'_>, &[Sign]), significant: bool) -> Option<Fault> {
    let (mine, theirs) = (claim.1, evidence.1);
    let has = |signs: &[Sign], sense: Sense| signs.iter().any(|s| s.sense == sense);
    let show = |sense: Sense| {
        let own = mine.iter().find(|s| s.sense == sense).map(|s| claim.0.deciding(claim.0.span(s.from, s.to)));
        own.into_iter().collect::<Vec<_>>()
    };
    let stated = |sign: &Sign| evidence.0.has(&claim.0.words[sign.from].stem);
    let over = |words| Some(Fault { verdict: Verdict::Partly, reason: Reason::Overstated, words });
    for sense in [Sense::Universal, Sense::Degree, Sense::Causes] {
        let new = mine.iter().filter(|s| s.sense == sense).any(|s| !stated(s));
        let same = has(theirs, sense) && sense != Sense::Universal;
        let causing = sense == Sense::Causes
            && (has(theirs, Sense::MustNot) || evidence.0.words.iter().any(|w| CAUSING.contains(&w.lower.as_str())));
        if new && !same && !causing {
            return over(show(sense));
        }
    }
    if has(mine, Sense::Most) && has(theirs, Sense::Some) && !has(theirs, Sense::Most) {
        return over(show(Sense::Most));
    }
    if has(mine, Sense::Some) && !has(theirs, Sense::Some) && has(theirs, Sense::Most) {
        return Some(Fault { verdict: Verdict::Contradicted, reason: Reason::Overstated, words: show(Sense::Some) });
    }
    if has(theirs, Sense::Slight) && mine.iter().any(|s| s.sense == Sense::Degree && !stated(s)) {
        return over(show(Sense::Degree));
    }
    if has(mine, Sense::Significant) && !has(theirs, Sense::Significant) && !has(theirs, Sense::Same) && !significant {
        return over(show(Sense::Significant));
    }
    let open = |signs: &[Sign]| has(signs, Sense::Hedge) || has(signs, Sense::May) || has(signs, Sense::Some);
    if has(theirs, Sense::Hedge) && !open(mine) && !has(mine, Sense::Not) {
        let hedge = theirs.iter().find(|s| s.sense == Sense::Hedge)?;
        return over(vec![evidence.0.deciding(evidence.0.span(hedge.from, hedge.to))]);
    }
    None
}

/// Words by which evidence says that one thing makes another.
const CAUSING: &[&str] = &[
    "due",
    "leads",
    "lead",
    "led",
    "induces",
    "induced",
    "results",
    "resulted",
    "produces",
    "produced",
    "responsible",
    "triggers",
    "because",
    "provokes",
    "provoked",
    "triggered",
];
