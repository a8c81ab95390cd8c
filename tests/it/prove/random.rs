//! Random routings: the comparison finds a difference if and only if trying every request of a small world does.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;

use gatelift::model::*;
use gatelift::prove::Outcome;

use super::brute;
use super::build::*;

fn path() -> impl Strategy<Value = PathMatcher> {
    let literals = select(vec!["/", "/a", "/a/", "/b", "/a/b", "/ab", "/a/b/"]);
    (0..5u8, literals, select(vec!["/a.*", "/[ab]", "/(a|b)/.+", "/a?b*", "/b(/.*)?", "^/a(/|$)"])).prop_map(
        |(kind, literal, pattern)| match kind {
            0 => exact(literal),
            1 => segment(literal.trim_end_matches('/')).or_root(),
            2 => prefix(literal),
            3 => full(pattern.trim_start_matches('^')),
            _ => PathMatcher::Regex(PathRegex {
                pattern: pattern.into(),
                case_insensitive: false,
                anchoring: Anchoring::Search,
            }),
        },
    )
}

trait OrRoot {
    fn or_root(self) -> Self;
}

impl OrRoot for PathMatcher {
    fn or_root(self) -> Self {
        match self {
            Self::Segment(text) if text.is_empty() => Self::Any,
            other => other,
        }
    }
}

fn literal_path() -> impl Strategy<Value = PathMatcher> {
    path().prop_filter("literal", |path| !matches!(path, PathMatcher::Regex(_)))
}

fn value() -> impl Strategy<Value = ValueMatcher> {
    select(vec![
        is("1"),
        is("2"),
        ValueMatcher::Regex("1.*".into()),
        ValueMatcher::Search("2".into()),
        ValueMatcher::Present,
        ValueMatcher::Absent,
        ValueMatcher::Not(Box::new(is("1"))),
    ])
}

fn conditions() -> impl Strategy<Value = Matcher> {
    let one = |name: &'static str| proptest::option::weighted(0.2, value().prop_map(move |value| field(name, value)));
    let exact_only =
        proptest::option::weighted(0.15, select(vec![field("q", is("1")), field("q", ValueMatcher::Present)]));
    let cookie = proptest::option::weighted(0.15, select(vec![field("c", is("1")), field("c", ValueMatcher::Absent)]));
    (proptest::option::weighted(0.2, select(vec!["GET", "POST"])), one("h"), exact_only, cookie).prop_map(
        |(method, header, query, cookie)| Matcher {
            path: PathMatcher::Any,
            method: method.map(str::to_owned),
            headers: header.into_iter().collect(),
            queries: query.into_iter().collect(),
            cookies: cookie.into_iter().collect(),
        },
    )
}

fn action() -> impl Strategy<Value = Action> {
    let slash = RedirectParts { append: "/".into(), ..RedirectParts::default() };
    let stripped = RedirectParts { strip_trailing_slash: true, ..to_https() };
    let replaced =
        RedirectParts { path: Some(PathRewrite::Prefix { from: "/a".into(), to: "/b".into() }), ..to_https() };
    let nginx =
        |pattern: &str, template: &str| PathRewrite::Nginx { pattern: pattern.into(), template: template.into() };
    prop_oneof![
        6 => select(vec!["a", "b"]).prop_map(to),
        1 => select(vec![
            rewritten("a", PathRewrite::Full("/b".into())),
            rewritten("a", PathRewrite::Prefix { from: "/a".into(), to: "/".into() }),
            rewritten("a", PathRewrite::Prefix { from: "/a".into(), to: "/b".into() }),
            rewritten("a", nginx("^/a(/|$)(.*)", "/$2")),
            rewritten("a", nginx("^/a(/|$)(.*)", "/b/$2")),
            rewritten("a", nginx("^/(.*)", "/$1")),
            rewritten("a", PathRewrite::Envoy { pattern: "^/a/".into(), substitution: "/".into() }),
        ]),
        1 => select(vec![redirect(301, slash), redirect(308, to_https()), redirect(308, stripped), redirect(308, replaced)]),
        1 => Just(respond(404)),
    ]
}

fn rules(path: impl Strategy<Value = PathMatcher> + 'static) -> impl Strategy<Value = Vec<Rule>> {
    vec((path, conditions(), action()), 1..5).prop_map(|rules| {
        rules.into_iter().map(|(path, conditions, action)| when(Matcher { path, ..conditions }, action)).collect()
    })
}

fn check(before: &Routing, after: &Routing) {
    let proof = prove(before, after);
    confirm(before, after, &proof);
    assert!(proof.differences.iter().all(|difference| difference.before != difference.after), "{proof:#?}");
    let paths = brute::paths(&["/", "a", "b", "c"], 5);
    let (before, after) = (brute::without_expressions(before, &paths), brute::without_expressions(after, &paths));
    let tried = brute::difference(&before, &after, &paths);
    if let Some(tried) = tried {
        assert!(!proof.equivalent() || !proof.proved(), "{tried:#?}");
    }
}

/// Two lists that share most rules, so that they are often equal or nearly so.
fn nearly_equal(
    path: impl Strategy<Value = PathMatcher> + Clone + 'static,
) -> impl Strategy<Value = (Vec<Rule>, Vec<Rule>)> {
    (rules(path.clone()), rules(path), 0..4usize, 0..6usize, 0..6usize).prop_map(
        |(rules, others, change, at, other)| {
            let mut after = rules.clone();
            let at = at % after.len();
            match change {
                0 => {
                    let other = other % after.len();
                    after.swap(at, other);
                }
                1 => {
                    after.remove(at);
                }
                2 => after[at] = others[other % others.len()].clone(),
                _ => after.extend(others),
            }
            (rules, after)
        },
    )
}

fn quickly(cases: u32) -> Config {
    Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() }
}

proptest! {
    #![proptest_config(quickly(40))]

    #[test]
    fn literals_as_brute_force((before, after) in nearly_equal(literal_path().boxed())) {
        check(&simple(before), &simple(after));
    }

    #[test]
    fn expressions_as_brute_force((before, after) in nearly_equal(path().boxed())) {
        check(&simple(before), &simple(after));
    }
}

proptest! {
    #![proptest_config(quickly(40))]

    /// What one change does to a list of plain rules is found, or evaluation finds nothing either.
    #[test]
    fn mutations_are_found(rules in rules(path().boxed()), change in 0..4u8, at in 0..4usize) {
        let mut mutated = rules.clone();
        let at = at % mutated.len();
        match change {
            0 => { mutated.remove(at); }
            1 => { let last = mutated.len() - 1; mutated.swap(at, last); }
            2 => if let Action::Forward(forward) = &mut mutated[at].action { forward.backends.push(backend("new", 3)); },
            _ => mutated[at].matcher.path = PathMatcher::Any,
        }
        check(&simple(rules), &simple(mutated));
    }
}

/// Rules that only choose a backend are always decided.
fn plain_rules() -> impl Strategy<Value = Vec<Rule>> {
    vec((path(), conditions(), select(vec!["a", "b"])), 1..5).prop_map(|rules| {
        rules.into_iter().map(|(path, conditions, name)| when(Matcher { path, ..conditions }, to(name))).collect()
    })
}

proptest! {
    #![proptest_config(quickly(40))]

    #[test]
    fn plain_rules_are_decided(before in plain_rules(), after in plain_rules()) {
        let (before, after) = (simple(before), simple(after));
        let proof = prove(&before, &after);
        prop_assert!(proof.proved(), "{:?}", proof.unproved);
        check(&before, &after);
    }
}

#[test]
fn a_changed_weight_behind_an_expression_is_found() {
    let with = |weight| {
        let split = Action::Forward(forward(vec![backend("a", weight), backend("b", 10)]));
        simple(vec![rule(full("/a+b"), split), rule(prefix("/"), to("a"))])
    };
    let proof = prove(&with(90), &with(91));
    confirm(&with(90), &with(91), &proof);
    assert!(matches!(&proof.differences[0].before, Outcome::Split { .. }));
    assert_eq!(proof.differences[0].request.path, "/ab");
}
