//! The hosts that a comparison has to look at, by the virtual hosts that take them.

use std::collections::{BTreeSet, HashMap};

use super::automaton::classes;
use super::compare::place_of;
use super::language::Language;
use super::pattern;
use super::proof::{Doubt, Limits};
use super::side::Side;
use super::virtual_host::Pair;
use crate::model::{EntryPoint, HostPattern, VirtualHost, WildcardDepth};

/// Pairs of virtual hosts that some host meets, in the order of their first hosts, and what could not be decided.
///
/// Without expressions the hosts looked at stand for all: an exact host is one of its own. For any other host let `s` be
/// the longest suffix of a wildcard that it lies under; the wildcards that take it depend on `s` and on whether one label
/// or more come before it — a fresh label and two fresh labels before each suffix cover that, and one host under no
/// suffix covers the rest.
pub(super) fn pairs<'r>(
    before: Option<&'r EntryPoint>,
    after: Option<&'r EntryPoint>,
    limits: &Limits,
) -> (Vec<Pair<'r>>, Option<Doubt>) {
    let patterns: Vec<&HostPattern> = hosts(before).chain(hosts(after)).map(|host| &host.host).collect();
    let (generated, doubt) = generated(&patterns, limits);
    let declared: BTreeSet<&str> = patterns
        .iter()
        .filter_map(|pattern| match pattern {
            HostPattern::Exact(host) => Some(host.as_str()),
            HostPattern::Wildcard { .. } | HostPattern::Regex(_) | HostPattern::Any => None,
        })
        .collect();
    let (before_index, after_index) = (Index::new(before), Index::new(after));
    let mut pairs: Vec<Pair<'r>> = Vec::new();
    let mut known: HashMap<(Option<usize>, Option<usize>), usize> = HashMap::new();
    let Some((port, protocol)) = before.or(after).map(place_of) else { return (pairs, doubt) };
    for host in declared.iter().copied().chain(generated.iter().map(String::as_str)) {
        let found = (before_index.find(host), after_index.find(host));
        if let Some(pair) = known.get(&found).and_then(|&at| pairs.get_mut(at)) {
            pair.hosts += 1;
            continue;
        }
        known.insert(found, pairs.len());
        let side = |entry: Option<&'r EntryPoint>, at: Option<usize>| Side {
            entry,
            host: at.and_then(|at| entry.and_then(|entry| entry.hosts.get(at))),
        };
        let (before, after) = (side(before, found.0), side(after, found.1));
        pairs.push(Pair {
            before,
            after,
            port,
            protocol,
            host: host.to_owned(),
            hosts: 1,
            sole: is_exact(before) || is_exact(after),
            wider: wider(before, after, host),
        });
    }
    (pairs, doubt)
}

fn hosts(entry: Option<&EntryPoint>) -> impl Iterator<Item = &VirtualHost> {
    entry.into_iter().flat_map(|entry| &entry.hosts)
}

fn is_exact(side: Side<'_>) -> bool {
    side.host.is_some_and(|host| matches!(host.host, HostPattern::Exact(_)))
}

/// A host of several labels under a wildcard that took one label before and takes more after.
fn wider(before: Side<'_>, after: Side<'_>, host: &str) -> bool {
    let Some(HostPattern::Wildcard { suffix, depth: WildcardDepth::Many }) = after.host.map(|host| &host.host) else {
        return false;
    };
    let one = HostPattern::Wildcard { suffix: suffix.clone(), depth: WildcardDepth::One };
    !one.matches(host) && before.entry.is_some_and(|entry| entry.hosts.iter().any(|other| other.host == one))
}

/// Hosts that no pattern names.
fn generated(patterns: &[&HostPattern], limits: &Limits) -> (Vec<String>, Option<Doubt>) {
    let label = fresh_label(patterns);
    let suffixes: BTreeSet<&str> = patterns.iter().filter_map(|pattern| suffix(pattern)).collect();
    let mut hosts: Vec<String> = suffixes
        .iter()
        .flat_map(|suffix| [format!("{label}.{suffix}"), format!("{label}.{label}.{suffix}"), (*suffix).to_owned()])
        .collect();
    hosts.push(format!("{label}.invalid"));
    hosts.push(label);
    let expressions: BTreeSet<&str> = patterns.iter().filter_map(|pattern| expression(pattern)).collect();
    let mut doubt = None;
    if !expressions.is_empty() {
        match by_expression(&expressions, &suffixes, patterns, limits) {
            Ok(found) => hosts.extend(found),
            Err(why) => doubt = Some(why),
        }
    }
    (hosts, doubt)
}

fn suffix<'p>(pattern: &&'p HostPattern) -> Option<&'p str> {
    match pattern {
        HostPattern::Wildcard { suffix, .. } => Some(suffix),
        HostPattern::Exact(_) | HostPattern::Regex(_) | HostPattern::Any => None,
    }
}

fn expression<'p>(pattern: &&'p HostPattern) -> Option<&'p str> {
    match pattern {
        HostPattern::Regex(expression) => Some(expression),
        HostPattern::Exact(_) | HostPattern::Wildcard { .. } | HostPattern::Any => None,
    }
}

/// A label of no pattern.
fn fresh_label(patterns: &[&HostPattern]) -> String {
    let used: BTreeSet<String> = patterns
        .iter()
        .flat_map(|pattern| pattern.to_string().split('.').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut label = "any".to_owned();
    while used.contains(&label) {
        label.push('y');
    }
    label
}

/// One host, if possible none that is named, for each combination of expressions and wildcards.
fn by_expression(
    expressions: &BTreeSet<&str>,
    suffixes: &BTreeSet<&str>,
    patterns: &[&HostPattern],
    limits: &Limits,
) -> Result<Vec<String>, Doubt> {
    let wildcards = suffixes.iter().map(|suffix| regex_syntax::escape(suffix));
    let wildcards = wildcards.flat_map(|suffix| [format!(r"^.+\.{suffix}$"), format!(r"^[a-z0-9_-]+\.{suffix}$")]);
    let all = expressions.iter().map(|expression| (*expression).to_owned()).chain(wildcards);
    let read = |text: String| match pattern::parse(&text, true) {
        Ok(hir) => Ok(pattern::found_in(hir)),
        Err(why) => Err(Doubt::Pattern { pattern: text, why }),
    };
    let patterns_read = all.map(read).collect::<Result<Vec<_>, Doubt>>()?;
    let classes = classes(&patterns_read, Language::Host, limits.automaton_bytes).map_err(|_| Doubt::Automaton)?;
    let named =
        |host: &String| patterns.iter().any(|pattern| matches!(pattern, HostPattern::Exact(exact) if exact == host));
    Ok(classes
        .into_iter()
        .filter_map(|class| class.members.iter().find(|host| !named(host)).or(class.members.first()).cloned())
        .collect())
}

/// The virtual hosts of an entry point by their patterns; the earliest that matches counts.
struct Index<'r> {
    exact: HashMap<&'r str, usize>,
    wildcards: HashMap<&'r str, Vec<(usize, &'r HostPattern)>>,
    others: Vec<(usize, &'r HostPattern)>,
}

impl<'r> Index<'r> {
    fn new(entry: Option<&'r EntryPoint>) -> Self {
        let mut index = Self { exact: HashMap::new(), wildcards: HashMap::new(), others: Vec::new() };
        for (at, host) in hosts(entry).enumerate() {
            match &host.host {
                HostPattern::Exact(name) => {
                    index.exact.entry(name).or_insert(at);
                }
                HostPattern::Wildcard { suffix, .. } => {
                    index.wildcards.entry(suffix).or_default().push((at, &host.host));
                }
                HostPattern::Regex(_) | HostPattern::Any => index.others.push((at, &host.host)),
            }
        }
        index
    }

    fn find(&self, host: &str) -> Option<usize> {
        let suffixes = host.match_indices('.').filter_map(|(dot, _)| host.get(dot + 1..));
        let wildcards = suffixes.filter_map(|suffix| self.wildcards.get(suffix)).flatten();
        let matching = wildcards.chain(&self.others).filter(|(_, pattern)| pattern.matches(host)).map(|(at, _)| *at);
        self.exact.get(host).copied().into_iter().chain(matching).min()
    }
}
