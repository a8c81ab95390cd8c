//! Every request of a small world, one by one.

use gatelift::model::{Matcher, PathMatcher, Routing, Rule, ValueMatcher};
use gatelift::prove::{Outcome, Request, evaluate};

/// Canonical paths of up to so many bytes.
pub fn paths(alphabet: &[&str], longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut at = 0;
    while at < all.len() {
        if all[at].len() < longest {
            let longer: Vec<String> = alphabet.iter().map(|end| format!("{}{end}", all[at])).collect();
            all.extend(longer);
        }
        at += 1;
    }
    all.retain(|path| {
        path.starts_with('/')
            && !path.contains("//")
            && !path.split('/').any(|segment| segment == "." || segment == "..")
    });
    all
}

pub fn request(path: &str) -> Request {
    serde_json::from_value(serde_json::json!({ "host": "foo.com", "path": path })).unwrap()
}

/// The values of each condition that the rules put, in all combinations.
fn variants(routings: [&Routing; 2], path: &str) -> Vec<Request> {
    let matchers = || {
        let hosts = routings.into_iter().flat_map(|routing| &routing.entry_points).flat_map(|entry| &entry.hosts);
        hosts.flat_map(|host| &host.rules).map(|rule| &rule.matcher)
    };
    let any = |asks: fn(&Matcher) -> bool| matchers().any(asks);
    let methods: &[&str] = if any(|m| m.method.is_some()) { &["GET", "POST", "PUT"] } else { &["GET"] };
    let mut headers = vec![None];
    headers.extend(HEADERS.iter().filter(|_| any(|m| !m.headers.is_empty())).map(Some));
    let queries: &[&str] = if any(|m| !m.queries.is_empty()) { &["", "?q=1", "?q=x"] } else { &["", "?q=/"] };
    let mut cookies = vec![None];
    cookies.extend(["c=1", "c=x", "d=2; c=1"].iter().filter(|_| any(|m| !m.cookies.is_empty())).map(Some));
    let mut all = Vec::new();
    for (method, header) in methods.iter().flat_map(|m| headers.iter().map(move |h| (m, h))) {
        for (query, cookie) in queries.iter().flat_map(|q| cookies.iter().map(move |c| (q, c))) {
            let mut request = request(&format!("{path}{query}"));
            request.method = (*method).to_owned();
            request.headers.extend(header.map(|value| ("h".to_owned(), (*value).to_owned())));
            request.headers.extend(cookie.map(|value| ("cookie".to_owned(), (*value).to_owned())));
            all.push(request);
        }
    }
    all
}

/// Values of the header `h` that tell the random conditions apart.
const HEADERS: [&str; 4] = ["1", "2", "12", "x"];

/// A request that two routings treat otherwise.
pub fn difference(before: &Routing, after: &Routing, paths: &[String]) -> Option<(Request, Outcome, Outcome)> {
    paths.iter().flat_map(|path| variants([before, after], path)).find_map(|request| {
        let (b, a) =
            (evaluate(std::slice::from_ref(before), &request), evaluate(std::slice::from_ref(after), &request));
        (b != a).then_some((request, b, a))
    })
}

/// The routing with its expressions replaced by the paths and values of the world that they take: trying is fast then.
pub fn without_expressions(routing: &Routing, paths: &[String]) -> Routing {
    let mut plain = routing.clone();
    for host in plain.entry_points.iter_mut().flat_map(|entry| &mut entry.hosts) {
        let rules = std::mem::take(&mut host.rules);
        host.rules = rules
            .iter()
            .flat_map(|rule| with_plain_path(rule, paths))
            .flat_map(|rule| with_plain_header(&rule))
            .collect();
    }
    plain
}

fn with_plain_path(rule: &Rule, paths: &[String]) -> Vec<Rule> {
    let PathMatcher::Regex(regex) = &rule.matcher.path else { return vec![rule.clone()] };
    let compiled = regex.compile().unwrap();
    let taken = paths.iter().filter(|path| compiled.is_match(path.as_str()).unwrap());
    taken.map(|path| changed(rule, |matcher| matcher.path = PathMatcher::Exact(path.clone()))).collect()
}

fn with_plain_header(rule: &Rule) -> Vec<Rule> {
    let [condition] = rule.matcher.headers.as_slice() else { return vec![rule.clone()] };
    if !matches!(condition.value, ValueMatcher::Regex(_) | ValueMatcher::Search(_)) {
        return vec![rule.clone()];
    }
    let taken = HEADERS.iter().filter(|value| condition.value.matches(Some(value)));
    taken
        .map(|value| changed(rule, |matcher| matcher.headers[0].value = ValueMatcher::Exact((*value).to_owned())))
        .collect()
}

fn changed(rule: &Rule, change: impl Fn(&mut Matcher)) -> Rule {
    let mut rule = rule.clone();
    change(&mut rule.matcher);
    rule
}
