//! Trial registrations: one study of ClinicalTrials.gov's API v2, in JSON.
//!
//! Owns what of a registration is evidence: what was planned, for whom, how it stands, and the results where they are
//! posted. A registration without results is a plan and never counts as a trial. Sentences are made of the fields and
//! say nothing that is not in one; numbers stay as they are written.

mod plan;
mod results;
mod words;

use crate::document::Document;
use crate::problem::{Place, Problem};
use crate::{Reading, Unit, decode};
use evidence::{Author, BibReference, Identifiers, Kind, NctId, PartialDate, Pmid, RelatedWork};
use serde_json::Value;
use words::{Page, at, humane, items, plain, push_new, text, texts};

/// Reads one study.
pub(crate) fn read(unit: &Unit) -> Reading {
    let origin = &unit.origin;
    let json = match decode::utf8(&unit.bytes) {
        Ok(text) => text,
        Err(place) => return Reading::failed(Problem::not_utf8(origin, place)),
    };
    let study: Value = match serde_json::from_str(json) {
        Ok(study) => study,
        Err(error) => {
            // A study on a line of a file stands on that line.
            let line = origin.line.unwrap_or(1) + (error.line() as u64).saturating_sub(1);
            let message = format!("this is not well-formed JSON: {error}; fetch the study again");
            let place = Place { line, column: error.column() as u64 };
            return Reading::failed(Problem::error(origin, "json", message).at(place));
        }
    };
    if !at(&study, "protocolSection").is_object() {
        let message = "this JSON holds no \"protocolSection\"; Curbside reads one study a file, as \
                       https://clinicaltrials.gov/api/v2/studies/NCT… gives it";
        return Reading::failed(Problem::error(origin, "unknown-format", message));
    }
    let mut problems = Vec::new();
    let protocol = at(&study, "protocolSection");
    let results = at(&study, "resultsSection");
    let identification = at(protocol, "identificationModule");
    let mut document = Document { container: Some("ClinicalTrials.gov".to_owned()), ..Document::default() };
    name(identification, unit, &mut document, &mut problems);
    people(protocol, &mut document);
    topics(&study, &mut document);
    references(at(protocol, "referencesModule"), &mut document);
    let status = at(protocol, "statusModule");
    document.date = date(at(status, "studyFirstPostDateStruct")).or_else(|| day(&text(status, "studyFirstSubmitDate")));
    let reported = results::are_reported(results);
    document.kind = Some(kind(protocol, reported));
    document.article_type = Some(text(protocol, "designModule.studyType")).filter(|t| !t.is_empty());
    let mut page = Page::new(&mut document);
    plan::tell(&study, reported, &mut page);
    results::tell(results, &mut page);
    let Page { ambiguous, full, .. } = page;
    if let Some(id) = ambiguous {
        let message = format!(
            "several groups of this study share the id {id:?}; what they report is told under that id and no name"
        );
        problems.push(Problem::warning(origin, "duplicate-id", message));
    }
    if full {
        let message = format!(
            "this study reports more than {} rows; only the first were read, see the study at ClinicalTrials.gov",
            words::MOST_ROWS
        );
        problems.push(Problem::error(origin, "too-large", message));
    }
    let revised = date(at(status, "lastUpdatePostDateStruct")).or_else(|| day(&text(status, "lastUpdateSubmitDate")));
    let source = document.finish(unit, &mut problems);
    Reading { revised, ..Reading::of(source, problems) }
}

/// A study that reports results and allocated at random is a randomized trial; every other registration is a plan or a
/// report that says too little of its design.
fn kind(protocol: &Value, reported: bool) -> Kind {
    let allocation = text(protocol, "designModule.designInfo.allocation");
    if reported && allocation.eq_ignore_ascii_case("RANDOMIZED") { Kind::RandomizedTrial } else { Kind::Other }
}

fn name(identification: &Value, unit: &Unit, document: &mut Document, problems: &mut Vec<Problem>) {
    let given = text(identification, "nctId");
    match given.parse::<NctId>() {
        Ok(id) => {
            document.ids.nct.push(id);
            document.own_id = format!("nct:{id}").parse().ok();
        }
        Err(_) if given.is_empty() => {}
        Err(error) => {
            let message = format!("{error}, so it does not name this study; fetch the study again");
            problems.push(Problem::warning(&unit.origin, "id", message));
        }
    }
    let organization = text(identification, "orgStudyIdInfo.id");
    if !organization.is_empty() {
        document.ids.other.push(("org-study-id".to_owned(), organization));
    }
    for other in items(identification, "secondaryIdInfos") {
        let (kind, id) = (text(other, "type"), text(other, "id"));
        if kind == "EUDRACT_NUMBER" && !id.is_empty() {
            document.ids.other.push(("eudract".to_owned(), id));
        }
    }
    document.title = ["briefTitle", "officialTitle", "acronym"]
        .into_iter()
        .map(|field| text(identification, field))
        .find(|title| !title.is_empty())
        .unwrap_or_default();
}

fn people(protocol: &Value, document: &mut Document) {
    let sponsors = at(protocol, "sponsorCollaboratorsModule");
    let lead = text(sponsors, "leadSponsor.name");
    if !lead.is_empty() {
        document.authors.push(Author::Group(lead));
    }
}

fn topics(study: &Value, document: &mut Document) {
    let protocol = at(study, "protocolSection");
    let list = &mut document.topics;
    let status = text(protocol, "statusModule.overallStatus");
    if !status.is_empty() {
        push_new(list, &format!("Status: {}", humane(&status)));
    }
    let posted = results::are_reported(at(study, "resultsSection"));
    push_new(list, if posted { "Results posted" } else { "No results posted" });
    for phase in texts(protocol, "designModule.phases").into_iter().filter(|p| p != "NA") {
        push_new(list, &humane(&phase));
    }
    for field in ["conditionsModule.conditions", "conditionsModule.keywords"] {
        texts(protocol, field).iter().for_each(|t| push_new(list, t));
    }
    for intervention in items(protocol, "armsInterventionsModule.interventions") {
        push_new(list, &text(intervention, "name"));
    }
    for field in ["conditionBrowseModule.meshes", "interventionBrowseModule.meshes"] {
        for mesh in items(at(study, "derivedSection"), field) {
            push_new(list, &text(mesh, "term"));
        }
    }
}

/// Publications: never identifiers of the study itself.
fn references(module: &Value, document: &mut Document) {
    for (n, reference) in items(module, "references").enumerate() {
        let pmid: Option<Pmid> = text(reference, "pmid").parse().ok();
        let ids = Identifiers { pmid, ..Identifiers::default() };
        let title = text(reference, "citation");
        if title.is_empty() && pmid.is_none() {
            continue;
        }
        let relation = humane(&text(reference, "type"));
        if pmid.is_some() && !relation.is_empty() {
            document.related.push(RelatedWork { relation, ids: ids.clone() });
        }
        document.references.push(BibReference {
            id: format!("ref-{}", n + 1),
            kind: None,
            title,
            authors: Vec::new(),
            container: None,
            issued: None,
            volume: None,
            pages: None,
            ids,
            url: None,
        });
    }
    for (n, link) in items(module, "seeAlsoLinks").enumerate() {
        let url = text(link, "url");
        if url.is_empty() {
            continue;
        }
        document.references.push(BibReference {
            id: format!("link-{}", n + 1),
            kind: None,
            title: text(link, "label"),
            authors: Vec::new(),
            container: None,
            issued: None,
            volume: None,
            pages: None,
            ids: Identifiers::default(),
            url: Some(url),
        });
    }
}

/// The date of a `…DateStruct`.
fn date(of: &Value) -> Option<PartialDate> {
    day(&text(of, "date"))
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, with or without a time after it.
fn day(date: &str) -> Option<PartialDate> {
    let date = plain(date);
    date.get(..10).unwrap_or(&date).to_owned().try_into().ok()
}
