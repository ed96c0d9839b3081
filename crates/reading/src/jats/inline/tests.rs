use super::*;

/// `^x^` stands for a superscript, `{x}` for a citation.
fn text(marked: &str, cell: bool) -> String {
    let mut raw = String::new();
    let mut raised = false;
    for c in marked.chars() {
        match c {
            '^' => {
                raw.push(if raised { SUP_END } else { SUP });
                raised = !raised;
            }
            '{' => raw.push(CITE),
            '}' => raw.push(CITE_END),
            c => push(&mut raw, c.encode_utf8(&mut [0; 4])),
        }
    }
    tidy(&raw, cell)
}

#[track_caller]
fn reads(marked: &str, expected: &str) {
    assert_eq!(text(marked, false), expected, "{marked}");
}

#[test]
fn numbered_citations_leave_nothing() {
    reads("fragments [{4}]. Each", "fragments. Each");
    reads("encounter [{2},{3}], then", "encounter, then");
    reads("memory [{16}, {17}–{19}, 21].", "memory.");
    reads("recommended ({1}). This", "recommended. This");
    reads("accidents.[{1}] Treatment", "accidents. Treatment");
    reads("group.[{10}]", "group.");
    reads("focus.{3} Although", "focus. Although");
    reads("focus.^{3}^Although", "focus. Although");
    reads("Trope^{2}^ reported", "Trope reported");
    reads("leak.^{4},{5}–{7}^ Then", "leak. Then");
    reads("activities ^[{1}]^. Exercise", "activities. Exercise");
    reads("risk.^(^{3}^)^ Next", "risk. Next");
    reads("risk^(^ {^3^} ^)^ and", "risk and");
    reads("programmes {[4]}, {[5]}. The", "programmes. The");
    reads("the development{6}. Numerous", "the development. Numerous");
    reads("35{36}{37} mice", "35 mice");
    reads("Ryan et al [{32}] compared", "Ryan et al compared");
    reads("Ryan et al. [{32}]. We", "Ryan et al. We");
    reads("increase,{16} repeated", "increase, repeated");
    reads("studies,[{16}] participants", "studies, participants");
    reads("studies{1}-{3}-based", "studies-based");
    reads("in {3} of 12 patients", "in of 12 patients");
    reads("a scale (BDI [{12}]) was", "a scale (BDI) was");
    reads("a scale (BDI, [{12}]; score 3) was", "a scale (BDI; score 3) was");
    reads("(see {12}, {13}) and", "and");
    reads("(for a review, see ref. {12}) and", "and");
    reads("a ({4}) b ({5}, our data) c", "a b (our data) c");
    reads("other interventions ([{10}]). Then", "other interventions. Then");
    reads("in this study\" [[{14}], p.89]. The", "in this study\". The");
    reads("tissue (for reviews see [{1}-{3}]). Anodal", "tissue. Anodal");
    reads("et al.,.[{25}{26}] Next", "et al. Next");
    reads("before{1}.", "before.");
    reads("before.{1}.", "before.");
    reads("was (P = .05).{1}", "was (P = .05).");
}

#[test]
fn cited_authors_go_in_brackets_and_stay_in_sentences() {
    reads("young adults ({Madore et al., 2015}). The", "young adults. The");
    reads("it (Gupta et al., {2012}; Akchurin and Kaskel, {2015}), but", "it, but");
    reads("CKD (de Boer, {2008}; {Cupisti et al., 2012}) is", "CKD is");
    reads("scales of {Coates et al (1983)} and", "scales of Coates et al and");
    reads("{Leung et al. (2012)} found", "Leung et al. found");
    reads("Leung et al. ({2012}) found", "Leung et al. found");
    reads("pain (p < 0.05; {Leung, 2012}) fell", "pain (p < 0.05) fell");
    reads("pain (e.g., {Leung, 2012}) fell", "pain fell");
    reads("Group {Early Group [EBCTCG], 1992}", "Group Early Group [EBCTCG]");
}

#[test]
fn superscripts_keep_their_meaning() {
    reads("3 × 10^9^/L", "3 × 10^9/L");
    reads("1x10^6^ cells, eta^2^", "1x10^6 cells, eta2");
    reads("10^-6^ M and 10^−6^ M", "10^-6 M and 10^-6 M");
    reads("12 kg/m^2^ and cm^2^, R^2^ = 1", "12 kg/m2 and cm2, R2 = 1");
    reads("CO2 and Ca^2+^, CD4^+^ T", "CO2 and Ca2+, CD4+ T");
    reads("ml min^-1^ kg^−1^", "ml min-1 kg-1");
    reads("the 5^th^ day at 37^o^C", "the 5th day at 37°C");
    reads("^18^F-FDG and ^99m^Tc", "18F-FDG and 99mTc");
    reads("BRAF^V600E^ cells", "BRAF V600E cells");
    reads("an effect.^12^ In", "an effect. In");
    reads("an effect^12,13^ in", "an effect in");
    reads("an effect^12–14^.", "an effect.");
    reads("in 2005^12^ it", "in 2005 it");
    reads("value^*^ and^†^ b^a^ c^a,b^", "value and b c");
    reads("at 36^+5 ^and graphs (^a^)", "at 36+5 and graphs (a)");
    reads("Seprafilm^TM^ was", "Seprafilm was");
    reads("GENE^*^1/^*^2 or ^*^17 alleles^*^", "GENE*1/*2 or *17 alleles");
}

#[test]
fn cells_lose_their_footnote_marks() {
    assert_eq!(text("12.3^a^", true), "12.3");
    assert_eq!(text("12^1^", true), "12");
    assert_eq!(text("10^9^/L", true), "10^9/L");
    assert_eq!(text("Weight^2^", true), "Weight");
    assert_eq!(text("^*^12.3", true), "12.3");
    assert_eq!(text("GENE^*^1/^*^2", true), "GENE*1/*2");
}

#[test]
fn white_space_is_plain() {
    reads("a\u{a0}b\u{2009}c\n  d\u{ad}e\u{200b}f", "a b c def");
    reads("a , b ( c ) d .", "a, b (c) d.");
    reads("P = .05 and < .1", "P = .05 and < .1");
    reads("follow\u{2010}up e\u{fb03}cacy", "follow-up efficacy");
    reads("", "");
}
