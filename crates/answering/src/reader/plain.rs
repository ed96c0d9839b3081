//! A statement of clinicians in short sentences and plain words.
//!
//! Owns the places where a sentence may be cut and how an order to clinicians is told to a patient. Cuts only where both
//! halves say what they said together; whether they do is checked by the caller.

use clinical::glossary;
use evidence::Role;
use regex::Regex;
use std::sync::LazyLock;

/// Wordings of a statement, the plainest first.
pub(super) fn candidates(text: &str, _role: Option<Role>) -> Vec<String> {
    let plainly = |t: &str| glossary::plain(t, |_| false);
    let short = shortened(text);
    // The checker may not take "In X, measure Y" for "should": then it is told as what doctors do.
    let texts =
        [told(&short, true), told(&short, false), short.clone(), told(text, true), told(text, false), text.to_owned()];
    let mut out: Vec<String> = texts.iter().map(|t| plainly(t)).collect();
    out.extend([told(&short, true), told(&short, false), short]);
    out
}

/// Verbs with which a statement tells a clinician what to do.
const ORDERS: &str = "give|start|use|treat|stop|check|ask|measure|offer|add|test|refer|monitor|repeat|assess|obtain|continue|prefer|choose|reduce|increase|replace|correct|take|keep|hold|withhold|discuss|screen|look|begin|order|admit|switch|change|confirm|exclude|rule out|infuse|target|aim|adjust|perform|send|review|examine|arrange|advise|find out|search|calculate|restage|restart|resume|reassess|consider|follow|weigh|decide|record|grade|manage|raise|cover|make|leave|avoid|base|involve|inform|tell|warn|plan|watch|interpret|establish|determine|combine|restrict|limit|suspect|recheck|defibrillate|support|search for|do not";

fn compiled(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok() // constant patterns; a test uses each
}

/// Tells a patient what doctors do, where the statement gives clinicians an order.
fn told(text: &str, should: bool) -> String {
    static FIRST: LazyLock<Option<Regex>> =
        LazyLock::new(|| compiled(&format!(r"(?i)^(?P<lead>So |But )?(?P<verb>{ORDERS})\b")));
    static LATER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compiled(&format!(
            r"^(?:In|For|When|If|With|At|During|After|Before|To|Once|Until|On|While|Unless|Under|As|Because|Whenever)\b[^.]*?, (?P<verb>{ORDERS})\b(?P<next> \S+)?"
        ))
    });
    let mut out = Vec::new();
    for sentence in sentences(text) {
        let first = FIRST.iter().find_map(|r| r.captures(sentence));
        let later = LATER.iter().find_map(|r| r.captures(sentence));
        let verb = later.as_ref().and_then(|c| c.name("verb"));
        let next = later.as_ref().and_then(|c| c.name("next")).map_or("", |m| m.as_str().trim());
        out.push(match (first, verb) {
            (Some(found), _) if is_order(&sentence[found.get(0).map_or(0, |m| m.end())..]) => {
                let lead = found.name("lead").map_or("", |m| m.as_str());
                let who = if lead.is_empty() { "Doctors" } else { "doctors" };
                let (verb, end) = found.name("verb").map_or(("", 0), |m| (m.as_str(), m.end()));
                format!("{lead}{who} {}{}", order(verb, should), &sentence[end..])
            }
            (_, Some(verb)) if !matches!(next, "of" | "or" | "and" | "is" | "are" | "was" | "were" | "") => {
                let at = verb.range();
                format!("{}doctors {}{}", &sentence[..at.start], order(verb.as_str(), should), &sentence[at.end..])
            }
            _ => sentence.to_owned(),
        });
    }
    out.join(" ")
}

/// Whether what stands behind the first word makes an order of it: "Follow-up colonoscopy" and "Watch and wait meant" are none.
fn is_order(rest: &str) -> bool {
    let next = rest.trim_start().split(' ').next().unwrap_or_default();
    !rest.starts_with('-')
        && !rest.starts_with(" and wait")
        && !matches!(next, "is" | "are" | "was" | "were" | "means" | "meant" | "of" | "has")
}

/// What stands behind "doctors": an order is what they should do, "consider" what they may.
fn order(verb: &str, should: bool) -> String {
    match verb.to_lowercase().as_str() {
        "do not" => "should not".to_owned(),
        "consider" => "may consider".to_owned(),
        verb if should => format!("should {verb}"),
        verb => verb.to_owned(),
    }
}

/// Sentences of a text that was cut here or came as one.
fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(". ") {
        let next = text[at + 2..].chars().next();
        if next.is_some_and(char::is_uppercase) && !text[..at].ends_with("St") && !text[..at].ends_with("vs") {
            out.push(&text[from..=at]);
            from = at + 2;
        }
    }
    out.push(&text[from..]);
    out
}

/// Where a sentence is cut, and what begins the next one.
struct Cut {
    at: &'static str,
    /// What begins the new sentence, before `rest` of the match.
    begin: &'static str,
}

const CUTS: &[Cut] = &[
    Cut {
        at: r", and (?P<rest>(?:the|a|an|this|these|it|they|no|most|all|both|[0-9][0-9.]*%?(?: of)?) .*\b(?:is|are|was|were|has|have|had|needs?|needed|came|should|may|can|will|remains?|returned|died|lived|reached)\b.*)$",
        begin: "",
    },
    Cut { at: r"; (?P<rest>.+)$", begin: "" },
    Cut { at: r", because of (?P<rest>[^,;:]+)$", begin: "The reason is " },
    Cut { at: r", because (?P<rest>.+)$", begin: "This is because " },
    Cut { at: r", whereas (?P<rest>.+)$", begin: "But " },
    Cut { at: r", although (?P<rest>.+)$", begin: "But " },
    Cut { at: r", so (?P<rest>.+)$", begin: "So " },
    Cut { at: r", (?:and|but) (?P<rest>(?:do not|avoid) .+)$", begin: "" },
    Cut { at: r", but (?P<rest>(?:not|only|it|they|assess|the|this|these|some|most|many) .+)$", begin: "But " },
    Cut {
        at: r", which (?P<rest>(?:is|was|has|means|makes|marks|needs|does|did|can|may|should|will|remains|calls|gives|lists) [^,;:]+)$",
        begin: "This ",
    },
    Cut { at: r", which (?P<rest>(?:are|were|have|make|mean|need) [^,;:]+)$", begin: "These " },
    Cut {
        at: r", and (?P<rest>(?:start|stop|give|use|test|check|measure|treat|repeat|continue|refer|look|reduce|take|keep|offer|add|resume|restart|replace|arrange|consider|correct) .+)$",
        begin: "",
    },
];

static COMPILED: LazyLock<Vec<(Regex, &'static str)>> =
    LazyLock::new(|| CUTS.iter().filter_map(|c| Some((compiled(c.at)?, c.begin))).collect());

/// Cuts a statement into short sentences.
fn shortened(text: &str) -> String {
    let mut done: Vec<String> = Vec::new();
    let mut open: Vec<String> = sentences(text).into_iter().rev().map(str::to_owned).collect();
    while let Some(sentence) = open.pop() {
        let body = sentence.strip_suffix('.').unwrap_or(&sentence);
        match cut(body) {
            Some((head, rest)) if done.len() + open.len() < MOST => {
                open.push(format!("{}.", capitalised(&rest)));
                open.push(format!("{head}."));
            }
            _ => done.push(sentence),
        }
    }
    done.join(" ")
}

/// Most sentences a statement is cut into.
const MOST: usize = 8;

fn cut(body: &str) -> Option<(String, String)> {
    if let Some((head, figures)) = figures_behind(body) {
        return Some((head.to_owned(), format!("The study figures: {figures}")));
    }
    if let Some((head, examples)) = examples_behind(body) {
        return Some((head.to_owned(), format!("Examples are {examples}")));
    }
    for (pattern, begin) in COMPILED.iter() {
        let Some(found) = pattern.captures(body) else { continue };
        let (whole, rest) = (found.get(0)?, found.name("rest")?);
        if rest.as_str().starts_with("of ") || rest.as_str().starts_with("that ") {
            continue;
        }
        let head = &body[..whole.start()];
        // A bracket that is open is closed before a sentence ends; what is left must be a sentence.
        let closed = head.matches('(').count() == head.matches(')').count();
        let subordinate =
            ["If ", "When ", "Because ", "Although ", "While ", "Unless ", "Whenever ", "After ", "Before "];
        // Whatever is said behind "and" holds under the condition before it.
        let scoped = SCOPES.iter().any(|s| head.starts_with(s));
        if scoped && matches!(*begin, "" | "But " | "So ") {
            continue;
        }
        let whole_sentence = !subordinate.iter().any(|s| head.starts_with(s)) || head.contains(", ");
        if closed && whole_sentence && head.split_whitespace().count() >= 3 {
            return Some((head.to_owned(), format!("{begin}{}", rest.as_str())));
        }
    }
    None
}

/// Words with which a sentence begins that says first when or for whom it holds.
const SCOPES: &[&str] = &[
    "If ",
    "When ",
    "For ",
    "In ",
    "With ",
    "During ",
    "After ",
    "Before ",
    "At ",
    "On ",
    "Under ",
    "Unless ",
    "While ",
    "Until ",
    "Once ",
    "Because ",
    "Although ",
    "Whenever ",
    "Without ",
    "Within ",
    "As ",
    "To ",
    "Among ",
];

/// Figures of a study in the one bracket of a sentence, at its end.
fn figures_behind(body: &str) -> Option<(&str, &str)> {
    let inside = body.strip_suffix(')')?;
    let open = inside.rfind('(')?;
    let content = &inside[open + 1..];
    let compares = [" ratio", " risk ", " CI ", " versus ", " against ", "P ="].iter().any(|w| content.contains(w));
    let alone = body.matches('(').count() == 1 || !body[..open].contains(" ratio");
    let result = content.contains(|c: char| c.is_ascii_digit()) && compares && !content.contains(['(', ';']);
    (result && alone && open > 10).then(|| (body[..open].trim_end(), content))
}

/// Examples at the end of a sentence.
fn examples_behind(body: &str) -> Option<(&str, &str)> {
    static FINITE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        compiled(&format!(
            r"(?i)\b(?:is|are|was|were|has|have|had|can|may|should|must|will|does|did|makes?|calls?|needs?|causes?|suggests?|gives?|means?|recommends?|advises?|prefers?|sets?|asks?|shows?|requires?|allows?|without|with|before|after|when|if|until|unless|because|to|{ORDERS})\b"
        ))
    });
    let at = body.rfind(", such as ")?;
    if SCOPES.iter().any(|s| body.starts_with(s)) && !body[..at].contains(", ") {
        return None;
    }
    let examples = &body[at + ", such as ".len()..];
    let only_a_list = FINITE.as_ref().is_some_and(|r| !r.is_match(examples))
        && !examples.contains(", and ")
        && examples.matches(" and ").count() + examples.matches(" or ").count() == 1;
    (only_a_list && !body[..at].contains(['(', ')']) && examples.split_whitespace().count() <= 20)
        .then(|| (&body[..at], examples))
}

fn capitalised(text: &str) -> String {
    crate::words::capitalised(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_compiles() {
        assert_eq!(COMPILED.len(), CUTS.len());
    }

    #[test]
    fn long_sentences_are_cut_where_both_halves_stand() {
        assert_eq!(
            shortened(
                "Do not add antibiotics to prednisolone, because amoxicillin did not lower mortality (17.3% versus 21.3%, hazard ratio 0.77, 95% CI 0.45 to 1.31)."
            ),
            "Do not add antibiotics to prednisolone. This is because amoxicillin did not lower mortality. The study figures: 17.3% versus 21.3%, hazard ratio 0.77, 95% CI 0.45 to 1.31."
        );
        assert_eq!(
            shortened("Avoid dental surgery during denosumab, because of osteonecrosis of the jaw."),
            "Avoid dental surgery during denosumab. The reason is osteonecrosis of the jaw."
        );
        assert_eq!(
            shortened("Avoid apixaban with strong inducers, such as rifampin, phenytoin or carbamazepine."),
            "Avoid apixaban with strong inducers. Examples are rifampin, phenytoin or carbamazepine."
        );
        // "Such as" in the middle of a sentence is left there.
        let middle = "For early symptoms, such as diarrhea and sweating, give atropine.";
        assert_eq!(shortened(middle), middle);
        // What stands before would be no sentence.
        let alone = "If the count is low, so that bleeding is likely, stop.";
        assert_eq!(shortened(alone), alone);
    }

    #[test]
    fn orders_to_clinicians_are_told_to_patients() {
        let told = |t| told(t, true);
        assert_eq!(told("Do not start it early."), "Doctors should not start it early.");
        assert_eq!(told("In pregnancy, avoid warfarin."), "In pregnancy, doctors should avoid warfarin.");
        assert_eq!(
            told("For severe disease, use of steroids is common."),
            "For severe disease, use of steroids is common."
        );
        assert_eq!(told("Abstinence decides the outcome."), "Abstinence decides the outcome.");
    }
}
