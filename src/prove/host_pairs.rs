//! The hosts that a comparison has to look at, by the virtual hosts that take them.

use std::collections::{BTreeMap, BTreeSet};

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
    let patterns: Vec<&HostPattern> = hosts(before).chain(hosts(after)).flat_map(patterns_of).collect();
    let (generated, doubt) = generated(&patterns, limits);
    let declared: BTreeSet<&str> = patterns.iter().filter_map(|pattern| exact(pattern)).collect();
    let (before_index, after_index) = (EntryIndex::new(before), EntryIndex::new(after));
    let mut pairs: Vec<Pair<'r>> = Vec::new();
    let mut known: BTreeMap<(Found, Found), usize> = BTreeMap::new();
    let Some((port, protocol)) = before.or(after).map(place_of) else { return (pairs, doubt) };
    for host in declared.iter().copied().chain(generated.iter().map(String::as_str)) {
        let found = (before_index.find(host), after_index.find(host));
        if let Some(pair) = known.get(&found).and_then(|&at| pairs.get_mut(at)) {
            pair.hosts += 1;
            continue;
        }
        known.insert(found, pairs.len());
        let (before, after) = (found.0.side(before), found.1.side(after));
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
    // Hosts that the data plane alone has a name for are no good examples.
    let built_in = |side: Side<'_>| side.host.is_some_and(VirtualHost::is_built_in);
    pairs.sort_by_key(|pair| built_in(pair.before) || built_in(pair.after));
    (pairs, doubt)
}

/// What an entry point has for a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    host: Option<usize>,
    handshake: bool,
}

impl Found {
    fn side(self, entry: Option<&EntryPoint>) -> Side<'_> {
        let host = self.host.and_then(|at| entry.and_then(|entry| entry.hosts.get(at)));
        // It only matters where no virtual host is found.
        Side { entry, host, handshake: self.handshake }
    }
}

fn hosts(entry: Option<&EntryPoint>) -> impl Iterator<Item = &VirtualHost> {
    entry.into_iter().flat_map(|entry| &entry.hosts)
}

/// The patterns that decide whether a virtual host is asked: of the Host header, and of the server name in TLS.
fn patterns_of(host: &VirtualHost) -> impl Iterator<Item = &HostPattern> {
    std::iter::once(&host.host).chain(server_name(host))
}

fn server_name(host: &VirtualHost) -> Option<&HostPattern> {
    host.tls.as_ref().and_then(|tls| tls.sni.as_ref())
}

fn exact<'p>(pattern: &&'p HostPattern) -> Option<&'p str> {
    match pattern {
        HostPattern::Exact(host) => Some(host),
        HostPattern::Wildcard { .. } | HostPattern::Regex(_) | HostPattern::Any => None,
    }
}

fn is_exact(side: Side<'_>) -> bool {
    side.host.is_some_and(|host| matches!(host.host, HostPattern::Exact(_)))
}

/// A host of several labels under a wildcard that took one label before and takes more after.
pub(super) fn wider(before: Side<'_>, after: Side<'_>, host: &str) -> bool {
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

/// The virtual hosts of an entry point, as requests choose them whose server name is their host (see `virtual_host` in
/// evaluate.rs).
struct EntryIndex<'r> {
    entry: Option<&'r EntryPoint>,
    /// By the server name that leads to them: what is handed on unopened is chosen first.
    by_name: Index<'r>,
    /// Those that end TLS or need none, by host.
    by_host: Index<'r>,
    /// Server names with which a handshake gets through.
    accepted: Index<'r>,
}

impl<'r> EntryIndex<'r> {
    fn new(entry: Option<&'r EntryPoint>) -> Self {
        let opened = || hosts(entry).enumerate().filter(|(_, host)| !host.passthrough);
        Self {
            entry,
            by_name: Index::new(
                hosts(entry).enumerate().map(|(at, host)| (at, server_name(host).unwrap_or(&host.host))),
            ),
            by_host: Index::new(opened().map(|(at, host)| (at, &host.host))),
            accepted: Index::new(opened().map(|(at, host)| (at, server_name(host).unwrap_or(&HostPattern::Any)))),
        }
    }

    fn find(&self, host: &str) -> Found {
        let get = |at: usize| self.entry.and_then(|entry| entry.hosts.get(at));
        let named = self.by_name.all(host).min().filter(|&at| get(at).is_some_and(|found| found.passthrough));
        let accepts = |at: &usize| get(*at).is_some_and(|f| server_name(f).is_none_or(|pattern| pattern.matches(host)));
        let found = named.or_else(|| self.by_host.all(host).filter(accepts).min());
        Found { host: found, handshake: found.is_some() || self.accepted.all(host).next().is_some() }
    }
}

/// Numbers by host patterns.
struct Index<'r> {
    exact: BTreeMap<&'r str, Vec<usize>>,
    wildcards: BTreeMap<&'r str, Vec<(usize, &'r HostPattern)>>,
    others: Vec<(usize, &'r HostPattern)>,
}

impl<'r> Index<'r> {
    fn new(patterns: impl Iterator<Item = (usize, &'r HostPattern)>) -> Self {
        let mut index = Self { exact: BTreeMap::new(), wildcards: BTreeMap::new(), others: Vec::new() };
        for (at, pattern) in patterns {
            match pattern {
                HostPattern::Exact(name) => index.exact.entry(name).or_default().push(at),
                HostPattern::Wildcard { suffix, .. } => {
                    index.wildcards.entry(suffix).or_default().push((at, pattern));
                }
                HostPattern::Regex(_) => index.others.push((at, pattern)),
                // The first takes every host, so those behind it need not be asked.
                HostPattern::Any if index.others.last().is_some_and(|(_, last)| **last == HostPattern::Any) => {}
                HostPattern::Any => index.others.push((at, pattern)),
            }
        }
        index
    }

    /// The numbers of all patterns that take a host, in no order.
    fn all(&self, host: &str) -> impl Iterator<Item = usize> {
        let suffixes = host.match_indices('.').filter_map(|(dot, _)| host.get(dot + 1..));
        let wildcards = suffixes.filter_map(|suffix| self.wildcards.get(suffix)).flatten();
        let matching = wildcards.chain(&self.others).filter(|(_, pattern)| pattern.matches(host)).map(|(at, _)| *at);
        self.exact.get(host).into_iter().flatten().copied().chain(matching)
    }
}
