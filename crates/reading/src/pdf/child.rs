//! The child's side: limits itself, reads a PDF from standard input, answers on standard output.
//!
//! Everything that looks inside a PDF happens here and nowhere else. It must not open files or the network.

use super::glyphs::{Reader, Sign, Signs};
use super::wire::{Answer, Fault, Line, Page, State};
use super::{columns, title, words};
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Names of the variables that carry the limits, in bytes and in seconds.
pub(super) const MEMORY: &str = "CURBSIDE_PDF_MEMORY";
pub(super) const SECONDS: &str = "CURBSIDE_PDF_SECONDS";

/// Pages beyond this are not read.
pub(super) const MOST_PAGES: usize = 5_000;
/// Signs across the page's main direction that are kept nevertheless: fewer are stamps and labels of axes.
const SIDEWAYS: usize = 200;

/// The whole of the child's work: call it from a process of its own and return what it returns.
///
/// Reads one PDF from standard input and writes what it says to standard output, as the parent expects it. The
/// limits come in the environment; without them the process goes on without limits.
pub fn serve() -> ExitCode {
    if limit().is_err() {
        return ExitCode::from(3);
    }
    let mut bytes = Vec::new();
    if std::io::stdin().lock().take(super::MOST_BYTES + 1).read_to_end(&mut bytes).is_err() {
        return ExitCode::from(4);
    }
    let answer = answer(bytes);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if serde_json::to_writer(&mut out, &answer).is_err() || out.flush().is_err() {
        return ExitCode::from(5);
    }
    ExitCode::SUCCESS
}

/// Sets the limits the parent asked for, for good.
#[cfg(unix)]
fn limit() -> std::io::Result<()> {
    use rlimit::Resource;
    // A limit that already is stricter stays.
    let set = |what: Resource, most: u64| {
        let most = most.min(rlimit::getrlimit(what)?.1);
        rlimit::setrlimit(what, most, most)
    };
    let number = |name| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    if let Some(bytes) = number(MEMORY) {
        set(Resource::AS, bytes)?;
    }
    if let Some(seconds) = number(SECONDS) {
        set(Resource::CPU, seconds)?;
    }
    // Neither core dumps nor files.
    set(Resource::CORE, 0)?;
    set(Resource::FSIZE, 0)
}

#[cfg(not(unix))]
fn limit() -> std::io::Result<()> {
    Ok(())
}

/// Reads a PDF.
pub(super) fn answer(bytes: Vec<u8>) -> Answer {
    let cut_off = !ends(&bytes);
    let pdf = match catch_unwind(|| Pdf::new(bytes)) {
        Ok(Ok(pdf)) => pdf,
        Ok(Err(LoadPdfError::Decryption(_))) => return fault(Fault::Encrypted, cut_off),
        Ok(Err(LoadPdfError::Invalid)) | Err(_) => return fault(Fault::Broken, cut_off),
    };
    let mut reader = Reader::new();
    let mut layout = columns::Layout::default();
    let total = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    let mut answer = Answer { title: title::carried(&pdf), total, cut_off, ..Answer::default() };
    for (number, page) in (1..).zip(pdf.pages().iter().take(MOST_PAGES)) {
        let signs = catch_unwind(AssertUnwindSafe(|| reader.page(page)));
        let failed = Page { number, state: State::Failed, ..Page::default() };
        answer.pages.push(signs.map_or(failed, |signs| lay_out(number, signs, &mut layout)));
    }
    answer
}

fn fault(fault: Fault, cut_off: bool) -> Answer {
    Answer { fault: Some(fault), cut_off, ..Answer::default() }
}

/// Whether the file ends as a PDF does, give or take what mailers and servers add.
fn ends(bytes: &[u8]) -> bool {
    let tail = bytes.get(bytes.len().saturating_sub(4_096)..).unwrap_or_default();
    memchr::memmem::find(tail, b"%%EOF").is_some()
}

/// From signs to lines in reading order.
fn lay_out(number: u32, signs: Signs, layout: &mut columns::Layout) -> Page {
    let mut page = Page {
        number,
        width: signs.width as f32,
        height: signs.height as f32,
        unknown: signs.unknown,
        ..Page::default()
    };
    if signs.drawn == 0 {
        page.state = if signs.picture { State::Picture } else { State::Read };
        return page;
    }
    // A font without meanings; a few unknown signs in a page of text are counted but do not cost the page.
    if signs.unknown * 5 > signs.drawn {
        page.state = State::Unmapped;
        return page;
    }
    let mut turned: [Vec<Sign>; 4] = Default::default();
    for sign in signs.signs {
        if let Some(list) = turned.get_mut(usize::from(sign.turn)) {
            list.push(sign);
        }
    }
    let main = (0..4).max_by_key(|&t| (turned[t].len(), 4 - t)).unwrap_or(0);
    if main % 2 == 1 {
        std::mem::swap(&mut page.width, &mut page.height);
    }
    let mut order = vec![main];
    order.extend((0..4).filter(|&t| t != main && turned[t].len() >= SIDEWAYS));
    let mut block = 0;
    for turn in order {
        for column in columns::split(words::words(&turned[turn]), layout) {
            page.lines.extend(words::lines(column, block));
            block += 1;
        }
    }
    if garbled(&page.lines) {
        page.state = State::Unmapped;
        page.lines.clear();
    }
    page
}

/// Whether letters come out as other letters: no common word of English, and hardly a vowel or hardly a letter.
fn garbled(lines: &[Line]) -> bool {
    const COMMON: [&str; 16] =
        ["the", "of", "and", "in", "to", "a", "for", "with", "was", "were", "is", "that", "on", "by", "or", "not"];
    let (mut words, mut common, mut letters, mut vowels, mut others) = (0u32, 0u32, 0u32, 0u32, 0u32);
    for word in lines.iter().flat_map(|l| l.text.split_whitespace()) {
        words += 1;
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
        common += u32::from(COMMON.contains(&plain.as_str()));
        for c in word.chars() {
            if c.is_alphabetic() {
                letters += 1;
                vowels +=
                    u32::from(matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !c.is_ascii());
            } else if !c.is_ascii_digit() {
                others += 1;
            }
        }
    }
    let enough = words >= 60 && letters + others >= 300;
    // Real text has 35 to 45 vowels in a hundred letters, and tables many figures.
    enough && common == 0 && (vowels * 100 < letters * 22 || others > letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_stand_for_others_are_noticed() {
        let line = |text: &str| vec![Line { text: text.to_owned(), ..Line::default() }; 20];
        assert!(garbled(&line("7KLV LV QRW D UHDGDEOH SLHFH RI WHAW DW DOO")));
        assert!(!garbled(&line("This is not a readable piece of text at all")));
        assert!(!garbled(&line("Placebo 12.3 (4.5) 23.4 (6.7) 0.03 Aspirin 33.3 (1.2)")));
    }

    #[test]
    fn what_is_no_pdf_is_a_fault() {
        assert_eq!(answer(b"no".to_vec()).fault, Some(Fault::Broken));
        assert_eq!(answer(Vec::new()).fault, Some(Fault::Broken));
    }
}
