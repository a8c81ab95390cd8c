//! The passes against an independent reading of how implementations rank (reference: istio.md 2.1).

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use gatelift::gateway::{
    CILIUM, ENVOY_GATEWAY, ISTIO, KGATEWAY, NGINX_GATEWAY_FABRIC, PROFILES, Profile, SPEC, TRAEFIK,
};
use gatelift::model::{
    Action, Anchoring, Backend, BackendState, Cause, EntryPoint, FieldMatch, Forward, HostPattern, Matcher, ObjectRef,
    Origin, PathHandling, PathMatcher, PathRegex, PathRewrite, Pipeline, Policies, Protocol, Routing, Rule,
    ServicePort, Shared, Unavailable, ValueMatcher, VirtualHost,
};
use gatelift::pass::{PASSES, prepare};
use gatelift::report::{Code, Fate, Report};
use gatelift::syntax::{DocumentId, FieldPath};

// ---------------------------------------------------------------------------------------------- lists

fn any() -> PathMatcher {
    PathMatcher::Any
}

fn exact(text: &str) -> PathMatcher {
    PathMatcher::Exact(text.into())
}

fn under(text: &str) -> PathMatcher {
    PathMatcher::Segment(text.into())
}

fn raw(text: &str) -> PathMatcher {
    PathMatcher::Prefix(text.into())
}

fn regex(pattern: &str) -> PathMatcher {
    let pattern = pattern.to_owned();
    PathMatcher::Regex(PathRegex { pattern, case_insensitive: false, anchoring: Anchoring::Full })
}

fn ignoring_case(pattern: &str) -> PathMatcher {
    PathMatcher::Regex(PathRegex { pattern: pattern.into(), case_insensitive: true, anchoring: Anchoring::Full })
}

/// A location as ingress-nginx writes it.
fn nginx(path: &str) -> PathMatcher {
    let pattern = format!("^{path}");
    PathMatcher::Regex(PathRegex { pattern, case_insensitive: true, anchoring: Anchoring::Search })
}

fn is(text: &str) -> ValueMatcher {
    ValueMatcher::Exact(text.into())
}

fn matching(pattern: &str) -> ValueMatcher {
    ValueMatcher::Regex(pattern.into())
}

fn not(value: ValueMatcher) -> ValueMatcher {
    ValueMatcher::Not(Box::new(value))
}

fn rule(path: PathMatcher, service: &str) -> Rule {
    let object = Arc::new(ObjectRef {
        kind: "VirtualService".into(),
        namespace: "default".into(),
        name: service.to_lowercase(),
        document: DocumentId(0),
        within: FieldPath::root(),
    });
    let origin = Origin::field(&object, FieldPath::root().field("spec.http"));
    let backend = Backend {
        service: ServicePort { namespace: "default".into(), name: service.into(), port: 80, port_name: None },
        weight: 1,
        state: BackendState::Usable,
        origin: origin.clone(),
    };
    Rule {
        matcher: Matcher::path(path),
        action: Action::Forward(Forward {
            backends: vec![backend],
            rewrite: None,
            host: None,
            request_headers: Vec::new(),
            response_headers: Vec::new(),
            fallback: None,
            unavailable: Unavailable { no_endpoints: 503, missing: 500 },
        }),
        policies: Shared::default(),
        cause: Cause::Declared,
        origin,
    }
}

trait With {
    fn method(self, method: &str) -> Self;
    fn header(self, name: &str, value: ValueMatcher) -> Self;
    fn query(self, name: &str, value: ValueMatcher) -> Self;
    fn cookie(self, name: &str, value: ValueMatcher) -> Self;
    fn rewrite(self, rewrite: PathRewrite) -> Self;
}

impl With for Rule {
    fn method(mut self, method: &str) -> Self {
        self.matcher.method = Some(method.into());
        self
    }

    fn header(mut self, name: &str, value: ValueMatcher) -> Self {
        self.matcher.headers.push(FieldMatch { name: name.into(), value });
        self
    }

    fn query(mut self, name: &str, value: ValueMatcher) -> Self {
        self.matcher.queries.push(FieldMatch { name: name.into(), value });
        self
    }

    fn cookie(mut self, name: &str, value: ValueMatcher) -> Self {
        self.matcher.cookies.push(FieldMatch { name: name.into(), value });
        self
    }

    fn rewrite(mut self, rewrite: PathRewrite) -> Self {
        if let Action::Forward(forward) = &mut self.action {
            forward.rewrite = Some(rewrite);
        }
        self
    }
}

pub fn routing(rules: Vec<Rule>) -> Routing {
    let host = VirtualHost {
        host: HostPattern::Exact("foo.com".into()),
        paths: PathHandling::Raw,
        rules: rules.into(),
        unmatched: 404,
        tls: None,
        passthrough: false,
        origin: None,
    };
    let entry = EntryPoint {
        port: 80,
        protocol: Protocol::Http,
        hosts: vec![host],
        pipeline: Pipeline::Spec,
        underscores: gatelift::model::Underscores::Kept,
        implicit: Policies::default(),
        client: gatelift::model::ClientAddress::Peer,
    };
    Routing { name: "test".into(), dialect: "test", entry_points: vec![entry], ..Routing::default() }
}

fn rules_of(routing: &Routing) -> &[Rule] {
    &routing.entry_points[0].hosts[0].rules
}

fn prepared(rules: &[Rule], profile: &Profile) -> (Vec<Rule>, Report) {
    let mut report = Report::default();
    let routing = prepare(&routing(rules.to_vec()), profile, &mut report);
    (rules_of(&routing).to_vec(), report)
}

// ---------------------------------------------------------------------------------------------- requests

/// All combinations of some paths, methods and values. A request is one choice of each.
struct Space {
    paths: Vec<String>,
    methods: Vec<&'static str>,
    fields: Vec<(Family, String, Vec<Option<String>>)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Family {
    Header,
    Query,
    Cookie,
}

const FAMILIES: [Family; 3] = [Family::Header, Family::Query, Family::Cookie];

impl Family {
    fn of(self, matcher: &Matcher) -> &[FieldMatch] {
        match self {
            Self::Header => &matcher.headers,
            Self::Query => &matcher.queries,
            Self::Cookie => &matcher.cookies,
        }
    }
}

/// For each dimension of a space, which choices a rule takes.
type Table = Vec<Vec<bool>>;

impl Space {
    /// The given paths with all that the rules speak of; each name absent or with one of the values.
    fn of(rules: &[Rule], paths: &[&str], values: &[&str]) -> Self {
        let mut fields = Vec::new();
        for family in FAMILIES {
            let named = rules.iter().flat_map(|rule| family.of(&rule.matcher));
            let names: BTreeSet<String> = named.map(|field| field.name.clone()).collect();
            let values = || std::iter::once(None).chain(values.iter().map(|value| Some((*value).to_owned()))).collect();
            fields.extend(names.into_iter().map(|name| (family, name, values())));
        }
        let with_methods = rules.iter().any(|rule| rule.matcher.method.is_some());
        Self {
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            methods: if with_methods { vec!["GET", "POST"] } else { vec!["GET"] },
            fields,
        }
    }

    fn table(&self, matcher: &Matcher, memo: &mut Memo) -> Table {
        let method = |method: &&str| matcher.method.as_ref().is_none_or(|own| own == method);
        let mut table = vec![memo.paths(&matcher.path, &self.paths), self.methods.iter().map(method).collect()];
        for (family, name, values) in &self.fields {
            let conditions: Vec<_> = family.of(matcher).iter().filter(|field| field.name == *name).collect();
            let holds = |value: &Option<String>| conditions.iter().all(|field| memo.value(&field.value, value));
            table.push(values.iter().map(holds).collect());
        }
        table
    }

    /// For every request of the space, which rule takes it first.
    fn takers(&self, rules: &[&Rule], path_alone: bool, memo: &mut Memo) -> Vec<Option<usize>> {
        let tables: Vec<Table> = rules.iter().map(|rule| self.table(&rule.matcher, memo)).collect();
        let takes = |table: &Table, choice: &[usize]| table.iter().zip(choice).all(|(holds, at)| holds[*at]);
        let mut takers = Vec::new();
        self.each(|choice| {
            // nginx: the path chooses, and only its rules are asked.
            let chosen = tables.iter().position(|table| table[0][choice[0]]).filter(|_| path_alone);
            let asked = |rule: &Rule| chosen.is_none_or(|at| rules[at].matcher.path == rule.matcher.path);
            takers.push(tables.iter().zip(rules).position(|(table, rule)| asked(rule) && takes(table, choice)));
        });
        takers
    }

    /// The first request that two lists treat differently, with what they do.
    fn difference(&self, a: &[&Rule], b: &[&Rule], path_alone: bool, memo: &mut Memo) -> Option<String> {
        let names = |rules: &[&Rule]| -> Vec<String> { rules.iter().map(|rule| outcome(Some(rule))).collect() };
        let (names_a, names_b) = (names(a), names(b));
        let name = |names: &[String], taker: Option<usize>| taker.map_or(outcome(None), |at| names[at].clone());
        let pairs: Vec<_> = self.takers(a, false, memo).into_iter().zip(self.takers(b, path_alone, memo)).collect();
        let mut judged = HashMap::new();
        let at = pairs.iter().position(|pair| {
            *judged.entry(*pair).or_insert_with(|| name(&names_a, pair.0) != name(&names_b, pair.1))
        })?;
        let (mut request, mut number) = (String::new(), 0);
        self.each(|choice| {
            if number == at {
                request = self.show(choice);
            }
            number += 1;
        });
        Some(format!("{request}: {} became {}", name(&names_a, pairs[at].0), name(&names_b, pairs[at].1)))
    }

    fn each(&self, mut visit: impl FnMut(&[usize])) {
        let mut sizes = vec![self.paths.len(), self.methods.len()];
        sizes.extend(self.fields.iter().map(|(_, _, values)| values.len()));
        let mut choice = vec![0; sizes.len()];
        for number in 0..sizes.iter().product() {
            let mut rest: usize = number;
            for (at, size) in choice.iter_mut().zip(&sizes) {
                (*at, rest) = (rest % size, rest / size);
            }
            visit(&choice);
        }
    }

    fn show(&self, choice: &[usize]) -> String {
        let mut text = format!("{} {}", self.methods[choice[1]], self.paths[choice[0]]);
        for ((family, name, values), at) in self.fields.iter().zip(&choice[2..]) {
            if let Some(value) = &values[*at] {
                text.push_str(&format!(" {family:?} {name}={value:?}"));
            }
        }
        text
    }
}

/// Patterns are compiled once.
#[derive(Default)]
struct Memo {
    paths: HashMap<PathMatcher, (Vec<String>, Vec<bool>)>,
    values: HashMap<(ValueMatcher, Option<String>), bool>,
}

impl Memo {
    fn paths(&mut self, matcher: &PathMatcher, paths: &[String]) -> Vec<bool> {
        if let Some((known, holds)) = self.paths.get(matcher)
            && known == paths
        {
            return holds.clone();
        }
        let holds: Vec<bool> = match matcher {
            PathMatcher::Regex(regex) => {
                let compiled = regex.compile().expect("a pattern");
                paths.iter().map(|path| compiled.is_match(path).expect("no runaway")).collect()
            }
            _ => paths.iter().map(|path| matcher.matches(path)).collect(),
        };
        self.paths.insert(matcher.clone(), (paths.to_vec(), holds.clone()));
        holds
    }

    fn value(&mut self, matcher: &ValueMatcher, value: &Option<String>) -> bool {
        let known = self.values.entry((matcher.clone(), value.clone()));
        *known.or_insert_with(|| matcher.matches(value.as_deref()))
    }
}

/// Service or status.
fn outcome(rule: Option<&Rule>) -> String {
    match rule.map(|rule| &rule.action) {
        None => "404".to_owned(),
        Some(Action::Forward(forward)) => forward.backends[0].service.name.clone(),
        Some(Action::Respond(respond)) => respond.status.to_string(),
        Some(Action::Redirect(_)) => unreachable!("no rule here redirects"),
    }
}

// ---------------------------------------------------------------------------------------------- the ranking

/// The order in which an implementation tries rules, by name, written from the table of istio.md 2.1 and not from the
/// passes. `later_reading`: the other one of two readings, where the table leaves one open.
fn ranked<'r>(rules: &'r [Rule], profile: &Profile, later_reading: bool) -> Vec<&'r Rule> {
    let mut order: Vec<&Rule> = rules.iter().collect();
    order.sort_by_key(|rule| std::cmp::Reverse(place(&rule.matcher, profile.name, later_reading)));
    if profile.name == "istio" {
        // BuildHTTPRoutesForVirtualService stops at the first catch-all.
        let catch_all = |rule: &&Rule| {
            let path = &rule.matcher.path;
            rule.matcher.only_path() && (*path == any() || *path == regex(".*"))
        };
        if let Some(at) = order.iter().position(catch_all) {
            order.truncate(at + 1);
        }
    }
    order
}

fn place(matcher: &Matcher, implementation: &str, later_reading: bool) -> Vec<usize> {
    let (exact, prefix, regex) = match &matcher.path {
        PathMatcher::Exact(text) => (Some(text.as_str()), None, None),
        PathMatcher::Segment(text) => (None, Some(text.as_str()), None),
        PathMatcher::Any => (None, Some("/"), None),
        PathMatcher::Regex(regex) => (None, None, Some(regex.pattern.as_str())),
        PathMatcher::Prefix(text) => panic!("no path of Gateway API: {text}"),
    };
    let method = usize::from(matcher.method.is_some());
    let headers = matcher.headers.len() + usize::from(!matcher.cookies.is_empty());
    let queries = matcher.queries.len();
    let length = exact.or(prefix).or(regex).unwrap_or_default().len();
    if implementation == "traefik" {
        let path = match (exact, prefix) {
            (Some(_), _) => 100_000,
            (None, Some("/")) => 1,
            _ => 10_000 + 100 * length,
        };
        return vec![path + 1000 * method + 100 * headers + 10 * queries];
    }
    let path = match (exact.is_some(), prefix.is_some(), implementation) {
        (true, _, _) => [3, 0],
        (_, true, "istio") => [2, length],
        (_, true, _) => [1, length],
        (_, false, "istio") => [1, length],
        (_, false, "kgateway") => [2, 0],
        (_, false, _) => [2, length],
    };
    let rest = match implementation {
        "envoy-gateway" => {
            let exact = matcher
                .headers
                .iter()
                .filter(|field| matches!(&field.value, ValueMatcher::Exact(text) if !text.is_empty()));
            vec![headers + method, exact.count() + method, queries]
        }
        "contour" if later_reading => vec![headers, queries, method],
        "contour" => vec![headers, queries],
        _ => vec![method, headers, queries],
    };
    path.into_iter().chain(rest).collect()
}

/// The first request that an implementation treats otherwise than the source's list, under either reading.
fn difference(source: &[Rule], output: &[Rule], profile: &Profile, space: &Space, memo: &mut Memo) -> Option<String> {
    let list: Vec<&Rule> = source.iter().collect();
    [false, true].into_iter().find_map(|reading| {
        let found =
            space.difference(&list, &ranked(output, profile, reading), profile.name == "nginx-gateway-fabric", memo)?;
        Some(format!("{found}\n{}\nbecame\n{}", show(source), show(output)))
    })
}

/// What Gateway API can say, in the form that the profile asks for.
fn assert_expressible(rules: &[Rule], profile: &Profile) {
    for rule in rules {
        match &rule.matcher.path {
            PathMatcher::Any => {}
            PathMatcher::Exact(text) => assert!(text.starts_with('/')),
            PathMatcher::Segment(text) => assert!(text.starts_with('/') && !text.ends_with('/')),
            PathMatcher::Prefix(text) => panic!("raw prefix {text}"),
            PathMatcher::Regex(regex) => {
                assert_eq!((regex.case_insensitive, regex.anchoring), (false, profile.regex_anchoring));
                assert!(regex.pattern.len() <= 1024);
                if !profile.regex_pcre {
                    regex_syntax::ast::parse::Parser::new().parse(&regex.pattern).expect("RE2");
                }
            }
        }
        let Matcher { headers, queries, cookies, .. } = &rule.matcher;
        for fields in [headers, queries, cookies] {
            let names: BTreeSet<&String> = fields.iter().map(|field| &field.name).collect();
            assert_eq!(names.len(), fields.len(), "one condition a name: {fields:?}");
            for field in fields {
                assert!(!matches!(field.value, ValueMatcher::Absent | ValueMatcher::Not(_)), "{field:?}");
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------- chance

pub struct Chance(pub u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Paths {
    Core,
    Native,
    Nginx,
}

fn random_path(chance: &mut Chance, kind: Paths) -> PathMatcher {
    const TEXTS: &[&str] = &["/a", "/a/b", "/a/b/c", "/ab", "/c", "/a/c"];
    match (kind, chance.below(8)) {
        (Paths::Core | Paths::Native, 0 | 1) => exact(chance.pick(TEXTS)),
        (Paths::Core | Paths::Native, 2 | 3) => under(chance.pick(TEXTS)),
        (Paths::Core | Paths::Native, 4) => raw(chance.pick(&["/a/", "/a/b/", "/c/"])),
        (Paths::Core, 5) => any(),
        (Paths::Core, _) => under(chance.pick(TEXTS)),
        (Paths::Native, 5) => raw(chance.pick(&["/a", "/c", "/"])),
        (Paths::Native, _) => {
            regex(chance.pick(&["/a.*", "/a/[a-z]+", "/[a-z]+/b", ".*", "/a(/.*)?", "/(a|c)", "/[^/]+", "/ab?/.*"]))
        }
        (Paths::Nginx, 0) => exact(chance.pick(TEXTS)),
        (Paths::Nginx, 1) => any(),
        (Paths::Nginx, _) => nginx(chance.pick(&[
            "/a",
            "/a/",
            "/a(/|$)(.*)",
            "/a/b$",
            "/[a-z]+",
            "/a|/b",
            "/",
            "/a/b",
            "/A/.*",
            "/[a-z]/b",
            "/c",
            "^/a/c",
        ])),
    }
}

fn random_value(chance: &mut Chance) -> ValueMatcher {
    match chance.below(9) {
        0..=2 => is("1"),
        3 => is("2"),
        4 => ValueMatcher::Present,
        5 => matching("1|2"),
        6 => matching(chance.pick(&["1.*", ".*2", "[0-9]+"])),
        7 => ValueMatcher::Absent,
        _ => not(is("1")),
    }
}

pub fn random_rules(chance: &mut Chance, kind: Paths) -> Vec<Rule> {
    let mut rules = Vec::new();
    for _ in 0..2 + chance.below(5) {
        let path = random_path(chance, kind);
        let mut rule = rule(path, chance.pick(&["A", "B", "C", "D"]));
        if chance.one_in(4) {
            rule = rule.method(chance.pick(&["GET", "POST"]));
        }
        if chance.one_in(3) {
            let name = chance.pick(&["x", "y"]);
            rule = rule.header(name, random_value(chance));
        }
        if chance.one_in(8) {
            // Perhaps a second condition on one name; not a second expression, which no source writes.
            let name = chance.pick(&["x", "y"]);
            let value = [is("1"), ValueMatcher::Present, ValueMatcher::Absent, not(is("1"))][chance.below(4)].clone();
            rule = rule.header(name, value);
        }
        if chance.one_in(6) {
            rule = rule.query("q", random_value(chance));
        }
        if chance.one_in(12) {
            rule = rule.cookie("c", random_value(chance));
        }
        rules.push(rule);
    }
    if !chance.one_in(4) {
        rules.push(rule(any(), "Z"));
    }
    rules
}

const PATHS: &[&str] = &[
    "/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/a/b/c/d", "/a/c", "/a/zz", "/ab", "/ab/x", "/abc", "/c", "/c/",
    "/c/b", "/cc", "/A", "/A/B", "/b", "/x/b", "/x/b/y", "/1", "/zz", "/a/1",
];
const VALUES: &[&str] = &["1", "2", "12", ""];

fn has(report: &Report, code: Code) -> bool {
    report.diagnostics.iter().any(|found| found.code == code)
}

/// Random lists on every profile: what is not reported is equal, for every request.
#[test]
fn random_lists_rank_as_they_match_or_are_reported() {
    let lists = std::env::var("GATELIFT_LISTS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut memo = Memo::default();
    for kind in [Paths::Core, Paths::Native, Paths::Nginx] {
        for profile in PROFILES {
            let mut chance = Chance(7 + kind as u64);
            let (mut reported, mut naive_wrong, mut before, mut after) = (0, 0, 0, 0);
            for list in 0..lists {
                let rules = random_rules(&mut chance, kind);
                let space = Space::of(&rules, PATHS, VALUES);
                let (out, report) = prepared(&rules, profile);
                assert_expressible(&out, profile);
                (before, after) = (before + rules.len(), after + out.len());
                if has(&report, Code::OrderNotExpressible) {
                    reported += 1;
                    continue;
                }
                let context = format!("{kind:?} list {list} on {}", profile.name);
                assert_eq!(difference(&rules, &out, profile, &space, &mut memo), None, "{context}");
                let (again, _) = prepared(&out, profile);
                assert_eq!(show(&again), show(&out), "{context}: prepared twice");
                let naive: Vec<Rule> = rules.iter().map(naive).collect();
                naive_wrong += usize::from(
                    kind == Paths::Core && difference(&rules, &naive, profile, &space, &mut memo).is_some(),
                );
            }
            println!(
                "{kind:?} on {}: {lists} lists, {reported} reported, {naive_wrong} wrong without passes, rules {before} -> {after}",
                profile.name
            );
            assert!(kind != Paths::Core || naive_wrong > lists / 2, "the lists are too easy");
        }
    }
}

/// One rule of Gateway API a rule, as converters write that do not look at order.
fn naive(rule: &Rule) -> Rule {
    let mut rule = rule.clone();
    if let PathMatcher::Prefix(text) = &rule.matcher.path {
        rule.matcher.path = under(text.trim_end_matches('/'));
    }
    rule
}

/// Each pass by itself leaves the first match as it was.
#[test]
fn every_pass_keeps_the_first_match() {
    let mut memo = Memo::default();
    for kind in [Paths::Core, Paths::Native, Paths::Nginx] {
        let mut chance = Chance(11 + kind as u64);
        for list in 0..70 {
            let rules = random_rules(&mut chance, kind);
            let space = Space::of(&rules, PATHS, VALUES);
            let (mut current, mut report) = (routing(rules.clone()), Report::default());
            for pass in PASSES {
                current = pass.apply(&current, &PROFILES[list % PROFILES.len()], &mut report);
                if has(&report, Code::OrderNotExpressible) {
                    break;
                }
                let (source, now): (Vec<&Rule>, Vec<&Rule>) =
                    (rules.iter().collect(), rules_of(&current).iter().collect());
                let found = space.difference(&source, &now, false, &mut memo);
                assert_eq!(found, None, "{} on {kind:?} list {list}\n{}", pass.name, show(&rules));
            }
        }
    }
}

fn show(rules: &[Rule]) -> String {
    rules
        .iter()
        .map(|rule| {
            let Matcher { path, method, headers, queries, cookies } = &rule.matcher;
            let fields = [headers, queries, cookies];
            format!("  {path} {method:?} {fields:?} -> {}\n", outcome(Some(rule)))
        })
        .collect()
}

// ---------------------------------------------------------------------------------------------- the 20 examples

/// `= /a`, `/a…`, `any`, `~ a.*`, then the conditions, then what it does.
fn brief(rule: &Rule) -> String {
    let mut text = match &rule.matcher.path {
        PathMatcher::Any => "any".to_owned(),
        PathMatcher::Exact(path) => format!("= {path}"),
        PathMatcher::Segment(path) => format!("{path}…"),
        PathMatcher::Prefix(path) => format!("{path}*"),
        PathMatcher::Regex(regex) => format!("~ {}", regex.pattern),
    };
    text.extend(rule.matcher.method.iter().map(|method| format!(" {method}")));
    for family in FAMILIES {
        for field in family.of(&rule.matcher) {
            let value = match &field.value {
                ValueMatcher::Exact(value) => format!("={value}"),
                ValueMatcher::Regex(pattern) | ValueMatcher::Search(pattern) => format!("~{pattern}"),
                ValueMatcher::Present => String::new(),
                ValueMatcher::Absent | ValueMatcher::Not(_) => "!".to_owned(),
            };
            text.push_str(&format!(" {}{value}", field.name));
        }
    }
    format!("{text} -> {}", outcome(Some(rule)))
}

struct Example {
    number: usize,
    rules: Vec<Rule>,
    /// Rules of the source that never get a request.
    unreachable: usize,
    istio: &'static [&'static str],
    envoy: &'static [&'static str],
}

fn examples() -> Vec<Example> {
    type Lines = &'static [&'static str];
    let default = || rule(any(), "C");
    let apart =
        |number, rules, unreachable, istio: Lines, envoy: Lines| Example { number, rules, unreachable, istio, envoy };
    let alike =
        |number, rules, unreachable, both: Lines| Example { number, rules, unreachable, istio: both, envoy: both };
    vec![
        // Dead behind a shorter prefix.
        alike(1, vec![rule(under("/api"), "A"), rule(under("/api/v2"), "B")], 1, &["/api… -> A"]),
        // One carve.
        alike(
            2,
            vec![rule(under("/a"), "A").header("x", is("1")), rule(under("/a/b"), "B"), default()],
            0,
            &["/a/b… x=1 -> A", "/a… x=1 -> A", "/a/b… -> B", "any -> C"],
        ),
        // A dead exact path, a hole for the bare one.
        alike(
            3,
            vec![rule(raw("/img/"), "CDN"), rule(exact("/img/logo.png"), "B"), default()],
            1,
            &["= /img -> C", "/img… -> CDN", "any -> C"],
        ),
        // Istio ranks expressions below prefixes: the prefix becomes one too.
        apart(
            4,
            vec![rule(regex("/api/test/[0-9a-z-]+"), "A"), rule(any(), "B")],
            0,
            &["~ /api/test/[0-9a-z-]+ -> A", "~ /.* -> B"],
            &["~ /api/test/[0-9a-z-]+ -> A", "any -> B"],
        ),
        apart(
            5,
            vec![rule(regex("/user/[0-9]+"), "A"), rule(under("/user"), "B")],
            0,
            &["~ /user/[0-9]+ -> A", "~ /user(/.*)? -> B"],
            &["~ /user/[0-9]+ -> A", "/user… -> B"],
        ),
        // The second expression is inside the first one.
        apart(
            6,
            vec![rule(regex("/v[0-9]+/.*"), "A"), rule(regex("/v1/users/[a-z]+/profile"), "B"), default()],
            1,
            &["~ /v[0-9]+/.* -> A", "~ /.* -> C"],
            &["~ /v[0-9]+/.* -> A", "any -> C"],
        ),
        // A method outranks headers by the specification; it is one of them in Envoy Gateway.
        apart(
            7,
            vec![
                rule(under("/a"), "A").header("x", is("1")).header("y", is("1")),
                rule(under("/a"), "B").method("GET"),
                default(),
            ],
            0,
            &["/a… GET x=1 y=1 -> A", "/a… x=1 y=1 -> A", "/a… GET -> B", "any -> C"],
            &["/a… x=1 y=1 -> A", "/a… GET -> B", "any -> C"],
        ),
        alike(
            8,
            vec![
                rule(under("/a"), "A").query("q", is("1")).query("r", is("1")),
                rule(under("/a"), "B").header("x", is("1")),
                default(),
            ],
            0,
            &["/a… x=1 q=1 r=1 -> A", "/a… q=1 r=1 -> A", "/a… x=1 -> B", "any -> C"],
        ),
        // withoutHeaders: what has the header goes on to the next rule.
        alike(
            9,
            vec![rule(under("/a"), "PUBLIC").header("internal", ValueMatcher::Absent), rule(under("/a"), "PRIVATE")],
            0,
            &["/a… internal -> PRIVATE", "/a… -> PUBLIC"],
        ),
        apart(
            10,
            vec![rule(raw("/foo"), "A"), default()],
            0,
            &["~ /foo.* -> A", "~ /.* -> C"],
            &["~ /foo.* -> A", "any -> C"],
        ),
        alike(11, vec![rule(raw("/foo/"), "A"), default()], 0, &["= /foo -> C", "/foo… -> A", "any -> C"]),
        alike(
            12,
            vec![
                rule(under("/x"), "A").header("beta", is("1")),
                rule(exact("/x/login"), "B"),
                rule(under("/x/static"), "B"),
                default(),
            ],
            0,
            &[
                "= /x/login beta=1 -> A",
                "/x/static… beta=1 -> A",
                "/x… beta=1 -> A",
                "= /x/login -> B",
                "/x/static… -> B",
                "any -> C",
            ],
        ),
        // Disjoint: nothing to do.
        alike(
            13,
            vec![rule(under("/a"), "A").header("v", is("1")), rule(under("/a/b"), "B").header("v", is("2")), default()],
            0,
            &["/a… v=1 -> A", "/a/b… v=2 -> B", "any -> C"],
        ),
        alike(14, vec![rule(under("/a"), "A"), rule(exact("/a/b"), "A"), default()], 1, &["/a… -> A", "any -> C"]),
        // Two expressions on one header cannot be carved; lengths of paths do it.
        apart(
            15,
            vec![
                rule(under("/a"), "A").header("cookie", matching(".*user=dev.*")),
                rule(under("/a/b"), "B").header("cookie", matching(".*grp=x.*")),
                default(),
            ],
            0,
            &["~ /a(/.*)?(?:) cookie~.*user=dev.* -> A", "~ /a/b(/.*)? cookie~.*grp=x.* -> B", "~ /.* -> C"],
            &["~ /a(/.*)?(?:) cookie~.*user=dev.* -> A", "~ /a/b(/.*)? cookie~.*grp=x.* -> B", "any -> C"],
        ),
        alike(16, vec![rule(ignoring_case("/Foo.*"), "A"), default()], 0, &["~ (?i)/Foo.* -> A", "~ /.* -> C"]),
        // The source has moved the catch-all of the older VirtualService behind.
        alike(17, vec![rule(under("/a"), "A"), default()], 0, &["/a… -> A", "any -> C"]),
        alike(
            18,
            vec![rule(raw("/r/v1/"), "D1"), rule(under("/r"), "D2"), rule(any(), "ROOT")],
            0,
            &["= /r/v1 -> D2", "/r/v1… -> D1", "/r… -> D2", "any -> ROOT"],
        ),
        alike(19, vec![rule(any(), "A"), rule(under("/b"), "B")], 1, &["any -> A"]),
        alike(
            20,
            vec![rule(under("/a"), "A").header("k", ValueMatcher::Present), rule(under("/a"), "B").header("k", is(""))],
            1,
            &["/a… k -> A"],
        ),
    ]
}

/// The examples of istio.md 2.4: the verdict is the list that comes out, and what is said about it.
#[test]
fn the_twenty_examples_come_out_as_they_should() {
    const PATHS: &[&str] = &[
        "/",
        "/api",
        "/api/v2",
        "/apix",
        "/a",
        "/a/b",
        "/a/b/c",
        "/ab",
        "/img",
        "/img/",
        "/img/logo.png",
        "/img/x",
        "/api/test/check",
        "/api/test/",
        "/user",
        "/user/",
        "/user/42",
        "/user/x",
        "/v1/users/bob/profile",
        "/v1/",
        "/v1",
        "/foo",
        "/foo/",
        "/foo/x",
        "/foobar",
        "/FOO",
        "/FOO/x",
        "/x",
        "/x/login",
        "/x/static",
        "/x/static/y",
        "/x/y",
        "/r",
        "/r/v1",
        "/r/v1/",
        "/r/v1/x",
        "/b",
    ];
    const VALUES: &[&str] = &["", "1", "2", "user=dev", "grp=x", "user=dev; grp=x"];
    let mut memo = Memo::default();
    for example in examples() {
        for (profile, wanted) in [(&ISTIO, example.istio), (&ENVOY_GATEWAY, example.envoy)] {
            let context = format!("example {} on {}", example.number, profile.name);
            let (out, report) = prepared(&example.rules, profile);
            let space = Space::of(&example.rules, PATHS, VALUES);
            assert_eq!(difference(&example.rules, &out, profile, &space, &mut memo), None, "{context}");
            let brief: Vec<String> = out.iter().map(brief).collect();
            assert_eq!(brief, wanted, "{context}");
            let said: Vec<Code> = report.diagnostics.iter().map(|found| found.code).collect();
            assert_eq!(said, vec![Code::RuleUnreachable; example.unreachable], "{context}");
        }
    }
}

// ---------------------------------------------------------------------------------------------- hosts of nginx

fn briefs(rules: &[Rule]) -> Vec<String> {
    rules.iter().map(brief).collect()
}

/// Exact paths first, then the longest prefix: every profile ranks that way, so nothing moves and nothing is made.
#[test]
fn plain_hosts_of_nginx_keep_their_list() {
    let bare = Rule { cause: Cause::SlashRedirect, ..rule(exact("/foo"), "R") };
    let rules = vec![
        rule(exact("/b"), "E"),
        bare,
        rule(under("/foo/bar"), "B").header("canary", is("always")),
        rule(under("/foo/bar"), "B2"),
        rule(raw("/foo/"), "A"),
        Rule { cause: Cause::DefaultBackend, ..rule(any(), "D") },
    ];
    let wanted =
        ["= /b -> E", "= /foo -> R", "/foo/bar… canary=always -> B", "/foo/bar… -> B2", "/foo… -> A", "any -> D"];
    for profile in PROFILES {
        let (out, report) = prepared(&rules, profile);
        assert_eq!(briefs(&out), wanted, "{}", profile.name);
        assert_eq!(report.diagnostics, [], "{}", profile.name);
        let causes: Vec<Cause> = out.iter().map(|rule| rule.cause).collect();
        assert_eq!(causes, rules.iter().map(|rule| rule.cause).collect::<Vec<_>>());
    }
}

/// A denied location has no slash redirect: the bare path falls to what stands behind.
#[test]
fn a_bare_path_falls_to_the_rules_behind() {
    let denied = rule(raw("/foo/"), "A").method("GET");
    let (out, report) = prepared(&[denied.clone(), rule(any(), "D").header("x", is("1"))], &SPEC);
    assert_eq!(briefs(&out), ["= /foo x=1 -> D", "= /foo -> 404", "/foo… GET -> A", "any x=1 -> D"]);
    let carved = [Cause::Carved, Cause::Carved, Cause::Declared, Cause::Declared];
    assert_eq!(out.iter().map(|rule| rule.cause).collect::<Vec<_>>(), carved);
    assert_eq!(out[0].origin, out[3].origin, "a copy is of the rule it continues");
    assert_eq!(report.diagnostics, []);

    // The rules behind do the same: no hole.
    let (out, _) = prepared(&[rule(raw("/foo/"), "A"), rule(any(), "A")], &SPEC);
    assert_eq!(briefs(&out), ["/foo… -> A", "any -> A"]);
}

#[test]
fn hosts_with_expressions_have_nothing_else_and_fall_in_length() {
    let rules = [
        rule(nginx("/foo(/|$)(.*)"), "FOO"),
        rule(nginx("/q|/bcd"), "OR"),
        rule(nginx("/abc"), "ABC"),
        rule(nginx("/a.c"), "DOT"),
        rule(nginx("/x$"), "X"),
        rule(exact("/e"), "E"),
        rule(nginx("/"), "D"),
    ];
    let full = [
        // Found anywhere, the second half of OR meets FOO, and its text is longer.
        "~ (?i)/foo(/|$)(.*)(?:)(?:) -> FOO",
        "~ (?i)(?:/q.*|.*/bcd.*) -> OR",
        "~ (?i)/abc.*(?:) -> ABC",
        "~ (?i)/a.c.* -> DOT",
        "~ (?i)/x -> X",
        "~ /e(?:) -> E",
        "~ /.* -> D",
    ];
    let by_list = [
        "~ (?i)/foo(/|$)(.*) -> FOO",
        "~ (?i)(?:/q.*|.*/bcd.*) -> OR",
        "~ (?i)/abc.* -> ABC",
        "~ (?i)/a.c.* -> DOT",
        "~ (?i)/x -> X",
        "~ /e -> E",
        "~ /.* -> D",
    ];
    let search = [
        "~ (?i)^/foo(/|$)(.*)(?:) -> FOO",
        "~ (?i)^(?:/q|.*/bcd) -> OR",
        "~ (?i)^/abc(?:) -> ABC",
        "~ (?i)^/a.c -> DOT",
        "~ (?i)^/x$ -> X",
        "~ ^/e$ -> E",
        "~ ^/ -> D",
    ];
    let cases = [
        (&SPEC, full),
        (&ENVOY_GATEWAY, full),
        (&ISTIO, full),
        (&CILIUM, full),
        (&KGATEWAY, by_list),
        (&NGINX_GATEWAY_FABRIC, search),
        (&TRAEFIK, search),
    ];
    for (profile, wanted) in cases {
        let (out, report) = prepared(&rules, profile);
        assert_eq!(briefs(&out), wanted, "{}", profile.name);
        assert_eq!(report.diagnostics, [], "{}", profile.name);
    }
}

/// `^/` and expressions without letters are core paths in spite of nginx's disregard of case.
#[test]
fn expressions_that_are_core_paths_leave_a_host_without_expressions() {
    let (out, _) =
        prepared(&[rule(nginx("/1(/|$)(.*)"), "ONE"), rule(nginx("/2$"), "TWO"), rule(nginx("/"), "D")], &SPEC);
    assert_eq!(briefs(&out), ["/1… -> ONE", "= /2 -> TWO", "any -> D"]);
}

#[test]
fn what_re2_cannot_run_is_withheld_with_all_it_may_take() {
    let rules = [
        rule(nginx("/(?!api(/|$)).*"), "WEB").header("x", is("1")),
        rule(nginx(r"/v(\d)\1"), "TWICE"),
        rule(nginx("/"), "D"),
    ];
    let (out, report) = prepared(&rules, &ENVOY_GATEWAY);
    assert_eq!(briefs(&out), ["~ /.* x=1 -> 500", r"~ (?i)/v(\d)(?:.*) -> 500", "~ /.* -> D"]);
    assert_eq!(out[0].cause, Cause::Withheld);
    let said: Vec<Code> = report.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(said, [Code::RegexNotExpressible; 2]);
    assert!(report.diagnostics[0].message.contains("look-around"), "{}", report.diagnostics[0].message);
    assert_eq!(report.ledger.counts().get(&Fate::Dropped), Some(&2));

    // PCRE runs it. There the path alone chooses, so it answers for requests without the header too.
    let (out, report) = prepared(&[rules[0].clone(), rules[2].clone()], &NGINX_GATEWAY_FABRIC);
    let wanted = ["~ (?i)^/(?!api(/|$)).* x=1 -> WEB", "~ (?i)^/(?!api(/|$)).* -> D", "~ ^/ -> D"];
    assert_eq!(briefs(&out), wanted);
    assert_eq!(report.diagnostics, []);
}

// ---------------------------------------------------------------------------------------------- what goes with a rule

#[test]
fn a_carved_rule_keeps_the_outcome_of_a_replaced_prefix() {
    let replaced = PathRewrite::Prefix { from: "/a".into(), to: "/".into() };
    let rules = [
        rule(under("/a"), "A").header("x", is("1")).rewrite(replaced.clone()),
        rule(under("/a/b"), "B"),
        rule(exact("/a/c"), "C"),
    ];
    let (out, _) = prepared(&rules, &SPEC);
    assert_eq!(briefs(&out), ["/a/b… x=1 -> A", "= /a/c x=1 -> A", "/a… x=1 -> A", "/a/b… -> B", "= /a/c -> C"]);
    let rewrites: Vec<Option<PathRewrite>> = out
        .iter()
        .map(|rule| match &rule.action {
            Action::Forward(forward) => forward.rewrite.clone(),
            Action::Redirect(_) | Action::Respond(_) => None,
        })
        .collect();
    let narrowed = PathRewrite::Prefix { from: "/a/b".into(), to: "/b".into() };
    assert_eq!(rewrites, [Some(narrowed), Some(PathRewrite::Full("/c".into())), Some(replaced), None, None]);
}

/// kgateway ranks expressions by conditions only: two expressions on one header cannot be told apart.
#[test]
fn what_is_left_is_reported_with_a_request_that_shows_it() {
    let rules = [
        rule(under("/a"), "A").header("v", matching(".*1.*")),
        rule(under("/a/b"), "B").header("v", matching(".*2.*")),
        rule(any(), "C"),
    ];
    let (out, report) = prepared(&rules, &KGATEWAY);
    assert_eq!(briefs(&out), briefs(&rules), "the list stays");
    let [found] = report.diagnostics.as_slice() else { panic!("{:?}", report.diagnostics) };
    assert_eq!(found.code, Code::OrderNotExpressible);
    assert_eq!(found.notes, ["for example `GET http://foo.com/a/b -H 'v: 12'`"]);
    assert_eq!(
        found.labels.iter().map(|label| &label.origin).collect::<Vec<_>>(),
        [&rules[0].origin, &rules[1].origin]
    );
    let space = Space::of(&rules, &["/a/b"], &["12"]);
    let shown = difference(&rules, &out, &KGATEWAY, &space, &mut Memo::default());
    assert!(shown.is_some_and(|shown| shown.starts_with("GET /a/b Header v=\"12\": A became B")));
    // Where lengths count, they decide.
    assert_eq!(prepared(&rules, &SPEC).1.diagnostics, []);
}

/// 15 rules with a header before 15 longer paths: more intersections than anybody wants to read.
#[test]
fn carving_ends() {
    let headers = (0..15).map(|n| rule(under("/a"), &format!("H{n}")).header(&format!("h{n}"), is("1")));
    let longer = (0..15).map(|n| rule(under(&format!("/a/{n}")), &format!("P{n}")));
    let rules: Vec<Rule> = headers.chain(longer).collect();
    let (out, report) = prepared(&rules, &KGATEWAY);
    assert_eq!(out.len(), rules.len() + 128);
    assert!(has(&report, Code::OrderNotExpressible));
    let (out, report) = prepared(&rules, &SPEC);
    assert!(!has(&report, Code::OrderNotExpressible), "lengths do it");
    assert_expressible(&out, &SPEC);
}

#[test]
fn hosts_without_http_rules_are_left_alone() {
    let mut given = routing(vec![rule(any(), "A"), rule(under("/b"), "B")]);
    given.entry_points[0].hosts[0].passthrough = true;
    let mut tcp = given.entry_points[0].clone();
    (tcp.protocol, tcp.hosts[0].passthrough) = (Protocol::Tcp, false);
    given.entry_points.push(tcp);
    let mut report = Report::default();
    let out = prepare(&given, &SPEC, &mut report);
    assert!(out.entry_points.iter().all(|entry| entry.hosts[0].rules.len() == 2));
    assert_eq!(report.diagnostics, []);
}

/// One rule served on http and https is one rule of the manifest.
#[test]
fn what_holds_for_several_ports_is_said_once() {
    let mut given = routing(vec![rule(any(), "A"), rule(under("/b"), "B")]);
    let mut https = given.entry_points[0].clone();
    (https.protocol, https.port) = (Protocol::Https, 443);
    given.entry_points.push(https);
    let mut report = Report::default();
    let out = prepare(&given, &SPEC, &mut report);
    assert!(out.entry_points.iter().all(|entry| entry.hosts[0].rules.len() == 1));
    assert_eq!(report.diagnostics.len(), 1);
}

/// What is dead only because of a redirect to https is alive there.
#[test]
fn rules_behind_a_redirect_to_https_go_in_silence() {
    let redirect = Rule { cause: Cause::HttpsRedirect, ..rule(any(), "R") };
    let (out, report) = prepared(&[redirect, rule(under("/b"), "B")], &SPEC);
    assert_eq!(briefs(&out), ["any -> R"]);
    assert_eq!(report.diagnostics, []);
}
