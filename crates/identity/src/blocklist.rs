//! Passwords that are guessed first: the common ones, and what people make of them to get past a length.
//!
//! As the standard asks, the whole password is compared, never a part: `dragon` with nothing but digits around it is
//! refused, `dragon soup monkey` is not. The rules for what is made of a word are ours.

use crate::password::{About, PasswordProblem};
use std::collections::HashSet;
use std::sync::OnceLock;

/// Longest piece that counts as repeated, and most pieces in order, in characters.
const PIECE: usize = 8;
/// Fewest keys in a row that count as in their order.
const RUN: usize = 5;
/// What keys and letters follow each other in.
const ROWS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "12345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
];
/// The service's own name.
const SERVICE: &str = "curbside";

fn common(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<&str>> = OnceLock::new();
    let words = || include_str!("../data/common-passwords.txt").lines().filter(|l| !l.starts_with('#')).collect();
    WORDS.get_or_init(words).contains(word)
}

/// Says why a password, in lower case, is guessed first, if so.
pub(crate) fn check(password: &str, about: About<'_>) -> Result<(), PasswordProblem> {
    if common(password) {
        return Err(PasswordProblem::Common);
    }
    let names = names(about);
    let words: Vec<&str> = password.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect();
    if !words.is_empty() && words.iter().all(|w| made_of(w, &names)) {
        return Err(PasswordProblem::Named);
    }
    let mut different = words.clone();
    different.sort_unstable();
    different.dedup();
    if let [word] = different[..]
        && (common(word) || piece(word).is_some_and(|p| common(&p)))
    {
        return Err(PasswordProblem::Common);
    }
    if piece(password).is_some_and(|p| p.chars().count() <= PIECE) {
        // Digits over and over are in their order too; the reason that tells more wins.
        return Err(if in_order(password) { PasswordProblem::InOrder } else { PasswordProblem::Repeats });
    }
    if in_order(password) {
        return Err(PasswordProblem::InOrder);
    }
    Ok(())
}

/// The words of a person's names and the service's, in lower case.
fn names(about: About<'_>) -> HashSet<String> {
    let of = |text: &str| {
        text.to_lowercase()
            .split(|c: char| !c.is_alphabetic())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut names: HashSet<String> = of(about.username).into_iter().chain(of(about.name)).collect();
    names.insert(SERVICE.to_owned());
    names
}

/// Whether a word is these names one after the other.
fn made_of(word: &str, names: &HashSet<String>) -> bool {
    let mut reached = vec![false; word.len() + 1];
    reached[0] = true;
    for at in 0..word.len() {
        if reached[at] {
            let rest = &word[at..];
            names.iter().filter(|n| rest.starts_with(n.as_str())).for_each(|n| reached[at + n.len()] = true);
        }
    }
    reached[word.len()]
}

/// The shortest piece that gives the text when repeated at least twice, the last time perhaps cut short.
fn piece(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let length = (1..=chars.len() / 2).find(|&n| chars.iter().zip(&chars[n..]).all(|(a, b)| a == b))?;
    Some(chars[..length].iter().collect())
}

/// Whether the text is nothing but runs of keys or letters in their order, forwards or backwards.
fn in_order(text: &str) -> bool {
    static ROWS_BOTH_WAYS: OnceLock<Vec<String>> = OnceLock::new();
    let rows = ROWS_BOTH_WAYS
        .get_or_init(|| ROWS.iter().flat_map(|r| [(*r).to_owned(), r.chars().rev().collect::<String>()]).collect());
    let mut rest = text;
    while !rest.is_empty() {
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let run = ends.take_while(|&end| rows.iter().any(|r| r.contains(&rest[..end]))).enumerate().last();
        match run {
            Some((count, end)) if count + 1 >= RUN => rest = &rest[end..],
            _ => return false,
        }
    }
    true
}
