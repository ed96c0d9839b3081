//! From signs to words, and from the words of one column to its lines.
//!
//! Owns where a blank belongs and what is raised above its line. It must not know columns or paragraphs.

use super::cells;
use super::glyphs::{Sign, Style};
use super::wire::{Line, SUP, SUP_END, WIDE};

/// A gap, in sizes of the letters, that parts two words.
const BLANK: f64 = 0.13;
/// A gap that is no blank between words any more.
const CELL: f64 = 1.5;
/// Smaller than this share of its neighbours, a word may be raised or lowered.
const SMALL: f64 = 0.86;
/// Some setters hardly shrink what they raise; then it must be short and clearly raised.
const SMALLISH: f64 = 0.95;

/// Signs that stand together.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) x0: f64,
    pub(super) x1: f64,
    pub(super) base: f64,
    pub(super) size: f64,
    style: Style,
    /// A blank was written after it.
    blank: bool,
}

#[cfg(test)]
impl Word {
    pub(super) fn made(text: &str, x0: f64, x1: f64, base: f64, size: f64) -> Self {
        Self { text: text.to_owned(), x0, x1, base, size, style: Style::default(), blank: false }
    }
}

/// The words of signs in the order they were drawn.
pub(super) fn words(signs: &[Sign]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    let spread = spread(signs);
    for (sign, spread) in signs.iter().zip(spread) {
        if sign.text.trim().is_empty() {
            if let Some(word) = words.last_mut()
                && (word.base - sign.base).abs() < 0.5 * word.size
            {
                word.blank = true;
            }
            open = false;
            continue;
        }
        if open
            && let Some(word) = words.last_mut()
            && (word.base - sign.base).abs() < 0.05 * word.size
            && (word.size - sign.size).abs() < 0.1 * word.size
            && word.style == sign.style
            && (-0.5 * sign.size..(BLANK * sign.size).max(spread)).contains(&(sign.x0 - word.x1))
        {
            word.text.push_str(&sign.text);
            word.x1 = word.x1.max(sign.x1);
            continue;
        }
        words.push(Word {
            text: sign.text.clone(),
            x0: sign.x0,
            x1: sign.x1,
            base: sign.base,
            size: sign.size,
            style: sign.style,
            blank: false,
        });
        open = true;
    }
    words
}

/// For each sign, the gap that still is none: wide where the letters of a line are all spread out and blanks are
/// written, as in a spaced heading.
fn spread(signs: &[Sign]) -> Vec<f64> {
    let mut limits = Vec::with_capacity(signs.len());
    let mut from = 0;
    while from < signs.len() {
        let base = signs.get(from).map_or(0.0, |s| s.base);
        let line = signs.get(from..).unwrap_or_default();
        let count = line.iter().take_while(|s| (s.base - base).abs() < 0.01).count().max(1);
        let line = line.get(..count).unwrap_or_default();
        let mut gaps: Vec<f64> = line
            .windows(2)
            .filter_map(|pair| match pair {
                [a, b] if !a.text.trim().is_empty() && !b.text.trim().is_empty() => Some((b.x0 - a.x1) / b.size),
                _ => None,
            })
            .collect();
        gaps.sort_by(f64::total_cmp);
        // Nearly all gaps are wide: then they are the letters' own.
        let low = gaps.get(gaps.len() / 4).copied().unwrap_or(0.0);
        let limit = if gaps.len() >= 4 && low > 0.06 && low < 0.6 { low * 1.6 } else { 0.0 };
        limits.extend(line.iter().map(|s| limit * s.size));
        from += count;
    }
    limits
}

/// The lines that the words of one column make, from top to bottom.
pub(super) fn lines(mut words: Vec<Word>, block: u32) -> Vec<Line> {
    let body = common_size(&words);
    words.sort_by(|a, b| a.base.total_cmp(&b.base));
    let short = |w: &Word| w.size < SMALLISH * body && w.text.chars().count() <= 8;
    let (small, large): (Vec<Word>, Vec<Word>) = words.into_iter().partition(|w| w.size < SMALL * body || short(w));
    let mut rows = cluster(large);
    // What is small belongs to the line it stands beside; what stands beside none makes lines of its own.
    let mut alone = Vec::new();
    for word in small {
        let middle = word.base - 0.3 * word.size;
        let after = rows.partition_point(|row| row.base < word.base - 0.6 * body);
        let near = rows.iter_mut().skip(after.saturating_sub(1)).take(3).find(|row| {
            let within = middle > row.base - 0.95 * row.size && middle < row.base + 0.3 * row.size;
            let beside = row.words.iter().any(|w| {
                word.size < SMALLISH * w.size && word.x0 < w.x1 + 0.8 * w.size && word.x1 > w.x0 - 0.8 * w.size
            });
            within && (beside || (row.base - word.base).abs() < 0.02 * body)
        });
        match near {
            Some(row) => row.words.push(word),
            None => alone.push(word),
        }
    }
    rows.extend(cluster(alone));
    rows.sort_by(|a, b| a.base.total_cmp(&b.base));
    for row in &mut rows {
        row.words.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    cells::group(rows).into_iter().map(|rows| cells::line(&rows, block)).filter(|l| !l.text.is_empty()).collect()
}

/// The size most letters have.
pub(super) fn common_size(words: &[Word]) -> f64 {
    let mut sizes: Vec<(f64, usize)> = words.iter().map(|w| (w.size, w.text.len())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = sizes.iter().map(|s| s.1).sum::<usize>() / 2;
    let mut sum = 0;
    for (size, letters) in sizes {
        sum += letters;
        if sum > half {
            return size;
        }
    }
    0.0
}

/// Words on one line.
pub(super) struct Row {
    pub(super) base: f64,
    pub(super) size: f64,
    pub(super) words: Vec<Word>,
}

/// Words sorted by their base line, put together where they stand on one line.
fn cluster(words: Vec<Word>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for word in words {
        if let Some(row) = rows.last_mut()
            && (word.base - row.base).abs() < 0.4 * word.size.min(row.size)
        {
            if word.size > row.size {
                row.size = word.size;
                row.base = word.base;
            }
            row.words.push(word);
            continue;
        }
        rows.push(Row { base: word.base, size: word.size, words: vec![word] });
    }
    rows
}

impl Row {
    /// The line as text.
    pub(super) fn line(&self, block: u32) -> Line {
        let size = common_size(&self.words);
        let base = self.words.iter().find(|w| w.size >= SMALL * size).map_or(self.base, |w| w.base);
        let lettered = |w: &&Word| w.text.chars().any(char::is_alphanumeric) && w.size >= SMALL * size;
        let styles: Vec<Style> = self.words.iter().filter(lettered).map(|w| w.style).collect();
        let bold = !styles.is_empty() && styles.iter().all(|s| s.bold);
        Line {
            text: compose(&self.words, base, size),
            x0: self.words.iter().map(|w| w.x0).fold(f64::INFINITY, f64::min) as f32,
            x1: self.words.iter().map(|w| w.x1).fold(f64::NEG_INFINITY, f64::max) as f32,
            base: base as f32,
            size: size as f32,
            bold,
            italic: !styles.is_empty() && styles.iter().all(|s| s.italic),
            opens_bold: !bold && styles.first().is_some_and(|s| s.bold),
            block,
        }
    }

    /// The row's words, parted where there are wide gaps.
    pub(super) fn cells(&self) -> Vec<&[Word]> {
        let size = common_size(&self.words);
        self.words.chunk_by(|a, b| b.x0 - a.x1 <= CELL * size).collect()
    }
}

/// The text of words on one line, from left to right.
pub(super) fn compose(words: &[Word], base: f64, size: f64) -> String {
    let mut text = String::new();
    let mut raised = false;
    let mut last: Option<&Word> = None;
    for word in words {
        let gap = last.map_or(0.0, |l| word.x0 - l.x1);
        let parted = last.is_some_and(|l| {
            let near = l.size.min(word.size);
            // Beside a raised figure gaps are measured by the figure, which is small.
            gap > BLANK * near.max(0.6 * size) || (l.blank && gap > 0.05 * near)
        });
        let up = (word.size < SMALL * size && word.base < base - 0.12 * size)
            || (word.size < SMALLISH * size && word.base < base - 0.25 * size);
        if raised && (!up || parted) {
            text.push(SUP_END);
            raised = false;
        }
        if last.is_some() && gap > CELL * size {
            text.push(WIDE);
        } else if parted {
            text.push(' ');
        }
        if up && !raised {
            text.push(SUP);
            raised = true;
        }
        text.push_str(&word.text);
        last = Some(word);
    }
    if raised {
        text.push(SUP_END);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: Vec<Word>) -> Vec<String> {
        lines(words, 0).into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn what_is_raised_is_marked_and_stays_on_its_line() {
        for (size, base) in [(6.5, 96.5), (9.0, 96.0)] {
            let raised = Word::made("12", 82.5, 90.0, base, size);
            let words =
                vec![Word::made("as", 50.0, 60.0, 100.0, 10.0), Word::made("shown.", 63.0, 82.0, 100.0, 10.0), raised];
            assert_eq!(text(words), [format!("as shown.{SUP}12{SUP_END}")], "{size}");
        }
    }

    #[test]
    fn wide_gaps_are_cells_and_their_lines_rows() {
        let mut words = Vec::new();
        for n in 0..4 {
            let base = 100.0 + 30.0 * f64::from(n);
            words.push(Word::made("Label", 50.0, 90.0, base, 10.0));
            words.push(Word::made("12.5", 200.0, 230.0, base, 10.0));
            words.push(Word::made("goes", 50.0, 90.0, base + 12.0, 10.0));
            words.push(Word::made("±1.5", 200.0, 230.0, base + 12.0, 10.0));
        }
        assert_eq!(text(words), vec![format!("Label goes{WIDE}12.5 ±1.5"); 4]);
    }

    #[test]
    fn records_of_a_group_stay_apart() {
        let mut words = Vec::new();
        for n in 0..4 {
            let base = 100.0 + 60.0 * f64::from(n);
            for (m, label) in ["Men", "Women"].iter().enumerate() {
                words.push(Word::made(label, 50.0, 90.0, base + 12.0 * m as f64, 10.0));
                words.push(Word::made("12.5", 200.0, 230.0, base + 12.0 * m as f64, 10.0));
            }
        }
        assert_eq!(text(words).len(), 8);
    }
}
