//! The passes against an independent reading of how implementations rank (reference: istio.md 2.1).

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use gatelift::gateway::{AfterPath, ENVOY_GATEWAY, Profile, RegexRank, SPEC};
use gatelift::model::{
    Action, Anchoring, Backend, BackendState, Cause, EntryPoint, FieldMatch, Forward, HostPattern, Matcher, ObjectRef,
    Origin, PathHandling, PathMatcher, PathRegex, PathRewrite, Pipeline, Policies, Protocol, Routing, Rule,
    ServicePort, Unavailable, ValueMatcher, VirtualHost,
};
use gatelift::pass::{PASSES, prepare};
use gatelift::report::{Code, Report};
use gatelift::syntax::{DocumentId, FieldPath};

// ---------------------------------------------------------------------------------------------- profiles

const ISTIO: Profile = Profile { name: "istio", regex_rank: RegexRank::BelowPrefix, stops_at_catch_all: true, ..SPEC };
const KGATEWAY: Profile = Profile { name: "kgateway", regex_by_length: false, ..SPEC };
const CONTOUR: Profile = Profile { name: "contour", after_path: AfterPath::HeadersQueries, ..SPEC };
const NGF: Profile = Profile { name: "nginx", regex_anchoring: Anchoring::Search, regex_pcre: true, ..SPEC };
const TRAEFIK: Profile = Profile {
    name: "traefik",
    regex_rank: RegexRank::WithPrefix,
    regex_anchoring: Anchoring::Search,
    after_path: AfterPath::Sum,
    ..SPEC
};
const ALL: [Profile; 7] = [SPEC, ENVOY_GATEWAY, ISTIO, KGATEWAY, CONTOUR, NGF, TRAEFIK];

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
    let origin = Origin::object(&object);
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
        policies: Policies::default(),
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

fn routing(rules: Vec<Rule>) -> Routing {
    let host = VirtualHost {
        host: HostPattern::Exact("foo.com".into()),
        paths: PathHandling::Raw,
        rules,
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
        implicit: Policies::default(),
    };
    Routing { name: "test".into(), dialect: "test", entry_points: vec![entry], refused: None }
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

#[derive(Debug, Clone, Default)]
struct Request {
    path: String,
    method: String,
    headers: BTreeMap<String, String>,
    queries: BTreeMap<String, String>,
    cookies: BTreeMap<String, String>,
}

fn request(path: &str) -> Request {
    Request { path: path.into(), method: "GET".into(), ..Request::default() }
}

impl Request {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }
}

/// Patterns asked once.
#[derive(Default)]
struct Matching {
    paths: HashMap<PathMatcher, HashMap<String, bool>>,
    values: HashMap<ValueMatcher, HashMap<Option<String>, bool>>,
}

impl Matching {
    fn path(&mut self, matcher: &PathMatcher, path: &str) -> bool {
        if !self.paths.contains_key(matcher) {
            self.paths.insert(matcher.clone(), HashMap::new());
        }
        let known = self.paths.get_mut(matcher).expect("just put in");
        match known.get(path) {
            Some(known) => *known,
            None => *known.entry(path.to_owned()).or_insert(matcher.matches(path)),
        }
    }

    fn fields(&mut self, fields: &[FieldMatch], given: &BTreeMap<String, String>) -> bool {
        fields.iter().all(|field| {
            let value = given.get(&field.name);
            let known = self.values.entry(field.value.clone()).or_default();
            *known.entry(value.cloned()).or_insert_with(|| field.value.matches(value.map(String::as_str)))
        })
    }

    fn takes(&mut self, matcher: &Matcher, request: &Request) -> bool {
        matcher.method.as_ref().is_none_or(|method| *method == request.method)
            && self.path(&matcher.path, &request.path)
            && self.fields(&matcher.headers, &request.headers)
            && self.fields(&matcher.queries, &request.queries)
            && self.fields(&matcher.cookies, &request.cookies)
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

fn first_match<'r>(rules: &'r [Rule], request: &Request, matching: &mut Matching) -> Option<&'r Rule> {
    rules.iter().find(|rule| matching.takes(&rule.matcher, request))
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

/// What an implementation does with requests, under each reading.
fn chosen(rules: &[Rule], profile: &Profile, requests: &[Request], matching: &mut Matching) -> Vec<[String; 2]> {
    let orders = [ranked(rules, profile, false), ranked(rules, profile, true)];
    let mut choose = |order: &Vec<&Rule>, request: &Request| {
        outcome(order.iter().find(|rule| matching.takes(&rule.matcher, request)).copied())
    };
    requests.iter().map(|request| [choose(&orders[0], request), choose(&orders[1], request)]).collect()
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
        for field in headers.iter().chain(queries).chain(cookies) {
            assert!(!matches!(field.value, ValueMatcher::Absent | ValueMatcher::Not(_)), "{field:?}");
        }
    }
}

// ---------------------------------------------------------------------------------------------- chance

struct Chance(u64);

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
enum Paths {
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

fn random_rules(chance: &mut Chance, kind: Paths) -> Vec<Rule> {
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
            let name = chance.pick(&["x", "y"]);
            rule = rule.header(name, random_value(chance));
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

/// Every combination of what the rules speak of.
fn requests(rules: &[Rule]) -> Vec<Request> {
    const PATHS: &[&str] = &[
        "/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/a/b/c/d", "/a/c", "/a/zz", "/ab", "/ab/x", "/abc", "/c", "/c/",
        "/c/b", "/cc", "/A", "/A/B", "/b", "/x/b", "/x/b/y", "/1", "/zz", "/a/1",
    ];
    let names = |fields: fn(&Matcher) -> &Vec<FieldMatch>| {
        let mut names: Vec<String> =
            rules.iter().flat_map(|rule| fields(&rule.matcher)).map(|field| field.name.clone()).collect();
        names.sort();
        names.dedup();
        names
    };
    let mut all: Vec<Request> = PATHS.iter().map(|path| request(path)).collect();
    if rules.iter().any(|rule| rule.matcher.method.is_some()) {
        let posts: Vec<Request> = all.iter().map(|one| Request { method: "POST".into(), ..one.clone() }).collect();
        all.extend(posts);
    }
    let mut each = |names: Vec<String>, set: fn(&mut Request) -> &mut BTreeMap<String, String>| {
        for name in names {
            for at in 0..all.len() {
                for value in ["1", "2", "12", ""] {
                    let mut with = all[at].clone();
                    set(&mut with).insert(name.clone(), value.into());
                    all.push(with);
                }
            }
        }
    };
    each(names(|matcher| &matcher.headers), |request| &mut request.headers);
    each(names(|matcher| &matcher.queries), |request| &mut request.queries);
    each(names(|matcher| &matcher.cookies), |request| &mut request.cookies);
    all
}

/// Random lists on every profile: what is not reported is equal, for every request.
#[test]
fn random_lists_rank_as_they_match_or_are_reported() {
    let lists = std::env::var("GATELIFT_LISTS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    for kind in [Paths::Core, Paths::Native, Paths::Nginx] {
        for profile in &ALL {
            let mut chance = Chance(7 + kind as u64);
            let t1 = std::time::Instant::now();
            let mut spent = std::time::Duration::ZERO;
            let (mut reported, mut naive_wrong, mut before, mut after) = (0, 0, 0, 0);
            for list in 0..lists {
                let rules = random_rules(&mut chance, kind);
                let all = requests(&rules);
                let mut matching = Matching::default();
                let wanted: Vec<String> =
                    all.iter().map(|request| outcome(first_match(&rules, request, &mut matching))).collect();
                let t0 = std::time::Instant::now();
                let (out, report) = prepared(&rules, profile);
                spent += t0.elapsed();
                assert_expressible(&out, profile);
                (before, after) = (before + rules.len(), after + out.len());
                let order = report.diagnostics.iter().any(|found| found.code == Code::OrderNotExpressible);
                reported += usize::from(order);
                if !order {
                    let got = chosen(&out, profile, &all, &mut matching);
                    for ((request, wanted), got) in all.iter().zip(&wanted).zip(got) {
                        for got in got {
                            assert_eq!(
                                &got,
                                wanted,
                                "{kind:?} list {list} on {}: {request:?}\n{}\nbecame\n{}",
                                profile.name,
                                show(&rules),
                                show(&out)
                            );
                        }
                    }
                    let (again, _) = prepared(&out, profile);
                    assert_eq!(show(&again), show(&out), "{kind:?} list {list} on {}: prepared twice", profile.name);
                }
                naive_wrong += usize::from(
                    kind == Paths::Core && {
                        let naive: Vec<Rule> = rules.iter().map(naive).collect();
                        chosen(&naive, profile, &all, &mut matching)
                            .iter()
                            .zip(&wanted)
                            .any(|(got, wanted)| got[0] != *wanted)
                    },
                );
            }
            println!(
                "{kind:?} on {}: {lists} lists, {reported} reported, {naive_wrong} wrong without passes, rules {before} -> {after} {spent:?} of {:?}",
                profile.name,
                t1.elapsed()
            );
            if kind == Paths::Core {
                assert!(naive_wrong > lists / 2, "the lists are too easy");
            }
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
    for kind in [Paths::Core, Paths::Native, Paths::Nginx] {
        let mut chance = Chance(11 + kind as u64);
        for list in 0..40 {
            let rules = random_rules(&mut chance, kind);
            let all = requests(&rules);
            let profile = &ALL[list % ALL.len()];
            let mut matching = Matching::default();
            let wanted: Vec<String> =
                all.iter().map(|request| outcome(first_match(&rules, request, &mut matching))).collect();
            let (mut current, mut report) = (routing(rules.clone()), Report::default());
            for pass in PASSES {
                current = pass.apply(&current, profile, &mut report);
                if report.diagnostics.iter().any(|found| found.code == Code::OrderNotExpressible) {
                    break;
                }
                for (request, wanted) in all.iter().zip(&wanted) {
                    let got = outcome(first_match(rules_of(&current), request, &mut matching));
                    assert_eq!(&got, wanted, "{} on list {list}: {request:?}\n{}", pass.name, show(&rules));
                }
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
