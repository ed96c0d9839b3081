//! The signs of a page with their places: what `hayro` draws, taken down instead of drawn.
//!
//! Owns what a sign means and where it stands. It must not know words or lines.

use hayro_font::{Font, FontCache, FontGlyph};
use hayro_interpret::font::{Glyph as Drawn, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::dict::keys::{BASE_FONT, FLAGS, FONT_DESC, RESOURCES};
use hayro_interpret::hayro_syntax::object::{self, Dict, Name};
use hayro_interpret::hayro_syntax::page::{Page, Resources};
use hayro_interpret::kurbo::{Affine, BezPath};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use std::collections::HashMap;

/// More signs than this on one page are an attack or a drawing made of letters.
const MOST: usize = 200_000;
/// Fonts of a page that are looked at for their style.
const MOST_FONTS: usize = 500;
/// How deep forms stand inside forms before their fonts are no longer looked at.
const DEEPEST: usize = 6;

/// How a font looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Style {
    pub(super) bold: bool,
    pub(super) italic: bool,
    symbol: bool,
}

/// One sign on the page. The page is turned so that it reads from left to right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sign {
    pub(super) text: String,
    pub(super) x0: f64,
    pub(super) x1: f64,
    pub(super) base: f64,
    pub(super) size: f64,
    pub(super) style: Style,
    /// Quarter turns of its writing direction, clockwise.
    pub(super) turn: u8,
}

/// What a page shows.
#[derive(Debug, Default)]
pub(super) struct Signs {
    pub(super) signs: Vec<Sign>,
    pub(super) unknown: u32,
    /// Signs that were drawn, blanks left out.
    pub(super) drawn: u32,
    pub(super) picture: bool,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What is kept from page to page.
pub(super) struct Reader<'a> {
    cache: InterpreterCache<'a>,
    settings: InterpreterSettings,
    fonts: FontCache<'a>,
    styles: HashMap<u128, Style>,
}

impl<'a> Reader<'a> {
    pub(super) fn new() -> Self {
        Self {
            cache: InterpreterCache::new(),
            settings: InterpreterSettings::default(),
            fonts: FontCache::new(),
            styles: HashMap::new(),
        }
    }

    /// The signs of one page.
    pub(super) fn page(&mut self, page: &Page<'a>) -> Signs {
        let (width, height) = page.render_dimensions();
        let mut fonts = Vec::new();
        self.find_fonts(page.resources(), 0, &mut fonts);
        let start = page.initial_transform(true).to_kurbo();
        let whole = hayro_interpret::kurbo::Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(start, whole, &self.cache, page.xref(), self.settings.clone());
        let mut collector = Collector {
            found: Signs { width: f64::from(width), height: f64::from(height), ..Signs::default() },
            fonts,
            styles: &mut self.styles,
            seen: HashMap::new(),
            replaced: Vec::new(),
        };
        interpret_page(page, &mut context, &mut collector);
        collector.found
    }

    /// The fonts that a page and the forms in it may use. The interpreter does not say which font drew a sign, so
    /// signs are matched with these.
    fn find_fonts(&self, resources: &Resources<'a>, depth: usize, out: &mut Vec<(Font<'a>, Style)>) {
        for (name, _) in resources.fonts.entries() {
            if out.len() >= MOST_FONTS {
                return;
            }
            let Some(dict) = resources.get_font(&name) else { continue };
            let style = style(&dict);
            if style == Style::default() {
                continue;
            }
            let font = self.fonts.font(&dict, &self.settings.font_resolver, &self.settings.cmap_resolver);
            out.extend(font.map(|font| (font, style)));
        }
        if depth >= DEEPEST {
            return;
        }
        for (name, _) in resources.x_objects.entries() {
            if out.len() >= MOST_FONTS {
                return;
            }
            if let Some(form) = resources.get_x_object(&name)
                && let Some(inner) = form.dict().get::<Dict<'a>>(RESOURCES)
            {
                self.find_fonts(&Resources::new(inner), depth + 1, out);
            }
        }
    }
}

/// The style that a font's name and flags tell.
fn style(dict: &Dict<'_>) -> Style {
    let name = dict.get::<Name<'_>>(BASE_FONT).map(|n| n.as_str().to_ascii_lowercase()).unwrap_or_default();
    let flags = dict.get::<Dict<'_>>(FONT_DESC).and_then(|d| d.get::<u32>(FLAGS)).unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|w| name.contains(w));
    Style {
        bold: says(&["bold", "black", "heavy", "demi"]) || name.ends_with("-bd") || flags & (1 << 18) != 0,
        italic: says(&["italic", "oblique"]) || flags & (1 << 6) != 0,
        symbol: says(&["symbol"]),
    }
}

/// The text that stands in for the signs of a marked part, as a soft hyphen for a hyphen.
struct Replaced {
    text: Option<String>,
    /// The first sign of the part.
    first: usize,
}

struct Collector<'a, 'r> {
    found: Signs,
    fonts: Vec<(Font<'a>, Style)>,
    styles: &'r mut HashMap<u128, Style>,
    /// Signs drawn twice for effect count once.
    seen: HashMap<(i64, i64, u64), (f64, f64)>,
    replaced: Vec<Replaced>,
}

impl Collector<'_, '_> {
    fn style(&mut self, drawn: &Drawn<'_>) -> Style {
        let Drawn::Outline(outline) = drawn else { return Style::default() };
        let identifier = outline.identifier();
        let key = identifier.cache_key();
        if let Some(style) = self.styles.get(&key) {
            return *style;
        }
        let code = outline.char_code();
        let same = |font: &Font<'_>| match font.glyph(outline.glyph_id(), code) {
            FontGlyph::Outline(other) => other.identifier() == identifier,
            FontGlyph::Type3(_) => false,
        };
        let style = self.fonts.iter().find(|(font, _)| same(font)).map(|(_, style)| *style).unwrap_or_default();
        self.styles.insert(key, style);
        style
    }

    fn take(&mut self, drawn: &Drawn<'_>, place: Affine, stretch: f64) {
        let [a, b, c, d, x, y] = place.as_coeffs();
        let size = c.hypot(d) * 1000.0;
        if !(x.is_finite() && y.is_finite() && (0.5..=2000.0).contains(&size)) {
            return;
        }
        let advance = match drawn {
            Drawn::Outline(glyph) => glyph.advance_width(),
            Drawn::Type3(glyph) => glyph.advance_width(),
        };
        let advance = f64::from(advance.unwrap_or(500.0)).clamp(0.0, 4000.0) / 1000.0 * size * stretch;
        let style = self.style(drawn);
        let text = meaning(drawn, style);
        let blank = text.trim().is_empty();
        self.found.drawn += u32::from(!blank);
        self.found.unknown += u32::from(text.contains('\u{fffd}'));
        // Quarter turn of the writing direction; the page counts downwards.
        let turn = if a.abs() >= b.abs() {
            if a >= 0.0 { 0 } else { 2 }
        } else if b > 0.0 {
            1
        } else {
            3
        };
        let (w, h) = (self.found.width, self.found.height);
        if x < -size || y < -size || x > w + size || y > h + size {
            return;
        }
        let (x, y) = match turn {
            0 => (x, y),
            1 => (y, w - x),
            2 => (w - x, h - y),
            _ => (h - y, x),
        };
        if !blank {
            // Far less than the width of an "l": "ll" is two letters.
            let (near, what) = ((size * 0.1).min(advance * 0.4).max(0.05), hash(&text));
            let cell = |v: f64, by: i64| (v / near).floor() as i64 + by;
            let twice = (-1..=1).flat_map(|i| (-1..=1).map(move |j| (i, j))).any(|(i, j)| {
                let there = self.seen.get(&(cell(x, i), cell(y, j), what));
                there.is_some_and(|&(a, b)| (a - x).abs() < near && (b - y).abs() < near)
            });
            if twice {
                return;
            }
            self.seen.insert((cell(x, 0), cell(y, 0), what), (x, y));
        }
        self.found.signs.push(Sign { text, x0: x, x1: x + advance, base: y, size, style, turn });
    }
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// What a sign stands for; U+FFFD where that is not known.
fn meaning(drawn: &Drawn<'_>, style: Style) -> String {
    let text = match drawn.as_unicode() {
        Some(BfString::Char(c)) => c.to_string(),
        Some(BfString::String(s)) => s,
        None => return "\u{fffd}".to_owned(),
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{f000}'..='\u{f0ff}' if style.symbol || c == '\u{f0b7}' => out.push(symbol(c)),
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => out.push('\u{fffd}'),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    if out.is_empty() { "\u{fffd}".to_owned() } else { out }
}

/// Signs of the Symbol font that word processors leave in its private numbering.
fn symbol(c: char) -> char {
    match c {
        '\u{f020}' => ' ',
        '\u{f025}' => '%',
        '\u{f028}'..='\u{f029}' | '\u{f02b}'..='\u{f02c}' | '\u{f02e}'..='\u{f03f}' => {
            char::from_u32(u32::from(c) - 0xf000).unwrap_or('\u{fffd}')
        }
        '\u{f02d}' => '-',
        '\u{f061}' => 'α',
        '\u{f062}' => 'β',
        '\u{f063}' => 'χ',
        '\u{f064}' => 'δ',
        '\u{f065}' => 'ε',
        '\u{f067}' => 'γ',
        '\u{f06b}' => 'κ',
        '\u{f06c}' => 'λ',
        '\u{f06d}' => 'µ',
        '\u{f070}' => 'π',
        '\u{f072}' => 'ρ',
        '\u{f073}' => 'σ',
        '\u{f07e}' => '~',
        '\u{f0a3}' => '≤',
        '\u{f0a5}' => '∞',
        '\u{f0ac}' => '←',
        '\u{f0ad}' => '↑',
        '\u{f0ae}' => '→',
        '\u{f0af}' => '↓',
        '\u{f0b0}' => '°',
        '\u{f0b1}' => '±',
        '\u{f0b3}' => '≥',
        '\u{f0b4}' => '×',
        '\u{f0b7}' => '•',
        '\u{f0b9}' => '≠',
        '\u{f0bb}' => '≈',
        '\u{f044}' => 'Δ',
        _ => '\u{fffd}',
    }
}

impl<'a> Device<'a> for Collector<'a, '_> {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        // A font that stands in for another is stretched sign by sign; what most signs have is the line's own.
        let mut stretches: Vec<f64> = run
            .glyphs()
            .iter()
            .map(|g| {
                let [a, b, c, d, ..] = g.transform().as_coeffs();
                a.hypot(b) / c.hypot(d).max(1e-9)
            })
            .collect();
        stretches.sort_by(f64::total_cmp);
        let stretch = stretches.get(stretches.len() / 2).copied().filter(|s| s.is_finite()).unwrap_or(1.0);
        for glyph in run.glyphs() {
            if self.found.signs.len() >= MOST {
                return;
            }
            self.take(glyph, props.transform * glyph.transform(), stretch);
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        if image.width() < 2 || image.height() < 2 {
            return;
        }
        // A scan fills the page.
        let area = props.transform.determinant().abs() * f64::from(image.width()) * f64::from(image.height());
        self.found.picture |= area > 0.25 * self.found.width * self.found.height || area.is_nan();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        let text = properties
            .and_then(|p| p.get::<object::String<'_>>(b"ActualText".as_slice()))
            .map(|s| super::title::decode(s.as_bytes()));
        self.replaced.push(Replaced { text, first: self.found.signs.len() });
    }

    fn end_marked_content(&mut self) {
        let Some(Replaced { text: Some(text), first }) = self.replaced.pop() else { return };
        // Only for a word or less: longer texts cannot be placed on their lines.
        let signs = self.found.signs.len().saturating_sub(first);
        let Some(last) = self.found.signs.last().cloned().filter(|_| signs > 0) else { return };
        let Some(head) = self.found.signs.get_mut(first) else { return };
        let one_line = (head.base - last.base).abs() < 0.1 && head.turn == last.turn && last.x1 >= head.x0;
        if signs > 12 || text.chars().count() > 24 || !one_line || text.chars().any(|c| c == '\u{fffd}') {
            return;
        }
        head.x1 = last.x1;
        head.text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.found.signs.truncate(first + 1);
    }
}
