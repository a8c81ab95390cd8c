//! Routings whose comparison is known.

use gatelift::model::*;
use gatelift::prove::{Doubt, Family, Limits, Outcome, compare, compare_all, group};
use gatelift::report::Code;

use super::build::*;

fn codes(before: &Routing, after: &Routing) -> Vec<Code> {
    let proof = prove(before, after);
    confirm(before, after, &proof);
    let mut codes: Vec<Code> = proof.differences.into_iter().flat_map(|difference| difference.codes).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn a_routing_equals_itself() {
    let rules = vec![
        rule(exact("/a"), to("a")),
        when(header(segment("/b"), "h", is("1")), to("b")),
        rule(
            location("/c(/|$)(.*)"),
            rewritten("c", PathRewrite::Nginx { pattern: "/c(/|$)(.*)".into(), template: "/$2".into() }),
        ),
        rule(prefix("/"), to("d")),
    ];
    assert!(assert_equal(&simple(rules.clone()), &simple(rules)) > 5);
}

#[test]
fn order_without_effect_is_equal() {
    let (a, b) = (rule(exact("/a"), to("a")), rule(segment("/b"), to("b")));
    assert_equal(&simple(vec![a.clone(), b.clone()]), &simple(vec![b, a]));
}

#[test]
fn a_dead_rule_may_go() {
    let wide = rule(segment("/a"), to("a"));
    assert_equal(&simple(vec![wide.clone(), rule(exact("/a/b"), to("b"))]), &simple(vec![wide]));
}

#[test]
fn a_prefix_of_text_is_no_prefix_of_elements() {
    let (_, before, _) = assert_differs(
        &simple(vec![rule(prefix("/foo"), to("a"))]),
        &simple(vec![rule(segment("/foo"), to("a"))]),
        Code::BackendDiffers,
        "/foox",
    );
    assert!(matches!(before, Outcome::Forward { .. }));
}

#[test]
fn order_that_could_not_be_kept() {
    let (regex, wide) = (rule(full("/user/[0-9]+"), to("a")), rule(segment("/user"), to("b")));
    assert_differs(
        &simple(vec![regex.clone(), wide.clone()]),
        &simple(vec![wide, regex]),
        Code::OrderDiffers,
        "/user/0",
    );
}

#[test]
fn the_rule_that_hides_another_by_a_header() {
    let special = when(header(segment("/a"), "h", is("1")), to("a"));
    let wide = rule(segment("/a/b"), to("b"));
    let (request, ..) = assert_differs(
        &simple(vec![special.clone(), wide.clone()]),
        &simple(vec![wide, special]),
        Code::OrderDiffers,
        "/a/b",
    );
    assert_eq!(request.headers, [("h".to_owned(), "1".to_owned())]);
}

#[test]
fn an_exact_list_equals_a_finite_expression() {
    assert_equal(
        &simple(vec![rule(full("/(a|b)c?"), to("a"))]),
        &simple(["/a", "/b", "/ac", "/bc"].map(|path| rule(exact(path), to("a"))).into()),
    );
}

#[test]
fn case_counts() {
    let (request, ..) = assert_differs(
        &simple(vec![rule(location("/a"), to("a"))]),
        &simple(vec![rule(prefix("/a"), to("a"))]),
        Code::RegexApproximated,
        "/A",
    );
    assert_eq!(request.path, "/A");
}

#[test]
fn the_usual_rewrite_as_prefix_replacement() {
    let nginx = |to: &str| {
        let pattern = "/p(/|$)(.*)";
        let mut rule = rule(
            full("/p(/|$)(.*)"),
            rewritten("a", PathRewrite::Nginx { pattern: format!("^{pattern}"), template: to.into() }),
        );
        rule.matcher.path = PathMatcher::Segment("/p".into());
        rule
    };
    let gateway =
        |to: &str| rule(segment("/p"), rewritten("a", PathRewrite::Prefix { from: "/p".into(), to: to.into() }));
    assert_equal(&simple(vec![nginx("/$2")]), &simple(vec![gateway("/")]));
    let (_, before, after) =
        assert_differs(&simple(vec![nginx("/q/$2")]), &simple(vec![gateway("/q")]), Code::RewriteDiffers, "/p");
    let path = |outcome| match outcome {
        Outcome::Forward { received, .. } => received.path,
        other => panic!("{other:?}"),
    };
    assert_eq!((path(before), path(after)), ("/q/".to_owned(), "/q".to_owned()));
}

#[test]
fn rewrites_by_expressions_with_groups() {
    let nginx = rule(
        location("/v([0-9]+)/(.*)"),
        rewritten("a", PathRewrite::Nginx { pattern: "/v([0-9]+)/(.*)".into(), template: "/$2/v$1".into() }),
    );
    let envoy = |substitution: &str| {
        rule(
            full("(?i)/v([0-9]+)/(.*).*"),
            rewritten(
                "a",
                PathRewrite::Envoy { pattern: "(?i)^/v([0-9]+)/(.*)".into(), substitution: substitution.into() },
            ),
        )
    };
    assert_equal(&simple(vec![nginx.clone()]), &simple(vec![envoy(r"/\2/v\1")]));
    let different = prove(&simple(vec![nginx]), &simple(vec![envoy(r"/\1/v\2")]));
    assert!(different.differences.iter().any(|d| d.codes == [Code::RewriteDiffers]), "{different:#?}");
}

#[test]
fn a_rewrite_written_otherwise_is_not_counted_equal() {
    let nginx = |pattern: &str| {
        let rewrite = PathRewrite::Nginx { pattern: pattern.into(), template: "/$1".into() };
        simple(vec![rule(segment("/p"), rewritten("a", rewrite))])
    };
    let proof = prove(&nginx("^/p/([a-z]*)(.*)"), &nginx("^/p/([a-z]*).{0,9}(.*)"));
    assert!(proof.equivalent() && !proof.proved(), "{proof:#?}");
    assert_eq!(proof.unproved[0].doubt, Doubt::Action);
}

#[test]
fn weights_are_relative() {
    let split =
        |a, b| simple(vec![rule(prefix("/"), Action::Forward(forward(vec![backend("a", a), backend("b", b)])))]);
    assert_equal(&split(1, 1), &split(50, 50));
    assert_equal(&split(3, 0), &simple(vec![rule(prefix("/"), to("a"))]));
    assert_differs(&split(90, 10), &split(80, 20), Code::BackendDiffers, "/");
}

#[test]
fn unreachable_backends() {
    let missing = |status| {
        let mut forward = forward(vec![Backend { state: BackendState::Missing, ..backend("gone", 1) }]);
        forward.unavailable = Unavailable { no_endpoints: status, missing: status };
        simple(vec![rule(prefix("/"), Action::Forward(forward))])
    };
    assert_equal(&missing(503), &missing(503));
    assert_equal(&missing(500), &simple(vec![rule(prefix("/"), respond(500))]));
    assert_differs(&missing(503), &missing(500), Code::BackendError, "/");
    assert_differs(&simple(vec![]), &missing(500), Code::BackendError, "/");
}

#[test]
fn https_redirects() {
    let before = |keeps| {
        let parts = RedirectParts { strip_trailing_slash: keeps, ..to_https() };
        simple(vec![Rule { cause: Cause::HttpsRedirect, ..rule(prefix("/"), redirect(308, parts)) }])
    };
    assert_equal(&before(false), &simple(vec![rule(PathMatcher::Any, redirect(308, to_https()))]));
    let (_, b, a) = assert_differs(&before(true), &before(false), Code::TrailingSlashKept, "/");
    let location = |outcome| match outcome {
        Outcome::Redirect { location, .. } => location,
        other => panic!("{other:?}"),
    };
    assert_eq!((location(b), location(a)), ("https://foo.com".to_owned(), "https://foo.com/".to_owned()));
    assert_differs(
        &before(false),
        &simple(vec![rule(PathMatcher::Any, redirect(301, to_https()))]),
        Code::RedirectDiffers,
        "/",
    );
}

#[test]
fn a_location_in_parts_or_as_text() {
    let fixed = |url: &str, absolute| {
        Action::Redirect(Redirect { status: 302, location: Location::Fixed { url: url.into(), absolute } })
    };
    let parts =
        RedirectParts { path: Some(PathRewrite::Full("/ui".into())), drop_query: true, ..RedirectParts::default() };
    let with = |action| simple(vec![rule(exact("/"), action)]);
    assert_equal(&with(fixed("/ui", true)), &with(redirect(302, parts.clone())));
    assert_equal(&with(fixed("http://foo.com/ui", false)), &with(redirect(302, parts.clone())));
    let kept = RedirectParts { drop_query: false, ..parts };
    let (request, ..) =
        assert_differs(&with(fixed("/ui", true)), &with(redirect(302, kept)), Code::RedirectKeepsQuery, "/?x=1");
    assert_eq!(request.path, "/?x=1");
}

#[test]
fn slash_redirect_lost() {
    let slash = RedirectParts { append: "/".into(), ..RedirectParts::default() };
    let before = simple(vec![
        Rule { cause: Cause::SlashRedirect, ..rule(exact("/foo"), redirect(301, slash)) },
        rule(prefix("/foo/"), to("a")),
    ]);
    assert_differs(&before, &simple(vec![rule(segment("/foo"), to("a"))]), Code::SlashRedirectLost, "/foo");
}

#[test]
fn wildcards_that_reach_further() {
    let with = |depth| {
        let pattern = HostPattern::Wildcard { suffix: "foo.com".into(), depth };
        routing(vec![entry(80, Protocol::Http, vec![virtual_host(pattern, vec![rule(prefix("/"), to("a"))])])])
    };
    assert_equal(&with(WildcardDepth::One), &with(WildcardDepth::One));
    let (request, ..) = assert_differs(&with(WildcardDepth::One), &with(WildcardDepth::Many), Code::WildcardWider, "/");
    assert_eq!(request.host.as_deref(), Some("any.any.foo.com"));
}

#[test]
fn expressions_on_hosts() {
    let with = |pattern: HostPattern| {
        let hosts = vec![
            host("a.foo.com", vec![rule(prefix("/"), to("b"))]),
            virtual_host(pattern, vec![rule(prefix("/"), to("a"))]),
        ];
        routing(vec![entry(80, Protocol::Http, hosts)])
    };
    let regex = HostPattern::Regex(r"^[a-c]\.foo\.com$".into());
    assert_equal(&with(regex.clone()), &with(regex.clone()));
    let (request, ..) =
        assert_differs(&with(regex), &with(HostPattern::Regex(r"^[a-b]\.foo\.com$".into())), Code::HostDiffers, "/");
    assert_eq!(request.host.as_deref(), Some("c.foo.com"));
}

#[test]
fn https_with_the_default_certificate() {
    let tls = |secrets| VirtualHost {
        tls: Some(Tls { secrets, sni: None, client: None, origin: None }),
        ..host("foo.com", vec![rule(prefix("/"), to("a"))])
    };
    let with = |secrets: Vec<(String, String)>| routing(vec![entry(443, Protocol::Https, vec![tls(secrets)])]);
    let secret = vec![("ns".to_owned(), "cert".to_owned())];
    let nothing = routing(vec![]);
    assert_eq!(codes(&with(vec![]), &nothing), [Code::HttpsDefaultCertificate, Code::BackendError]);
    assert_eq!(codes(&with(secret.clone()), &nothing), [Code::BackendError, Code::HostDiffers]);
    assert_equal(&with(secret.clone()), &with(secret.clone()));
    assert_equal(&with(vec![]), &with(secret.clone()));
    let proof = prove(&with(secret), &with(vec![("ns".into(), "other".into())]));
    assert_eq!(proof.differences[0].families, [Family::Certificate]);
}

#[test]
fn causes_explain() {
    let before = simple(vec![rule(prefix("/"), to("a"))]);
    let withheld = simple(vec![Rule { cause: Cause::Withheld, ..rule(prefix("/"), respond(500)) }]);
    assert_differs(&before, &withheld, Code::RuleWithheld, "/");
    let health = simple(vec![Rule { cause: Cause::BuiltIn, ..rule(exact("/healthz"), respond(200)) }]);
    assert_differs(&health, &simple(vec![]), Code::HealthEndpoint, "/healthz");
}

#[test]
fn host_header_of_the_backend() {
    let with = |host: Option<&str>| {
        let forward = Forward { host: host.map(str::to_owned), ..forward(vec![backend("a", 1)]) };
        simple(vec![rule(prefix("/"), Action::Forward(forward))])
    };
    assert_equal(&with(None), &with(Some("foo.com")));
    assert_differs(&with(None), &with(Some("bar.com")), Code::HostHeaderDiffers, "/");
}

#[test]
fn policies() {
    let with = |policies: Policies| simple(vec![Rule { policies: policies.into(), ..rule(prefix("/"), to("a")) }]);
    let access = |network: &str| Policies {
        access: Some(Located::new(AccessList::deny_then_allow(vec![], vec![network.into()]), origin())),
        ..Policies::default()
    };
    assert_equal(&with(access("10.0.0.0/8")), &with(access("10.0.0.0/8")));
    let proof = prove(&with(access("10.0.0.0/8")), &with(access("10.1.0.0/16")));
    let [only] = proof.differences.as_slice() else { panic!("{proof:#?}") };
    assert_eq!(
        (only.codes.as_slice(), only.families.as_slice()),
        ([Code::RefusedMore].as_slice(), [Family::Access].as_slice())
    );
    let proof = prove(&with(access("10.1.0.0/16")), &with(access("10.0.0.0/8")));
    assert_eq!(proof.differences[0].codes, [Code::LetIn]);
    assert_equal(&with(access("10.0.0.0/16")), &with(access("10.0.128.0/16")));
    let proof = prove(&with(access("10.0.0.0/17")), &with(access("10.0.64.0/18")));
    assert_eq!(proof.differences[0].codes, [Code::RefusedMore]);
    let proof = prove(&with(access("10.0.0.0/24")), &with(access("10.0.0.0/23")));
    assert_eq!(proof.differences[0].codes, [Code::LetIn], "clients past the narrower block");
    assert_ne!(only.before, only.after, "the witness comes from a client that shows it");
    let body = |limit| Policies { body_limit: Some(Located::new(limit, origin())), ..Policies::default() };
    assert_equal(&with(body(0)), &with(Policies::default()));
    let proof = prove(&with(body(10)), &with(Policies::default()));
    assert_eq!(proof.differences[0].before, Outcome::Respond { status: 413 });
}

/// nginx redirects before it asks for a password, Envoy asks first: such requests are refused more, never less.
#[test]
fn filters_of_envoy_come_before_redirects() {
    let redirect = || {
        let parts = RedirectParts { scheme: Some("https".into()), ..RedirectParts::default() };
        Action::Redirect(Redirect { status: 308, location: Location::Parts(parts) })
    };
    let auth = BasicAuth {
        scheme: PasswordScheme::Basic,
        realm: String::new(),
        secret: ("ns".into(), "users".into()),
        format: UserList::File("auth"),
        users: None,
    };
    let with = |pipeline, action: Action, auth: Option<&BasicAuth>| {
        let basic_auth = auth.map(|auth| Located::new(auth.clone(), origin()));
        let policies = Policies { basic_auth, ..Policies::default() };
        let mut routing = simple(vec![Rule { policies: policies.into(), ..rule(prefix("/"), action) }]);
        routing.entry_points[0].pipeline = pipeline;
        routing
    };
    let (nginx, envoy) = (Pipeline::Nginx, Pipeline::Envoy);
    let before = with(nginx, redirect(), Some(&auth));
    let proof = prove(&before, &with(envoy, redirect(), Some(&auth)));
    confirm(&before, &with(envoy, redirect(), Some(&auth)), &proof);
    assert_eq!(proof.differences[0].codes, [Code::RefusedMore]);
    assert_eq!(proof.differences[0].after, Outcome::Respond { status: 401 });
    assert_equal(&before, &with(envoy, redirect(), None));
    assert_equal(&with(nginx, to("a"), Some(&auth)), &with(envoy, to("a"), Some(&auth)));
    let proof = prove(&with(nginx, to("a"), Some(&auth)), &with(envoy, to("a"), None));
    assert_eq!(proof.differences[0].codes, [Code::LetIn]);
}

#[test]
fn settings_in_other_words_compare_by_their_text() {
    let with = |value: &str, protects| {
        let foreign = Foreign { field: "SecurityPolicy.jwt".into(), value: value.into(), protects, said: false };
        let policies = Policies { foreign: vec![Located::new(foreign, origin())], ..Policies::default() };
        simple(vec![Rule { policies: policies.into(), ..rule(prefix("/"), to("a")) }])
    };
    assert_equal(&with("{}", true), &with("{}", true));
    let proof = prove(&with("{}", true), &with("{\"a\":1}", true));
    assert_eq!(proof.differences[0].families, [Family::Protection]);
    let proof = prove(&with("{}", false), &simple(vec![rule(prefix("/"), to("a"))]));
    assert_eq!(proof.differences[0].families, [Family::Foreign]);
}

#[test]
fn implicit_policies_are_told_once() {
    let hosts = || ["a.com", "b.com"].map(|name| host(name, vec![rule(prefix("/"), to("a"))])).into();
    let mut before = routing(vec![entry(80, Protocol::Http, hosts())]);
    before.entry_points[0].implicit.body_limit = Some(Located::new(1 << 20, origin()));
    let proof = prove(&before, &routing(vec![entry(80, Protocol::Http, hosts())]));
    let [only] = proof.differences.as_slice() else { panic!("{proof:#?}") };
    assert_eq!((only.families.as_slice(), only.hosts), ([Family::BodyLimit].as_slice(), 2));
    assert_eq!(only.before, Outcome::Respond { status: 413 });
}

#[test]
fn preflights() {
    let with = |preflight| {
        let cors = Cors {
            allow_origins: vec!["*".into()],
            allow_methods: vec![],
            allow_headers: vec![],
            expose_headers: vec![],
            allow_credentials: false,
            max_age: 0,
            preflight,
        };
        let policies = Policies { cors: Some(Located::new(cors, origin())), ..Policies::default() };
        simple(vec![Rule { policies: policies.into(), ..rule(prefix("/"), to("a")) }])
    };
    let (request, ..) = assert_differs(&with(Preflight::AnyOptions), &with(Preflight::Fetch), Code::MethodDiffers, "/");
    assert_eq!(request.method, "OPTIONS");
}

#[test]
fn a_cookie_as_a_header_expression() {
    let cookie = Matcher { cookies: vec![field("canary", is("always"))], ..Matcher::path(prefix("/")) };
    let before = simple(vec![when(cookie, to("b")), rule(prefix("/"), to("a"))]);
    let after = |pattern: &str| {
        let header = header(prefix("/"), "cookie", ValueMatcher::Regex(pattern.into()));
        simple(vec![when(header, to("b")), rule(prefix("/"), to("a"))])
    };
    assert_equal(&before, &after(r"(.*;\s*)?canary=always(;.*)?"));
    let cookies = |pattern: &str| -> Vec<String> {
        let proof = prove(&before, &after(pattern));
        confirm(&before, &after(pattern), &proof);
        let mut cookies: Vec<_> =
            proof.differences.iter().map(|d| d.request.header("cookie").unwrap().to_owned()).collect();
        cookies.sort();
        cookies
    };
    assert_eq!(cookies("canary=always.*"), ["a=; canary=always", "canary=alwaysa"]);
    assert_eq!(cookies(r"(.*;\s*)?canary=always.*"), ["canary=alwaysa"]);
}

#[test]
fn unreadable_patterns_are_never_counted_equal() {
    let with = |pattern: &str| simple(vec![rule(location(pattern), to("a")), rule(prefix("/"), to("b"))]);
    let proof = prove(&with("/(?!private)"), &with("/(?!private)"));
    assert!(proof.equivalent() && !proof.proved());
    assert!(matches!(&proof.unproved[0].doubt, Doubt::Pattern { .. }));
    let before = with("/(?!private)");
    let after = simple(vec![rule(prefix("/"), to("b"))]);
    let proof = prove(&before, &after);
    confirm(&before, &after, &proof);
    assert!(!proof.equivalent() && !proof.proved());
    let possessive = prove(&with("/a++a"), &with("/a++a"));
    assert!(!possessive.proved());
}

#[test]
fn limits_are_not_counted_equal() {
    let many = |number: usize| {
        let mut rules: Vec<Rule> =
            (0..number).map(|n| when(header(prefix("/"), &format!("h{n}"), is("1")), to(&format!("s{n}")))).collect();
        rules.push(rule(prefix("/"), to("a")));
        simple(rules)
    };
    // One header after another: as many classes as rules, not all combinations.
    assert!(assert_equal(&many(40), &many(40)) < 100);
    let tight = Limits { max_classes: 10, ..Limits::default() };
    let proof = compare(&many(40), &many(40), &tight);
    assert!(!proof.proved() && proof.unproved[0].doubt == Doubt::Conditions);
    let small = Limits { automaton_bytes: 1 << 10, ..Limits::default() };
    let expression = simple(vec![rule(full("/[a-z]{99}"), to("a"))]);
    let proof = compare(&expression, &expression, &small);
    assert!(!proof.proved() && proof.unproved[0].doubt == Doubt::Automaton);
}

#[test]
fn ports_and_refusals() {
    let rules = || vec![rule(prefix("/"), to("a"))];
    let on = |port| routing(vec![entry(port, Protocol::Http, vec![host("foo.com", rules())])]);
    let proof = prove(&on(80), &on(8080));
    confirm(&on(80), &on(8080), &proof);
    let served = proof.differences.iter().filter(|d| d.before_rule.is_some() || d.codes == [Code::HostDiffers]);
    assert_eq!(served.count(), 2, "{proof:#?}");
    let by_port: Vec<(u16, Option<&str>)> =
        proof.differences.iter().map(|d| (d.port, d.request.host.as_deref())).collect();
    assert!(by_port.contains(&(80, Some("foo.com"))) && by_port.contains(&(8080, Some("foo.com:8080"))), "{by_port:?}");
    let refused = Routing { refused: Some(Refusal { reason: "twice".into(), origin: None }), ..on(80) };
    let proof = prove(&refused, &on(80));
    assert_eq!(proof.differences.len(), 1);
    assert_eq!(proof.differences[0].codes, [Code::ConfigurationRefused]);
    assert!(prove(&refused, &refused).equivalent());
}

#[test]
fn path_handling_is_told_once() {
    let hosts = |paths| {
        let host =
            |name| VirtualHost { paths, ..host(name, vec![rule(segment("/a"), to("a")), rule(prefix("/"), to("b"))]) };
        routing(vec![entry(80, Protocol::Http, vec![host("a.com"), host("b.com")])])
    };
    let (before, after) = (hosts(PathHandling::Nginx), hosts(PathHandling::ENVOY_GATEWAY));
    let proof = prove(&before, &after);
    confirm(&before, &after, &proof);
    let [only] = proof.differences.as_slice() else { panic!("{proof:#?}") };
    assert_eq!((only.codes.as_slice(), only.hosts), ([Code::PathHandlingDiffers].as_slice(), 2));
}

#[test]
fn literals_outside_of_the_domain_are_tried() {
    let with = |paths, literal: &str, name: &str| {
        let host = VirtualHost { paths, ..host("foo.com", vec![rule(segment(literal), to(name))]) };
        routing(vec![entry(80, Protocol::Http, vec![host])])
    };
    let codes = |before: &Routing, after: &Routing| -> Vec<Code> {
        let found = codes(before, after);
        found.into_iter().filter(|code| *code != Code::PathHandlingDiffers).collect()
    };
    let nginx = with(PathHandling::Nginx, "/a b", "a");
    assert_eq!(codes(&nginx, &nginx), []);
    assert_eq!(codes(&nginx, &with(PathHandling::Nginx, "/a b", "b")), [Code::BackendDiffers]);
    assert_eq!(
        codes(&with(PathHandling::Raw, "/a%20b", "a"), &with(PathHandling::Raw, "/a+b", "a")),
        [Code::BackendDiffers]
    );
}

#[test]
fn expressions_written_as_prefixes() {
    let before = simple(vec![rule(location("/foo"), to("a")), rule(PathMatcher::Any, to("b"))]);
    let after = simple(vec![rule(segment("/foo"), to("a")), rule(PathMatcher::Any, to("b"))]);
    assert_differs(&before, &after, Code::RegexApproximated, "/foO");
}

#[test]
fn server_names_choose_listeners() {
    let with = |sni: Option<&str>| {
        let tls = Tls {
            secrets: vec![("ns".into(), "cert".into())],
            sni: sni.map(|name| HostPattern::Exact(name.into())),
            client: None,
            origin: None,
        };
        let host = VirtualHost { tls: Some(tls), ..host("*.foo.com", vec![rule(prefix("/"), to("a"))]) };
        routing(vec![entry(443, Protocol::Https, vec![host])])
    };
    assert_equal(&with(Some("a.foo.com")), &with(Some("a.foo.com")));
    let proof = prove(&with(None), &with(Some("a.foo.com")));
    confirm(&with(None), &with(Some("a.foo.com")), &proof);
    let hosts: Vec<Option<&str>> = proof.differences.iter().map(|d| d.request.host.as_deref()).collect();
    assert!(!hosts.contains(&Some("a.foo.com")) && hosts.contains(&Some("any.foo.com")), "{hosts:?}");
}

#[test]
fn passthrough_is_no_termination() {
    let with = |passthrough, name: &str| {
        let host = VirtualHost { passthrough, ..host("foo.com", vec![rule(PathMatcher::Any, to(name))]) };
        routing(vec![entry(443, Protocol::Https, vec![host])])
    };
    assert_equal(&with(true, "a"), &with(true, "a"));
    let answered = |name: &str| {
        let host = VirtualHost { passthrough: true, ..host(name, vec![rule(PathMatcher::Any, respond(503))]) };
        routing(vec![entry(443, Protocol::Https, vec![host])])
    };
    assert_equal(&answered("foo.com"), &answered("bar.com"));
    let proof = prove(&with(true, "a"), &with(true, "b"));
    assert_eq!(proof.differences[0].codes, [Code::BackendDiffers]);
    let proof = prove(&with(true, "a"), &with(false, "a"));
    assert!(proof.differences.iter().any(|d| d.families == [Family::Passthrough]), "{proof:#?}");
}

#[test]
fn envoy_gateway_refuses_underscores() {
    let with = |underscores| {
        let mut routing =
            simple(vec![when(header(prefix("/"), "x_y", ValueMatcher::Present), to("b")), rule(prefix("/"), to("a"))]);
        routing.entry_points[0].pipeline = Pipeline::Envoy;
        routing.entry_points[0].underscores = underscores;
        routing
    };
    assert_equal(&with(Underscores::Refused), &with(Underscores::Refused));
    let (before, after) = (with(Underscores::Kept), with(Underscores::Refused));
    let proof = prove(&before, &after);
    confirm(&before, &after, &proof);
    assert_eq!(proof.differences.len(), 1, "{proof:#?}");
    assert_eq!(proof.differences[0].after, Outcome::Respond { status: 400 });
}

#[test]
fn many_hosts_with_one_reason_are_a_group() {
    let hosts = |path: PathMatcher| {
        let names = (0..50).map(|n| host(&format!("h{n:02}.com"), vec![rule(path.clone(), to("a"))])).collect();
        routing(vec![entry(80, Protocol::Http, names)])
    };
    let (before, after) = (hosts(prefix("/a")), hosts(segment("/a")));
    let proof = prove(&before, &after);
    assert_eq!(proof.differences.len(), 50);
    let groups = group(&proof.differences);
    let [only] = groups.as_slice() else { panic!("{groups:#?}") };
    assert_eq!((only.hosts(), only.host_names(3)), (50, vec!["h00.com", "h01.com", "h02.com"]));
    assert_eq!(proof, prove(&before, &after), "the same every time");
}

#[test]
fn several_routings() {
    let named = |name: &str, host_name: &str| Routing {
        name: name.into(),
        ..routing(vec![entry(80, Protocol::Http, vec![host(host_name, vec![rule(prefix("/"), to("a"))])])])
    };
    let check = |before: &[Routing], after: &[Routing], pairing: &[(&str, &str)]| {
        let pairing = pairing.iter().map(|(b, a)| ((*b).to_owned(), (*a).to_owned())).collect();
        compare_all(before, after, &pairing, &Limits::default()).equivalent()
    };
    let (a, b) = (named("nginx", "a.com"), named("internal", "b.com"));
    assert!(check(std::slice::from_ref(&a), &[named("ns/gw", "a.com")], &[]), "one each");
    assert!(!check(std::slice::from_ref(&a), &[named("ns/gw", "b.com")], &[]));
    assert!(check(&[a.clone(), b.clone()], &[b.clone(), a.clone()], &[]), "by name");
    assert!(check(
        &[a.clone(), b.clone()],
        &[named("x", "b.com"), named("y", "a.com")],
        &[("nginx", "y"), ("internal", "x")]
    ));
    let one = routing(vec![entry(
        80,
        Protocol::Http,
        vec![a.entry_points[0].hosts[0].clone(), b.entry_points[0].hosts[0].clone()],
    )]);
    assert!(check(&[one], &[a, b], &[]), "merged");
}
