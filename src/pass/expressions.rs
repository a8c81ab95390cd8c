//! Path expressions in a form that the implementation runs.

use super::carve::agrees;
use super::dialect::Construct;
use super::draft::{Draft, answering};
use super::known::Languages;
use super::language::{Language, Universe};
use super::paths;
use super::treatment::narrowed;
use super::unreachable::{report_unreachable, takes_all};
use super::whole::{self, escaped};
use super::witness::describe;
use crate::model::{Cause, Matcher, PathMatcher, Rule};
use crate::report::{Code, Diagnostic, Fate, Report};

/// An expression becomes core paths only when they are this few.
const CORE_PATHS: usize = 16;

/// Translates expressions. A list that ranks well as it is stays. Else core paths are best, when all expressions of the host have them. A host whose expressions
/// had to be translated (nginx, where a host has either expressions only or none) gets expressions only, so that one
/// kind of rank orders it; one whose expressions already run as they are keeps its mixture.
pub(super) fn run(draft: &mut Draft<'_>) {
    for index in 0..draft.rules.len() {
        draft.translated |= translate(index, draft);
    }
    let is_regex = |rule: &Rule| matches!(rule.matcher.path, PathMatcher::Regex(_));
    let as_it_is = !draft.translated
        && !draft.rules.iter().any(is_raw_prefix)
        && agrees(&draft.rules, draft.profile, &draft.languages);
    if as_it_is || !draft.rules.iter().any(is_regex) {
        return;
    }
    if into_core(draft) {
        return;
    }
    for rule in draft.rules.iter_mut().filter(|rule| draft.translated || is_raw_prefix(rule)) {
        rule.matcher.path = PathMatcher::Regex(whole::of_path(&rule.matcher.path, draft.profile));
    }
}

fn is_raw_prefix(rule: &Rule) -> bool {
    matches!(rule.matcher.path, PathMatcher::Prefix(_))
}

/// Whether an expression had to be written otherwise.
fn translate(index: usize, draft: &mut Draft<'_>) -> bool {
    let Some(rule) = draft.rules.get_mut(index) else { return false };
    match &rule.matcher.path {
        // `/foo` as a plain text prefix takes `/foobar`, which no core path does; `/foo/` is left to the holes.
        PathMatcher::Prefix(text) if !text.ends_with('/') || text.ends_with("//") => {
            rule.matcher.path = PathMatcher::Regex(whole::of_path(&rule.matcher.path, draft.profile));
            false
        }
        PathMatcher::Regex(regex) if !whole::is_native(regex, draft.profile) => {
            match whole::native(regex, draft.profile) {
                Ok(native) => rule.matcher.path = PathMatcher::Regex(native),
                Err(construct) => {
                    let path = whole::widened(regex, draft.profile);
                    report_withheld(rule, construct, &path, draft.report);
                    let matcher = Matcher { path, ..rule.matcher.clone() };
                    *rule = answering(rule, matcher, 500, Cause::Withheld);
                }
            }
            true
        }
        PathMatcher::Any
        | PathMatcher::Exact(_)
        | PathMatcher::Segment(_)
        | PathMatcher::Prefix(_)
        | PathMatcher::Regex(_) => false,
    }
}

fn report_withheld(rule: &Rule, construct: Construct, wider: &PathMatcher, report: &mut Report) {
    let what = describe(&rule.matcher);
    report.ledger.record(&rule.origin, Fate::Dropped, Some(Code::RegexNotExpressible));
    report.push(
        Diagnostic::new(Code::RegexNotExpressible, format!("the rule for {what} holds {construct}"))
            .at(&rule.origin, "withheld")
            .note(format!("until it is rewritten, all requests for {wider} are answered with 500")),
    );
}

/// Puts core paths in the place of expressions, when all of them have some. A rule may become several, of which those
/// go that get no request.
fn into_core(draft: &mut Draft<'_>) -> bool {
    let paths = |rule: &Rule| match &rule.matcher.path {
        PathMatcher::Regex(_) => core_paths(&rule.matcher.path, &draft.languages),
        path => Some(vec![path.clone()]),
    };
    let Some(paths) = draft.rules.iter().map(paths).collect::<Option<Vec<_>>>() else { return false };
    let mut core: Vec<Rule> = Vec::with_capacity(draft.rules.len());
    for (rule, paths) in std::mem::take(&mut *draft.rules).into_iter().zip(paths) {
        let before = core.len();
        let mut taken = None;
        for path in paths {
            let action = narrowed(&rule.action, &path);
            let piece = Rule { matcher: Matcher { path, ..rule.matcher.clone() }, action, ..rule.clone() };
            match core.iter().find(|earlier| takes_all(earlier, &piece, &draft.languages)) {
                Some(earlier) => taken = Some(earlier.clone()),
                None => core.push(piece),
            }
        }
        if core.len() == before {
            report_unreachable(&rule, taken.as_ref(), draft.report);
        }
    }
    draft.rules = core.into();
    true
}

/// The core paths that together take what an expression takes.
fn core_paths(path: &PathMatcher, languages: &Languages) -> Option<Vec<PathMatcher>> {
    let known = languages.path(path);
    if is_cased(path) && known.prefix.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    if paths::within(&PathMatcher::Any, path, languages) {
        return Some(vec![PathMatcher::Any]);
    }
    let language = known.language().ok()?;
    let texts = language.shortest(Universe::Paths, CORE_PATHS)?;
    if texts.is_empty() || !texts.iter().all(|text| is_path_value(text)) || differ_in_case_only(&texts) {
        return None;
    }
    let literal = texts.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("|");
    let is = |tail: &str| {
        let Some(core) = Language::whole(&format!("(?:{literal}){tail}")) else { return false };
        core.within(language, Universe::Paths) == Ok(true) && language.within(&core, Universe::Paths) == Ok(true)
    };
    let slashed = texts.iter().all(|text| text.ends_with('/'));
    if is("") {
        Some(texts.into_iter().map(PathMatcher::Exact).collect())
    } else if slashed && is(".*") {
        Some(texts.into_iter().map(PathMatcher::Prefix).collect())
    } else if !texts.iter().any(|text| text.ends_with('/')) && is("(?:/.*)?") {
        Some(texts.into_iter().map(PathMatcher::Segment).collect())
    } else {
        None
    }
}

fn is_cased(path: &PathMatcher) -> bool {
    matches!(path, PathMatcher::Regex(regex) if regex.case_insensitive || regex.pattern.starts_with("(?i)"))
}

/// One path a spelling is no way to write `(?i)`.
fn differ_in_case_only(texts: &[String]) -> bool {
    let mut lower: Vec<String> = texts.iter().map(|text| text.to_ascii_lowercase()).collect();
    lower.sort_unstable();
    lower.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

/// What the API server takes as a value of Exact and PathPrefix (CEL rules of HTTPPathMatch).
fn is_path_value(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-/._~!$&'()*+,;=:@".contains(&byte);
    text.starts_with('/')
        && text.bytes().all(allowed)
        && !["//", "/./", "/../"].iter().any(|part| text.contains(part))
        && !text.ends_with("/.")
        && !text.ends_with("/..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Anchoring, PathRegex};

    fn core(pattern: &str) -> Option<Vec<PathMatcher>> {
        let regex = PathRegex { pattern: pattern.into(), case_insensitive: false, anchoring: Anchoring::Full };
        core_paths(&PathMatcher::Regex(regex), &Languages::default())
    }

    #[test]
    fn expressions_that_are_core_paths_are_recognised() {
        let exact = |text: &str| PathMatcher::Exact(text.into());
        let segment = |text: &str| PathMatcher::Segment(text.into());
        assert_eq!(core("/x"), Some(vec![exact("/x")]));
        assert_eq!(core(r"/a\.b"), Some(vec![exact("/a.b")]));
        assert_eq!(core("/(a|b)"), Some(vec![exact("/a"), exact("/b")]));
        assert_eq!(core("/x(/.*)?"), Some(vec![segment("/x")]));
        assert_eq!(core("/(a|b)(/|$)(.*)"), Some(vec![segment("/a"), segment("/b")]));
        assert_eq!(core("/x/.*"), Some(vec![PathMatcher::Prefix("/x/".into())]));
        assert_eq!(core(".*"), Some(vec![PathMatcher::Any]));
        assert_eq!(core("/(.*)"), Some(vec![PathMatcher::Any]));
    }

    #[test]
    fn other_expressions_are_not() {
        for pattern in ["/x.*", "(?i)/ab", "/[a-z]+", "/x(/|$).+", "/x?", "/a//b"] {
            assert_eq!(core(pattern), None, "{pattern}");
        }
    }
}
