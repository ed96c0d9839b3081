//! Turns of phrase that say outright what is asked, where the single words of it are cues of something else or of nothing:
//! "– stop?", "how do I avoid getting it again", "will my dad get better", "target INR?".

use crate::case::Intent;
use crate::pattern::pattern;
use regex::Regex;
use std::sync::LazyLock;

/// What is measured and has a target.
const MEASURED: &str = r"(?:inr|hba1c|a1c|bp|blood pressure|ldl|levels?|trough|tsh|hemoglobin|hgb|hb|uric acid|urate|glucose|spo2|oxygen saturation|sodium|potassium|heart rate|ferritin|map|phenytoin|tacrolimus|lithium|vancomycin|digoxin)";
/// Who is asked about.
const WHO: &str = r"(?:i|he|she|we|they|one|you|(?:my|the|this|a|an|our|his|her|someone|patients?)(?: \w+)?)";
/// Forms in the order in which they count where two begin together. `{measured}` and `{who}` stand for the lists above.
const FORMS: &[(Intent, &str)] = &[
    (
        Intent::Prevention,
        r"\bso (?:that )?{who} (?:doesn['’]?t|don['’]?t|won['’]?t) (?:get|catch)\b|\b(?:avoid|stop|keep|prevent)\b.{0,60}\b(?:again|coming back|recurr\w+|from happening|from returning)|\b(?:reduc|lower|cut)\w*\b.{0,30}\brisk|\bstart (?:having )?(?:mammogra\w+|screening|colonoscopies)|\b(?:which|what) (?:shots?|jabs?|vaccin\w+)\b|\bavoid (?:getting|having|catching)\b",
    ),
    (
        Intent::FollowUp,
        r"\bstill needs? .{0,20}\b(?:scans?|check-?ups?|imaging|visits?|mammograms?)\b|\bbe followed\b|\bhow (?:often|frequently) (?:should|does|do|must) .{1,50}\bbe (?:scoped|seen|scanned|imaged|reviewed|rescanned)|\bhow (?:often|frequently) (?:the )?(?:cea|psa|ca[ -]?19-9|ca[ -]?125|afp|tumou?r markers?)\b.{0,30}\bafter|\b(?:repeat|rescan|re-?image) .{0,30}\bin how (?:many|long)|\b(?:when|how soon) (?:can|should|may) .{1,30}\b(?:return to|go back to|drive again|resume (?:work|driving|sport))",
    ),
    (
        Intent::Monitoring,
        r"\bhow (?:often|frequently)\b.{0,50}\b(?:check\w*|measur\w+|monitor\w*|levels?|lfts?|inr|labs?|bloods?|tsh|cbc|echo\w*|cea|a1c|ecg|ekg|creatinine)\b|\b(?:target|goal)s?(?: for| of)?(?: the| his| her)? {measured}\b|\b{measured}\b(?: \w+)? (?:targets?|goals?)\b|\b(?:what|which) (?:inr|trough|level)\b|\blabs? .{0,25}\b(?:check\w*|monitor\w*|follow\w*)\b.{0,10}\b(?:on|with|during)\b|\b(?:look out|watch) (?:out )?for\b.{0,20}\b(?:on|while taking|after starting)\b",
    ),
    (
        Intent::Prognosis,
        r"\b(?:recover|heal)s? (?:fully|completely)\b|\bhow long (?:until|before|till)\b.{1,40}\b(?:works?|better|recover\w*|heals?|normal)\b|\bwill .{1,40}\b(?:get better|get worse|recover|grow back|survive|walk|go away|heal|improve|come back|be ok(?:ay)?|be normal|make it)\b|\bhow long (?:has|have|does|do) {who} (?:got|have|left)\b|\bhow long (?:does|do|will|can) .{1,40}\blast\b|\b(?:odds|chances?) of\b|\bis (?:it|this|that|\w+(?: \w+)?)(?: always| usually| ever)? (?:curable|fatal|terminal|deadly|reversible|permanent)\b|\bhow (?:quickly|fast|soon) (?:does|do|will|can)\b.{1,40}\b(?:progress|spread|grow|recover|heal)\b|\b(?:go|goes|going) away\b",
    ),
    (
        Intent::Dosing,
        r"\b[0-9.]+(?: ?mg| ?mcg| ?g| ?units)? or [0-9.]+ ?(?:mg|mcg|g|units|ml)\b|\bamount of\b|\bhow long (?:do|does|should|must|will) {who} (?:take|give|stay on|use|continue|be on)\b|\bhow many (?:days|weeks|doses)\b|\bhow long (?:a course|should antibiotics|of antibiotics)|\b(?:before or after|with or without) (?:food|meals|eating)|\bempty stomach\b|\b(?:max(?:imum|imal)?|starting|loading|renal|initial) dos\w+|\bdose\s*(?:\?|in|for|with)",
    ),
    (
        Intent::Safety,
        r"\bwith a pacemaker\s*\?|\b(?:can|could|may|might|is|are) .{1,40}\b(?:giving|making) (?:me|him|her|my|you|us)\b|(?:^|[–—,;.-]\s*|\b(?:and|or) )(?:stop|hold|continue|discontinue|ok|okay|safe|avoid|restart)(?: it| them| this)?\s*\?|\b(?:hold|stop|continue|keep) (?:or|vs\.?) (?:hold|stop|continue|switch)|\bcan {who}(?: still| safely)? (?:fly|travel|exercise|swim|go|drive|eat|drink|breast-?feed|donate|run|lift|have sex|smoke|bathe|shower|dive|play|wear|work|get a tattoo|sunbathe)\b|\b(?:does|do|can|could|will|would|might)\b (?:the |my |his |her |taking )?[\w-]+(?: \w+)? (?:raise|affect|worsen|make (?:you|me|him|her|one|it)|lead to|trigger|interfere|increase (?:the|my|his|her) risk|harm|hurt|interact)\b|\b(?:have|has|need|needs) to (?:stop|hold|avoid)\b|\bdangerous\b|\ba problem (?:with|in)\b|\b(?:alright|all right)\s*\?|^\W*[\w-]+(?: [\w-]+)? (?:in|during|while|when) (?:\w+ )?(?:trimester|pregnancy|pregnant|breast-?feeding|lactation)\s*\?|\bshould {who} (?:stop|hold|come off|quit)\b",
    ),
    (
        Intent::Workup,
        r"\b(?:antibod\w+|cultures?|markers?|serolog\w+|labs?|tests?|studies|bloods?)\b.{0,20}\b(?:be sent|to send|to order|be ordered|be done)\b|\bshould {who}(?: also)? (?:be|get) (?:tested|scanned|imaged|x-?rayed|investigated|biopsied)\b|\bwhen to (?:biopsy|scan|image|test)\b|\b(?:what|which) staging\b",
    ),
    (
        Intent::Diagnosis,
        r"\bhow (?:can|do|could|would|to) (?:{who} )?(?:tell|distinguish|differentiate)\b|\bwhat(?:'s| is|s) wrong\b|\bwhat (?:do|does|would|could) (?:this|these|that|it|they) (?:suggest|point to|indicate|represent)|\b(?:first|early|earliest|warning|typical) (?:signs?|symptoms?)\b|\bcould (?:my|his|her|the|this|these)(?: \w+){1,3} be\b|\b(?:what|which)(?: are the)?(?: \w+)? criteria\b",
    ),
    (
        Intent::Treatment,
        r"\bwhen (?:do|should|would) (?:you|we|one) (?:deliver|start|operate|intubate|treat|transfuse|intervene|switch)\b|\bwhen to (?:deliver|start|operate|intubate|treat|transfuse|intervene)\b|\bdeliver(?:y)?(?: now)?\s*\?|\bwhat (?:comes )?(?:after|next after)\b|\banything (?:that|besides|else|to|for|i can)\b|\bwhat (?:can|could|should) {who} (?:take|use|try|do)\b.{0,40}\b(?:for|instead|about)\b|\b(?:rate|rhythm|pain|symptom|glycemic|bp) control\s*\?|\b(?:need|needs|require|requires|worth) (?:treat\w+|therapy)\b",
    ),
    (
        Intent::Definition,
        r"^\W*[\w-]+(?: [\w-]+)? meaning\W*$|\bwhat exactly (?:is|are)\b|\bwhat (?:does|do|did) .{1,60} mean\b|\bwhat(?:'s| is|s) meant by\b",
    ),
];

static EACH: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let filled = |p: &str| format!("(?i){}", p.replace("{measured}", MEASURED).replace("{who}", WHO));
    FORMS.iter().map(|(_, p)| pattern(&filled(p))).collect()
});

/// What a text asks by such a form; of several the first said.
pub(super) fn asked(text: &str) -> Option<Intent> {
    let found =
        EACH.iter().zip(FORMS).filter_map(|(form, (intent, _))| Some((form.as_ref()?.find(text)?.start(), *intent)));
    found.min_by_key(|(at, _)| *at).map(|(_, intent)| intent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_case;

    #[test]
    fn patterns_compile() {
        assert!(EACH.iter().all(Option::is_some));
    }

    #[test]
    fn short_questions_of_every_kind() {
        for (intent, question) in [
            (Intent::Treatment, "atrial fibrillation with RVR in sepsis – rate control?"),
            (Intent::Treatment, "Does asymptomatic bacteriuria need treating in the elderly?"),
            (Intent::Treatment, "When to deliver in cholestasis of pregnancy?"),
            (Intent::Treatment, "stage III NSCLC unresectable, what after chemoradiation?"),
            (Intent::Treatment, "what can she take for pain instead of NSAIDs?"),
            (Intent::Treatment, "my knee arthritis is killing me, anything besides pills"),
            (Intent::Diagnosis, "what are the first signs of parkinsons"),
            (Intent::Diagnosis, "could my headaches be a brain tumor"),
            (Intent::Diagnosis, "What criteria confirm antiphospholipid syndrome?"),
            (Intent::Workup, "Do I need a biopsy for this thyroid nodule?"),
            (Intent::Workup, "first seizure, EEG or MRI?"),
            (Intent::Workup, "lymphadenopathy 3 weeks, when to biopsy?"),
            (Intent::Workup, "Should I be tested for celiac?"),
            (Intent::Monitoring, "Target INR with mechanical mitral valve?"),
            (Intent::Monitoring, "what labs should I check on methotrexate?"),
            (Intent::Monitoring, "goal A1c in a frail 82 year old?"),
            (Intent::Monitoring, "how frequently should LFTs be checked on isoniazid"),
            (Intent::Monitoring, "blood pressure target in CKD with albuminuria?"),
            (Intent::Monitoring, "what trough for vancomycin in MRSA bacteremia"),
            (Intent::FollowUp, "How often should a patient with Barrett's be scoped?"),
            (Intent::FollowUp, "repeat CT in how many months?"),
            (Intent::FollowUp, "When can I return to work after a hernia repair?"),
            (Intent::Prognosis, "Will my dad get better after his stroke?"),
            (Intent::Prognosis, "How long has she got with stage 4 pancreatic cancer?"),
            (Intent::Prognosis, "what are my odds of beating this lymphoma"),
            (Intent::Prognosis, "is it curable?"),
            (Intent::Prognosis, "will my hair grow back after chemo"),
            (Intent::Prognosis, "is ALS always fatal?"),
            (Intent::Prognosis, "how quickly does glioblastoma progress?"),
            (Intent::Prevention, "How do I avoid getting it again? gout"),
            (Intent::Prevention, "how do I stop kidney stones from coming back?"),
            (Intent::Prevention, "when should I start mammograms? BRCA2"),
            (Intent::Prevention, "which shots do I need before splenectomy"),
            (Intent::Prevention, "reducing fracture risk in osteoporosis"),
            (Intent::Safety, "AF on apixaban, colonoscopy tomorrow – stop?"),
            (Intent::Safety, "Can she fly at 34 weeks?"),
            (Intent::Safety, "creatinine up 20% on lisinopril. Hold or continue?"),
            (Intent::Safety, "metformin and contrast, hold?"),
            (Intent::Safety, "ibuprofen in third trimester?"),
            (Intent::Safety, "does prednisone raise blood sugar?"),
            (Intent::Safety, "is it dangerous to stop propranolol suddenly?"),
            (Intent::Safety, "can gabapentin make you dizzy"),
            (Intent::Safety, "penicillin allergy: is cefazolin alright?"),
            (Intent::Safety, "Does finasteride affect fertility?"),
            (Intent::Safety, "is grapefruit a problem with atorvastatin?"),
            (Intent::Safety, "do I have to stop aspirin before surgery"),
            (Intent::Safety, "can he go swimming with a PICC line"),
            (Intent::Dosing, "enoxaparin dose in CKD?"),
            (Intent::Dosing, "how many days of antibiotics for pyelonephritis?"),
            (Intent::Dosing, "when do I take levothyroxine, before or after food?"),
            (Intent::Definition, "What is MGUS?"),
            (Intent::Definition, "what does CIN 2 mean?"),
            (Intent::Definition, "what exactly is sarcoidosis?"),
        ] {
            assert_eq!(read_case(question).intents.first(), Some(&intent), "{question}");
        }
    }
}
