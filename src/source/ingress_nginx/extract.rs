//! Reads the annotations of one Ingress with the outcomes of the controller (`annotations.go`, Extract): a refused
//! value is replaced by the default, loses its family, closes the paths or the hosts, or removes the Ingress.

use super::annotations::{ANNOTATIONS, Settings};
use super::config::Config;
use super::dead::DEAD;
use super::lookup::Lookup;
use super::references::{self, Surroundings};
use crate::model::{Located, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::annotation::{AnnotationEntry, Category, Need, Problem, Refusal, Risk, suggestion};
use crate::source::ingress::Ingress;
use crate::syntax::FieldPath;

/// What became of an Ingress's annotations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// The controller leaves out the whole Ingress.
    Skipped {
        /// The annotation that is to blame.
        origin: Origin,
        /// Why, in one line.
        reason: String,
    },
    /// The controller serves the Ingress with these settings.
    Settings(Box<Settings>),
}

/// Reads the annotations of an Ingress. Says what is wrong with them, and writes down the fate of all but those that
/// are left in the [`Settings`]: their fate is up to whoever lowers them.
pub fn read(ingress: &Ingress, config: &Config, lookup: &dyn Lookup, report: &mut Report) -> Reading {
    let around = Surroundings { namespace: &ingress.object.namespace, config, lookup };
    let mut extraction =
        Extraction { found: found(ingress, config), around, settings: Settings::default(), skipped: None, report };
    extraction.record_others(ingress);
    extraction.check_words();
    extraction.check_risk();
    if extraction.skipped.is_none() {
        for family in ANNOTATIONS.chunk_by(|a, b| a.family == b.family) {
            extraction.read_family(family);
        }
        extraction.drop_snippets();
        extraction.drop_inert();
    }
    extraction.finish()
}

/// One annotation of the object.
struct Found {
    key: String,
    /// The name under the controller's prefix.
    name: Option<String>,
    text: String,
    origin: Origin,
    /// Its fate is written down.
    settled: bool,
}

fn found(ingress: &Ingress, config: &Config) -> Vec<Found> {
    let prefix = format!("{}/", config.flags.annotations_prefix);
    let found = |(key, text): &(String, String)| Found {
        key: key.clone(),
        name: key.strip_prefix(&prefix).map(str::to_owned),
        text: text.clone(),
        origin: ingress.origin(&FieldPath::annotation(key)),
        settled: false,
    };
    ingress.annotations.iter().map(found).collect()
}

struct Extraction<'a> {
    found: Vec<Found>,
    around: Surroundings<'a>,
    settings: Settings,
    skipped: Option<Located<String>>,
    report: &'a mut Report,
}

impl Extraction<'_> {
    /// Annotations of other tools, of no tool, and of the class.
    fn record_others(&mut self, ingress: &Ingress) {
        let class = ingress.class_annotation.as_ref().filter(|_| ingress.class_name.is_none());
        for position in 0..self.found.len() {
            let Some(found) = self.found.get(position) else { continue };
            match &found.name {
                None if class.is_some_and(|class| class.origin == found.origin) => {
                    self.settle(position, Fate::Carried, None);
                }
                None => self.settle(position, Fate::Ignored, None),
                Some(name) if entry(name).is_some() => {}
                Some(name) => {
                    let unknown = unknown(name, &found.origin);
                    self.report.push(unknown);
                    self.settle(position, Fate::Ignored, Some(Code::UnknownAnnotation));
                }
            }
        }
    }

    /// store.go, checkBadAnnotationValue: a word that the administrator forbids removes the Ingress.
    fn check_words(&mut self) {
        let words = self.around.config.annotation_value_word_blocklist.trim();
        if words.is_empty() {
            return;
        }
        for position in 0..self.found.len() {
            let Some(found) = self.found.get(position).filter(|found| found.name.is_some()) else { continue };
            let Some(word) = words.split(',').find(|word| found.text.contains(word)) else { continue };
            let reason = format!("`{}` holds `{word}`, a word that the controller's blocklist forbids", found.key);
            self.skip(position, Code::InvalidValueSkipped, reason);
        }
    }

    /// annotations.go, Validate: an annotation above the risk level removes the Ingress, whatever its value. Names are
    /// compared without the prefix there, so that a bare `server-snippet` counts as well, and aliases do not.
    fn check_risk(&mut self) {
        let level = self.around.config.annotations_risk_level;
        for position in 0..self.found.len() {
            let Some(found) = self.found.get(position) else { continue };
            let name = found.name.as_deref().unwrap_or(&found.key);
            let Some(entry) = ANNOTATIONS.iter().find(|entry| entry.key == name && entry.risk > level) else {
                continue;
            };
            let snippet = entry.risk == Risk::Critical;
            let code = if snippet { Code::SnippetSkipped } else { Code::InvalidValueSkipped };
            let reason = format!(
                "`{name}` has the risk {:?}, above the controller's `annotations-risk-level: {level:?}`",
                entry.risk
            );
            self.skip(position, code, reason);
        }
    }

    fn skip(&mut self, position: usize, code: Code, reason: String) {
        let Some(found) = self.found.get(position) else { return };
        let diagnostic = Diagnostic::new(code, format!("{reason}; it leaves out the whole Ingress"));
        self.report.push(diagnostic.at(&found.origin, ""));
        if self.skipped.is_none() {
            self.skipped = Some(Located::new(reason, found.origin.clone()));
        }
        self.settle(position, Fate::Invalid, Some(code));
    }

    /// Runs one parser: in order, until a value stops it.
    fn read_family(&mut self, family: &'static [AnnotationEntry]) {
        let mut stopped = None;
        for entry in family {
            let Some(position) = self.position(entry) else { continue };
            if stopped.is_none() && self.is_read(entry) {
                stopped = self.read_entry(entry, position);
            }
        }
        if stopped.is_none() {
            let name = family.first().map_or("", |entry| entry.family);
            if let Some((key, refusal, why)) = references::conclude(name, &self.settings, self.around) {
                let blamed = family.iter().find(|entry| entry.key == key);
                let blamed = blamed.and_then(|entry| Some((entry, self.position(entry)?)));
                stopped = blamed.and_then(|(entry, position)| self.refuse(entry, position, refusal, &why));
            }
        }
        if let Some(code) = stopped {
            self.withdraw(family, code);
        }
    }

    /// The annotation that gives an entry its value: aliases count when the key is absent or empty
    /// (validators.go, checkAnnotation).
    fn position(&self, entry: &AnnotationEntry) -> Option<usize> {
        let named = |name: &str| self.found.iter().position(|found| found.name.as_deref() == Some(name));
        let filled = |position: &usize| self.found.get(*position).is_some_and(|found| !found.text.is_empty());
        let key = named(entry.key);
        let alias = || entry.aliases.iter().filter_map(|alias| named(alias)).find(filled);
        key.filter(filled).or_else(alias).or(key)
    }

    fn is_read(&self, entry: &AnnotationEntry) -> bool {
        entry.needs.iter().all(|need| match need {
            Need::ToBeRead(others) => others.iter().any(|key| self.settings.in_force(key)),
            Need::Unless(others) => !others.iter().any(|key| self.settings.in_force(key)),
            Need::ToAct(_) => true,
        })
    }

    /// Reads one annotation; the code of the finding if it stops the parser.
    fn read_entry(&mut self, entry: &'static AnnotationEntry, position: usize) -> Option<Code> {
        let found = self.found.get(position)?;
        let validate = self.around.config.flags.enable_annotation_validation;
        let (refusal, why) = match self.settings.accept(entry.key, &found.text, validate, &found.origin) {
            Ok(()) => match references::check(entry.key, &self.settings, self.around) {
                Some(verdict) => verdict,
                None => {
                    self.report.diagnostics.extend(left_out(entry.key, found, &self.settings));
                    return None;
                }
            },
            Err(Problem::Invalid) => (entry.refused, format!("accepted: {}", entry.syntax)),
            Err(Problem::Unreadable) if entry.empty == Refusal::Default && found.text.is_empty() => return None,
            Err(Problem::Unreadable) => (entry.empty, "the value is empty".to_owned()),
            Err(Problem::Later(refusal, why)) => (refusal, format!("{why}; accepted: {}", entry.syntax)),
        };
        self.refuse(entry, position, refusal, &why)
    }

    /// Says what a refusal leads to; the code of the finding if it stops the parser.
    fn refuse(
        &mut self,
        entry: &'static AnnotationEntry,
        position: usize,
        refusal: Refusal,
        why: &str,
    ) -> Option<Code> {
        let found = self.found.get(position)?;
        let subject = format!("`{}: {}`", entry.key, brief(&found.text));
        let origin = found.origin.clone();
        self.settings.withdraw(entry.key);
        let (code, outcome) = match refusal {
            Refusal::Default => (Code::InvalidValueDefault, format!("uses the default ({})", entry.default)),
            Refusal::Lost if protects(entry.family) => {
                (Code::InvalidValueOpen, format!("lets requests through without {}", entry.family))
            }
            Refusal::Lost => (Code::InvalidValueDefault, format!("ignores all annotations of {}", entry.family)),
            Refusal::Denied => (Code::InvalidValueDenied, "answers 503 on the paths of this Ingress".to_owned()),
            Refusal::Forbidden => (Code::InvalidValueForbidden, "answers 403 on the hosts of this Ingress".to_owned()),
            Refusal::Skipped => (Code::InvalidValueSkipped, "leaves out the whole Ingress".to_owned()),
        };
        let message = format!("the controller refuses {subject} and {outcome}");
        let mut diagnostic = Diagnostic::new(code, message.clone()).at(&origin, why);
        if let Some(note) = aftermath(entry.key) {
            diagnostic = diagnostic.note(note);
        }
        self.report.push(diagnostic);
        self.settle(position, Fate::Invalid, Some(code));
        let blame = || Located::new(format!("{subject}: {why}"), origin.clone());
        match refusal {
            Refusal::Default => return None,
            Refusal::Lost => self.settings.lost.push(Located::new(entry.family, origin)),
            Refusal::Denied => {
                self.settings.denied.get_or_insert_with(blame);
            }
            // annotations.go: the location is denied as well; the server's 403 comes first where there is a server.
            Refusal::Forbidden => {
                self.settings.forbidden.get_or_insert_with(blame);
                self.settings.denied.get_or_insert_with(blame);
            }
            Refusal::Skipped => {
                self.skipped.get_or_insert_with(|| Located::new(message, origin));
            }
        }
        Some(code)
    }

    /// Takes back what a stopped parser had read, and what it would have read.
    fn withdraw(&mut self, family: &'static [AnnotationEntry], code: Code) {
        for entry in family {
            self.settings.withdraw(entry.key);
            if let Some(position) = self.position(entry) {
                self.settle(position, Fate::Invalid, Some(code));
            }
        }
    }

    /// controller.go, dropSnippetDirectives.
    fn drop_snippets(&mut self) {
        if self.around.config.allow_snippet_annotations {
            return;
        }
        for entry in ANNOTATIONS.iter().filter(|entry| entry.risk == Risk::Critical) {
            let Some(position) = self.position(entry).filter(|_| self.settings.in_force(entry.key)) else { continue };
            let Some(found) = self.found.get(position) else { continue };
            let message = format!("the controller leaves out `{}`: snippets are switched off", entry.key);
            self.report.push(Diagnostic::new(Code::SnippetSkipped, message).at(&found.origin, ""));
            self.settings.withdraw(entry.key);
            self.settle(position, Fate::Invalid, Some(Code::SnippetSkipped));
        }
    }

    /// Takes out annotations that nothing reads or acts on, because another one is missing.
    fn drop_inert(&mut self) {
        for entry in ANNOTATIONS {
            let Some(position) = self.position(entry) else { continue };
            let Some(found) = self.found.get(position).filter(|found| !found.settled && !found.text.is_empty()) else {
                continue;
            };
            let Some(why) = entry.needs.iter().find_map(|need| self.unmet(need)) else { continue };
            let message = format!("`{}` has no effect: {why}", entry.key);
            self.report.push(Diagnostic::new(Code::AnnotationInert, message).at(&found.origin, ""));
            self.settings.withdraw(entry.key);
            self.settle(position, Fate::Ignored, Some(Code::AnnotationInert));
        }
    }

    fn unmet(&self, need: &Need) -> Option<String> {
        match need {
            Need::ToBeRead(others) | Need::ToAct(others) => {
                let met = others.iter().any(|key| self.settings.in_force(key));
                (!met).then(|| format!("`{}` is not in force", others.join("` or `")))
            }
            Need::Unless(others) => {
                let other = others.iter().find(|key| self.settings.in_force(key))?;
                Some(format!("`{other}` is set and wins"))
            }
        }
    }

    fn settle(&mut self, position: usize, fate: Fate, code: Option<Code>) {
        if let Some(found) = self.found.get_mut(position).filter(|found| !found.settled) {
            found.settled = true;
            self.report.ledger.record(&found.origin, fate, code);
        }
    }

    /// What is neither set nor spoken of has no effect: empty values, aliases beside their key, and everything on an
    /// Ingress that is left out.
    fn finish(mut self) -> Reading {
        if self.skipped.is_some() {
            self.settings = Settings::default();
        }
        for position in 0..self.found.len() {
            let Some(found) = self.found.get(position) else { continue };
            if !self.settings.each().any(|(_, origin)| *origin == found.origin) {
                self.settle(position, Fate::Ignored, None);
            }
        }
        match self.skipped {
            Some(Located { value: reason, origin }) => Reading::Skipped { origin, reason },
            None => Reading::Settings(Box::new(self.settings)),
        }
    }
}

/// The row of an annotation by its name or an alias.
#[must_use]
pub fn entry(name: &str) -> Option<&'static AnnotationEntry> {
    ANNOTATIONS.iter().find(|entry| entry.key == name || entry.aliases.contains(&name))
}

/// Items of a list that the controller leaves out without refusing the others.
fn left_out(key: &str, found: &Found, settings: &Settings) -> Option<Diagnostic> {
    let kept = &settings.cors_allow_origin.as_ref().filter(|_| key == "cors-allow-origin")?.value;
    let is_left_out = |origin: &&str| !kept.iter().any(|kept| kept == origin);
    let gone: Vec<&str> =
        found.text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).filter(is_left_out).collect();
    let all = kept.iter().any(|origin| origin == "*");
    (!gone.is_empty() && !all).then(|| {
        let message = format!("the controller leaves out `{}` of `{key}`", gone.join("`, `"));
        Diagnostic::new(Code::InvalidValueDefault, message)
            .at(&found.origin, "an origin needs its scheme, as in `https://example.com`")
    })
}

fn unknown(name: &str, origin: &Origin) -> Diagnostic {
    if let Some((_, what)) = DEAD.iter().find(|(dead, _)| *dead == name) {
        return Diagnostic::new(Code::UnknownAnnotation, format!("`{name}` {what}")).at(origin, "has no effect");
    }
    let names = ANNOTATIONS.iter().flat_map(|entry| std::iter::once(entry.key).chain(entry.aliases.iter().copied()));
    let diagnostic = Diagnostic::new(Code::UnknownAnnotation, format!("the controller knows no annotation `{name}`"));
    match suggestion(name, names) {
        Some(known) => diagnostic.at(origin, format!("did you mean `{known}`?")),
        None => diagnostic.at(origin, "has no effect"),
    }
}

/// What a refused value does all the same.
fn aftermath(key: &str) -> Option<&'static str> {
    match key {
        // mirror/main.go leaves `mirror /_mirror-UID` in the location, and its location is not written.
        "mirror-target" => Some("nginx still copies each request and routes the copy by the host's own paths"),
        _ => None,
    }
}

/// Whether losing a family opens the backend.
fn protects(family: &str) -> bool {
    ANNOTATIONS.iter().any(|entry| entry.family == family && entry.category == Category::Protection)
}

/// A value for a message: its first line, shortened.
fn brief(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(60).collect();
    if short.len() < text.trim_end().len() { format!("{short}…") } else { short }
}
