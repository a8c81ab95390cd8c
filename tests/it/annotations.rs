//! Annotations of ingress-nginx: the table is complete, each kind of value is read as the controller reads it, and a
//! refused value has the controller's outcome.

use std::collections::BTreeMap;
use std::path::Path;

use gatelift::model::{BackendProtocol, Located, Manifest};
use gatelift::report::{Code, Fate, Report};
use gatelift::source::annotation::{Category, Need};
use gatelift::source::context::{Context, World};
use gatelift::source::detect::{self, Dialect, Known};
use gatelift::source::ingress::{self, Ingress};
use gatelift::source::ingress_nginx::annotations::{ANNOTATIONS, Settings};
use gatelift::source::ingress_nginx::choices::VerifyClient;
use gatelift::source::ingress_nginx::config::{Config, KEYS, quiet_keys};
use gatelift::source::ingress_nginx::references::Reference;
use gatelift::source::ingress_nginx::{DEAD, Reading, entry, left_out, read};
use gatelift::syntax::FieldPath;
use serde_json::{Value as Json, json};

use crate::json_manifests::manifests;

/// Chooses the controller, so it is no setting.
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// An Ingress with these annotations and this spec.
fn object(annotations: &Json, spec: &Json) -> Ingress {
    let metadata = json!({ "name": "web", "namespace": "default", "annotations": annotations });
    let version = "networking.k8s.io/v1";
    let json = json!({ "apiVersion": version, "kind": "Ingress", "metadata": metadata, "spec": spec });
    ingress::read(&manifests(&[json])[0], World::Closed, &mut Report::default()).unwrap()
}

/// What is in a cluster, and nothing else is.
fn cluster(objects: &[Json]) -> Context {
    Context::read(&manifests(objects), World::Closed)
}

fn config_map(data: &Json) -> Manifest {
    let metadata = json!({ "name": "controller", "namespace": "ingress-nginx" });
    manifests(&[json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data })]).remove(0)
}

/// An Ingress with these annotations under the controller's prefix.
fn annotated(annotations: &[(&str, &str)]) -> Ingress {
    let prefixed = annotations.iter().map(|(key, text)| (format!("nginx.ingress.kubernetes.io/{key}"), json!(text)));
    object(&Json::Object(prefixed.collect()), &json!({}))
}

fn config(data: &[(&str, &str)]) -> Config {
    let data = data.iter().map(|(key, text)| ((*key).to_owned(), json!(text))).collect();
    let mut report = Report::default();
    let config = Config::from_config_map(&config_map(&Json::Object(data)), &mut report);
    assert!(report.diagnostics.is_empty(), "{:?}", report.diagnostics);
    config
}

/// What was read, and what was said.
struct Outcome {
    reading: Reading,
    report: Report,
}

impl Outcome {
    fn codes(&self) -> Vec<Code> {
        self.report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    fn settings(&self) -> &Settings {
        match &self.reading {
            Reading::Settings(settings) => settings,
            Reading::Skipped { reason, .. } => panic!("skipped: {reason}"),
        }
    }

    fn is_skipped(&self) -> bool {
        matches!(self.reading, Reading::Skipped { .. })
    }

    /// What is in force, by key.
    fn keys(&self) -> Vec<&str> {
        self.settings().each().map(|(entry, _)| entry.key).collect()
    }

    fn fate(&self, key: &str) -> Option<(Fate, Option<Code>)> {
        let path = FieldPath::annotation(&format!("nginx.ingress.kubernetes.io/{key}"));
        self.report.ledger.iter().find(|(_, field, _, _)| **field == path).map(|(_, _, fate, code)| (fate, code))
    }
}

fn read_with(annotations: &[(&str, &str)], config: &Config, objects: &[Json]) -> Outcome {
    let mut report = Report::default();
    let reading = read(&annotated(annotations), config, &cluster(objects), &mut report);
    Outcome { reading, report }
}

fn read_only(annotations: &[(&str, &str)]) -> Outcome {
    read_with(annotations, &Config::default(), &[])
}

// ---- the table

#[test]
fn every_name_of_the_controller_is_declared() {
    let mut live = 0;
    for line in include_str!("../../testdata/ingress-nginx/annotations.tsv").lines().skip(1) {
        let [name, status, alias, risk] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        if name == CLASS_ANNOTATION {
            continue; // chooses the controller: detect.rs
        }
        if status != "current" {
            let (_, reason) =
                DEAD.iter().find(|(dead, _)| *dead == name).unwrap_or_else(|| panic!("no row for {name}"));
            let word = if status == "removed" { "was removed" } else { "never existed" };
            assert!(reason.starts_with(word), "{name}: {reason}");
            continue;
        }
        live += 1;
        let entry = entry(name).unwrap_or_else(|| panic!("no row for {name}"));
        assert_eq!(entry.key, if alias == "-" { name } else { alias }, "{name}");
        assert_eq!(format!("{:?}", entry.risk), risk, "{name}");
    }
    assert_eq!(live, 138);
    assert_eq!(ANNOTATIONS.len() + ANNOTATIONS.iter().map(|entry| entry.aliases.len()).sum::<usize>(), live);
}

/// The reference study is beside the repository on some machines only.
fn shared(path: &str) -> Option<std::path::PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    path.exists().then_some(path)
}

#[test]
fn the_list_of_names_is_that_of_the_reference() {
    let Some(path) = shared("reference/ingress-nginx-annotations.tsv") else { return };
    let reference = std::fs::read_to_string(path).unwrap();
    let names: Vec<_> = reference.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    assert!(names.len() > 160, "{}", names.len());
    for name in names {
        let declared = entry(name).is_some() || DEAD.iter().any(|(dead, _)| *dead == name) || name == CLASS_ANNOTATION;
        assert!(declared, "{name} is neither declared nor ignored with a reason");
    }
}

#[test]
fn rows_speak_to_people() {
    for entry in ANNOTATIONS {
        assert!(!entry.syntax.is_empty() && !entry.default.is_empty() && entry.meaning.ends_with('.'), "{}", entry.key);
        assert!(!entry.meaning.contains("  "), "{}: {}", entry.key, entry.meaning);
    }
    assert!(KEYS.iter().all(|entry| entry.meaning.ends_with('.')));
    assert!(quiet_keys().is_sorted() && KEYS.iter().all(|entry| quiet_keys().all(|key| key != entry.key)));
    assert!(DEAD.iter().all(|(name, _)| entry(name).is_none()));
}

#[test]
fn names_that_rows_need_exist() {
    for entry in ANNOTATIONS {
        for need in entry.needs {
            let (Need::ToAct(others) | Need::ToBeRead(others) | Need::Unless(others)) = need;
            for other in *others {
                assert!(ANNOTATIONS.iter().any(|row| row.key == *other), "{} needs {other}", entry.key);
            }
        }
    }
}

// ---- values

/// `(key, text, accepted)`, with what the annotation needs to be in force.
fn accepted(key: &str, text: &str) -> bool {
    let needed = [
        ("canary", "true"),
        ("enable-cors", "true"),
        ("auth-url", "http://auth/ok"),
        ("auth-type", "basic"),
        ("auth-secret", "ht"),
        ("auth-tls-secret", "default/ca"),
        ("proxy-ssl-secret", "default/ca"),
        ("affinity", "cookie"),
        ("mirror-target", "http://m/$request_uri"),
        ("upstream-hash-by", "$host"),
        ("upstream-hash-by-subset", "true"),
        ("limit-rps", "1"),
        ("rewrite-target", "/"),
        ("enable-opentelemetry", "true"),
    ];
    let redirect = match key {
        "temporal-redirect-code" => Some(("temporal-redirect", "http://a/")),
        "permanent-redirect-code" => Some(("permanent-redirect", "/a")),
        _ => None,
    };
    let mut annotations: Vec<_> = needed.into_iter().chain(redirect).filter(|(other, _)| *other != key).collect();
    annotations.push((key, text));
    let allowed = config(&[("annotations-risk-level", "Critical"), ("allow-snippet-annotations", "true")]);
    match &read_with(&annotations, &allowed, &[]).reading {
        Reading::Skipped { .. } => false,
        Reading::Settings(settings) => settings.each().any(|(entry, _)| entry.key == key),
    }
}

#[test]
fn each_kind_of_value_is_read_as_the_controller_reads_it() {
    let table: &[(&str, &[&str], &[&str])] = &[
        ("use-regex", &["true", "True", "1", "t", "false", "0"], &["yes", "on", "", " true", "tRUE"]),
        ("proxy-read-timeout", &["60", "-1", "+5"], &["60s", "1.5", "", " 60", "1_000"]),
        (
            "rewrite-target",
            &["/", "/$2", "$1", "https://a.org/$1", "/a:b~c"],
            &["/x?y=$1", "/a b", "/a&b", "/%20", "/{x}"],
        ),
        ("app-root", &["/ui", "//ui", "/$1"], &["ui", "/x?y", "https://a.org/", "a:b"]),
        (
            "permanent-redirect",
            &["/x", "new.org", "https://a.org/p?x=1&y=2,3"],
            &["https://a.org$request_uri", "/a b", "/a%20b"],
        ),
        ("permanent-redirect-code", &["300", "308"], &["299", "309", "410", "abc", "-1", "99999"]),
        (
            "temporal-redirect",
            &["https://a.org", "HTTP://a", "httpx://a"],
            &["/x", "a.org", "ftp://a", "https://a:b/", "https://a/$1"],
        ),
        ("temporal-redirect-code", &["300", "307"], &["308", "200", "x"]),
        ("server-alias", &["a.org", "a.org, b.org,", r"~^w\d+\.a\.org$", "*.a.org"], &["a b", "a.org;", "a{b};"]),
        ("upstream-vhost", &["a.org:80", "$host", " a.org "], &["a b;c", "bad host"]),
        ("canary-by-header", &["X-C", "X_C"], &["X$", "X;"]),
        ("canary-by-header-pattern", &["^v[0-9]$", "(abc", "a|b"], &["a b", "a<b", "\"a\""]),
        ("canary-weight", &["0", "100"], &["10%", "ten"]),
        ("backend-protocol", &["HTTP", "https", " GRPC ", "auto_http", "FCGI"], &["FOO", "h2c", "HTTP2"]),
        ("affinity", &["cookie", " cookie "], &["ip", "Cookie"]),
        ("load-balance", &["ewma", "round_robin"], &["least_conn", "EWMA"]),
        ("satisfy", &["any", "all"], &["Any", "none"]),
        ("auth-type", &["basic", "digest", "xbasic"], &["oauth", "Basic", "ba sic"]),
        ("auth-secret-type", &["auth-file", "auth-map"], &["file", "xauth-file"]),
        ("auth-secret", &["ht", "default/ht", "/ht"], &["other/ht", "a/b/c", "h t", "Ht", "ht;"]),
        ("auth-realm", &["My Realm", "a/b"], &["It's", "a\nb"]),
        (
            "auth-url",
            &["http://a/x", "https://$host/auth?x=$y&z"],
            &["/auth", "a.org/x", "http://a/x;", "http://a:b/", "http://a..b/"],
        ),
        ("auth-method", &["GET", "POST"], &["get", "FETCH", "XGET"]),
        ("auth-signin", &["https://a/start?rd=$escaped_request_uri"], &["https://a/{x}"]),
        ("auth-response-headers", &["X-User, X-Mail", "X-User,"], &["X User", "X-Ü", "X:Y"]),
        (
            "auth-cache-duration",
            &["200 202 401 5m", "200 1h 30m, 401 1m", "5m"],
            &["200", "5m 200", "5 minutes", "{5m}"],
        ),
        ("auth-cache-key", &["$cookie_user"], &["$a.b"]),
        ("auth-tls-secret", &["default/ca"], &["ca", "other/ca", "a/b/c", "default/c;"]),
        ("auth-tls-verify-client", &["on", "off", "optional", "optional_no_ca"], &["true", "o n", "On"]),
        ("auth-tls-error-page", &["https://a.org/x/", "/e", "@err", "a.org:80/e"], &["https://a.org/?x", "a b;"]),
        ("auth-tls-match-cn", &["CN=web", "CN=(a|b).*"], &["web", "CN=(", "cn=web"]),
        ("allowlist-source-range", &["10.0.0.0/8, 192.168.1.1", "::1/128"], &["bad", "", "10.0.0.0/8,", "10.0.0.1/33"]),
        ("limit-allowlist", &["10.0.0.0/8"], &["bad", ""]),
        ("limit-rps", &["1"], &["1r/s"]),
        (
            "cors-allow-origin",
            &["*", "https://*.a.org:8443,null"],
            &["https://a.org/x", "a;b", "http://a:b", "not a url"],
        ),
        ("cors-allow-methods", &["GET, PUT", "get"], &["GET; PUT", "GET,  PUT", "M-SEARCH"]),
        ("cors-allow-headers", &["X-A, X_B"], &["X A{", "*"]),
        ("cors-expose-headers", &["*", "X-A, X_B"], &["a;b", ",a"]),
        ("proxy-body-size", &["0", "8m", "1G", "1024"], &["10b", "1 m", "8mb", "ten", "-1"]),
        ("proxy-buffer-size", &["8k", "10b", "16 k"], &["8kb", "k"]),
        ("client-body-buffer-size", &["1m"], &["1 foo;"]),
        (
            "proxy-next-upstream",
            &["error timeout", "off", "http_502 http_503"],
            &["http_501", "errors", "error\ntimeout"],
        ),
        ("proxy-request-buffering", &["on", " off "], &["true", "On"]),
        ("proxy-http-version", &["1.0", "1.1"], &["2", "HTTP/1.1"]),
        ("proxy-ssl-secret", &["default/ca"], &["ca", "other/ca"]),
        ("proxy-ssl-verify", &["on", "off"], &["true", "o n"]),
        ("proxy-ssl-protocols", &["TLSv1.2 TLSv1.3"], &["TLSv1.1"]),
        ("ssl-ciphers", &["ALL:!aNULL:RC4+RSA"], &["ALL;", "A_B"]),
        ("session-cookie-max-age", &["172800", "-1", "0", "01"], &["1d", "abc5"]),
        ("session-cookie-samesite", &["None", "lax", "STRICT"], &["no"]),
        ("session-cookie-path", &["/a/b"], &["/a;b"]),
        ("upstream-hash-by", &["$request_uri", "${host}-x"], &["$request_uri;", "a.b"]),
        ("custom-http-errors", &["404", "404, 503", "404,"], &["301", "4xx", "404;503"]),
        ("default-backend", &["def-1"], &["Def", "1def", "ns/def", "def-"]),
        ("custom-headers", &["default/ch"], &["ch", "a/b/c", "a;b"]),
        ("connection-proxy-header", &["close", "keep-alive"], &["upgrade"]),
        ("x-forwarded-prefix", &["/foo", "true", "/$1"], &["/a b;", "/a?b"]),
        ("mirror-target", &["https://m.org$request_uri"], &["https://m.org;", "a b"]),
        ("fastcgi-index", &["index.php"], &["/index.php"]),
        ("configuration-snippet", &["return 418;\nmore_set_headers 'A: b';"], &[""]),
        ("opentelemetry-operation-name", &["web_1"], &["web.1"]),
    ];
    for (key, good, bad) in table {
        for text in *good {
            assert!(accepted(key, text), "{key}: {text:?} is refused");
        }
        for text in *bad {
            assert!(!accepted(key, text), "{key}: {text:?} is accepted");
        }
    }
}

#[test]
fn values_are_typed() {
    let typed = [
        ("whitelist-source-range", "192.168.1.1, 10.1.2.3/8"),
        ("server-alias", "b.org, a.org,b.org"),
        ("proxy-body-size", "8m"),
        ("backend-protocol", "grpcs"),
        ("enable-cors", "true"),
        ("cors-allow-origin", "https://a.org, b.org"),
        ("cors-allow-methods", "GET, PUT"),
        ("custom-http-errors", "404, 503"),
        ("auth-tls-secret", "default/ca"),
        ("auth-tls-verify-client", "optional_no_ca"),
    ];
    let more = [("proxy-next-upstream", "error  timeout"), ("permanent-redirect", " /new ")];
    assert!(read_only(&[&typed[..], &more].concat()).is_skipped(), "a redirect with spaces removes the Ingress");
    let outcome = read_only(&typed);
    let settings = outcome.settings();
    let allow = settings.allowlist_source_range.as_ref().unwrap();
    assert_eq!(allow.value, ["10.0.0.0/8", "192.168.1.1/32"]);
    assert!(allow.origin.path.to_string().contains("whitelist-source-range"));
    assert_eq!(settings.server_alias.as_ref().unwrap().value, ["a.org", "b.org"]);
    assert_eq!(settings.proxy_body_size.as_ref().unwrap().value, 8 << 20);
    assert_eq!(settings.backend_protocol.as_ref().unwrap().value, BackendProtocol::Grpcs);
    assert_eq!(settings.cors_allow_origin.as_ref().unwrap().value, ["https://a.org"]);
    assert_eq!(settings.cors_allow_methods.as_ref().unwrap().value, ["GET", "PUT"]);
    assert_eq!(settings.custom_http_errors.as_ref().unwrap().value, [404, 503]);
    assert_eq!(settings.auth_tls_verify_client.as_ref().unwrap().value, VerifyClient::OptionalNoCa);
    let reference = Reference { namespace: Some("default".to_owned()), name: "ca".to_owned() };
    assert_eq!(settings.auth_tls_secret.as_ref().unwrap().value, reference);
    assert_eq!(outcome.codes(), [Code::InvalidValueDefault], "`b.org` has no scheme");
}

// ---- outcomes

/// What an Ingress is left with: skipped, denied, forbidden, lost families, or served.
fn summary(outcome: &Outcome) -> String {
    match &outcome.reading {
        Reading::Skipped { .. } => "skipped".to_owned(),
        Reading::Settings(settings) if settings.forbidden.is_some() => "forbidden".to_owned(),
        Reading::Settings(settings) if settings.denied.is_some() => "denied".to_owned(),
        Reading::Settings(settings) if !settings.lost.is_empty() => {
            let lost: Vec<_> = settings.lost.iter().map(|family| family.value).collect();
            format!("lost {}", lost.join(" "))
        }
        Reading::Settings(_) => outcome.keys().join(" "),
    }
}

#[test]
fn refused_values_have_the_outcome_of_the_controller() {
    use Code::{AnnotationInert, InvalidValueDefault, InvalidValueDenied, InvalidValueForbidden, InvalidValueOpen};
    use Code::{InvalidValueSkipped, UnknownAnnotation};
    type Row<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a [Code]);
    let table: &[Row<'_>] = &[
        // the default takes its place
        (&[("rewrite-target", "/x?y=$1"), ("use-regex", "true")], "use-regex", &[InvalidValueDefault]),
        (&[("ssl-redirect", "yes"), ("force-ssl-redirect", "on")], "", &[InvalidValueDefault, InvalidValueDefault]),
        (&[("canary", "yes"), ("canary-weight", "100")], "", &[InvalidValueDefault, AnnotationInert]),
        (&[("canary", "true"), ("canary-weight", "x")], "canary", &[InvalidValueDefault]),
        (
            &[("permanent-redirect", "/n"), ("permanent-redirect-code", "404")],
            "permanent-redirect",
            &[InvalidValueDefault],
        ),
        (&[("custom-headers", "a;b")], "", &[InvalidValueDefault]),
        // the whole Ingress goes
        (&[("limit-rps", "1r/s")], "skipped", &[InvalidValueSkipped]),
        (&[("auth-url", "http://a/ok;}{")], "skipped", &[InvalidValueSkipped]),
        (&[("load-balance", "least_conn")], "skipped", &[InvalidValueSkipped]),
        (&[("permanent-redirect", "https://x$request_uri")], "skipped", &[InvalidValueSkipped]),
        (&[("permanent-redirect-code", "abc")], "skipped", &[InvalidValueSkipped]),
        (&[("ssl-passthrough", "yes")], "skipped", &[InvalidValueSkipped]),
        (&[("x-forwarded-prefix", "/a b;")], "skipped", &[InvalidValueSkipped]),
        (&[("auth-type", "oauth")], "skipped", &[InvalidValueSkipped]),
        (&[("server-alias", "a b"), ("limit-rpm", "x")], "skipped", &[InvalidValueSkipped, InvalidValueSkipped]),
        // the paths answer 503
        (&[("whitelist-source-range", "bad")], "denied", &[InvalidValueDenied]),
        (&[("denylist-source-range", "")], "denied", &[InvalidValueDenied]),
        (&[("auth-type", "basic")], "denied", &[InvalidValueDenied]),
        (&[("auth-type", "basic"), ("auth-secret", "")], "denied", &[InvalidValueDenied]),
        (&[("auth-type", "basic"), ("auth-secret", "n1/ht")], "denied", &[InvalidValueDenied]),
        (&[("auth-type", "ba sic"), ("auth-secret", "ht")], "denied", &[InvalidValueDenied]),
        (&[("auth-url", "/auth")], "denied", &[InvalidValueDenied]),
        (&[("auth-url", "http://a/"), ("auth-method", "FETCH")], "denied", &[InvalidValueDenied]),
        (&[("auth-url", "http://a/"), ("auth-cache-duration", "200")], "denied", &[InvalidValueDenied]),
        (&[("auth-url", "http://a/"), ("auth-proxy-set-headers", "n1/h")], "denied", &[InvalidValueDenied]),
        (&[("proxy-ssl-secret", "ca")], "denied", &[InvalidValueDenied]),
        // the hosts answer 403
        (&[("auth-tls-secret", "ca")], "forbidden", &[InvalidValueForbidden]),
        (&[("auth-tls-secret", "n1/ca")], "forbidden", &[InvalidValueForbidden]),
        // requests get through
        (&[("auth-url", "http://a/"), ("auth-cache-duration", "{5m}")], "lost external-auth", &[InvalidValueOpen]),
        (&[("auth-url", "http://a/"), ("auth-request-redirect", "$uri")], "lost external-auth", &[InvalidValueOpen]),
        (&[("auth-url", "http://a/"), ("auth-always-set-cookie", "yes")], "lost external-auth", &[InvalidValueOpen]),
        // a family goes
        (&[("temporal-redirect", "/x"), ("from-to-www-redirect", "true")], "lost redirect", &[InvalidValueDefault]),
        (&[("permanent-redirect", ""), ("from-to-www-redirect", "true")], "lost redirect", &[InvalidValueDefault]),
        (
            &[("upstream-hash-by", "$host"), ("upstream-hash-by-subset", "")],
            "lost upstream-hash-by",
            &[InvalidValueDefault],
        ),
        // not even read
        (&[("auth-realm", "It's"), ("auth-secret", "n1/x")], "", &[AnnotationInert, AnnotationInert]),
        (&[("auth-method", "FETCH")], "", &[AnnotationInert]),
        (&[("temporal-redirect-code", "abc")], "", &[AnnotationInert]),
        (&[("opentelemetry-operation-name", "a.b")], "", &[AnnotationInert]),
        (&[("session-cookie-path", "/a;")], "", &[AnnotationInert]),
        (
            &[("temporal-redirect", "http://a"), ("permanent-redirect", "$x"), ("permanent-redirect-code", "x")],
            "temporal-redirect",
            &[AnnotationInert, AnnotationInert],
        ),
        // read, but without effect
        (&[("canary-weight", "50")], "", &[AnnotationInert]),
        (&[("canary", "false"), ("canary-weight", "50")], "canary", &[AnnotationInert]),
        (&[("proxy-ssl-verify", "on"), ("backend-protocol", "HTTPS")], "backend-protocol", &[AnnotationInert]),
        (&[("x-forwarded-prefix", "/a")], "", &[AnnotationInert]),
        (&[("cors-max-age", "5"), ("enable-cors", "0")], "enable-cors", &[AnnotationInert]),
        (&[("limit-allowlist", "10.0.0.1"), ("limit-rps", "0")], "limit-rps", &[AnnotationInert]),
        // empty values
        (
            &[("rewrite-target", ""), ("limit-rps", ""), ("auth-type", ""), ("auth-tls-secret", ""), ("canary", "")],
            "",
            &[],
        ),
        (&[("allowlist-source-range", ""), ("whitelist-source-range", "10.0.0.1")], "allowlist-source-range", &[]),
        // unknown names
        (&[("rewrite-traget", "/"), ("secure-backends", "true")], "", &[UnknownAnnotation, UnknownAnnotation]),
        (&[("custom-http-errors", "404,5x")], "skipped", &[InvalidValueSkipped]),
    ];
    for (annotations, expected, codes) in table {
        let outcome = read_only(annotations);
        assert_eq!((summary(&outcome).as_str(), &outcome.codes()[..]), (*expected, *codes), "{annotations:?}");
    }
}

#[test]
fn every_annotation_has_one_fate() {
    let outcome = read_only(&[
        ("auth-url", "http://a/"),
        ("auth-signin", "http://a/in"),
        ("auth-cache-duration", "{5m}"),
        ("use-regex", "true"),
        ("proxy-read-timeout", "60s"),
        ("canary-weight", "5"),
        ("allowlist-source-range", "10.0.0.1"),
        ("whitelist-source-range", "10.0.0.2"),
        ("app-root", ""),
        ("nonsense", "x"),
    ]);
    assert_eq!(outcome.keys(), ["use-regex", "allowlist-source-range"]);
    let fates = [
        ("auth-url", Some((Fate::Invalid, Some(Code::InvalidValueOpen)))),
        ("auth-signin", Some((Fate::Invalid, Some(Code::InvalidValueOpen)))),
        ("auth-cache-duration", Some((Fate::Invalid, Some(Code::InvalidValueOpen)))),
        ("use-regex", None),
        ("proxy-read-timeout", Some((Fate::Invalid, Some(Code::InvalidValueDefault)))),
        ("canary-weight", Some((Fate::Ignored, Some(Code::AnnotationInert)))),
        ("allowlist-source-range", None),
        ("whitelist-source-range", Some((Fate::Ignored, None))),
        ("app-root", Some((Fate::Ignored, None))),
        ("nonsense", Some((Fate::Ignored, Some(Code::UnknownAnnotation)))),
    ];
    for (key, fate) in fates {
        assert_eq!(outcome.fate(key), fate, "{key}");
    }
}

#[test]
fn annotations_of_others_pass_in_silence() {
    let annotations = json!({
        "argocd.argoproj.io/sync-wave": "1",
        "cert-manager.io/cluster-issuer": "le",
        "external-dns.alpha.kubernetes.io/hostname": "a.org",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "traefik.ingress.kubernetes.io/router.tls": "true",
        "konghq.com/strip-path": "true",
        "note": "",
        "kubernetes.io/ingress.class": "nginx",
    });
    for (spec, fates) in [
        (json!({}), BTreeMap::from([(Fate::Carried, 1), (Fate::Ignored, 7)])),
        (json!({ "ingressClassName": "nginx" }), BTreeMap::from([(Fate::Ignored, 8)])),
    ] {
        let mut report = Report::default();
        read(&object(&annotations, &spec), &Config::default(), &cluster(&[]), &mut report);
        assert!(report.diagnostics.is_empty());
        assert_eq!(report.ledger.counts(), fates);
    }
}

#[test]
fn suggestions_name_what_was_meant() {
    let outcome = read_only(&[("rewrite-traget", "/"), ("white-list-source-range", "x"), ("ssl-protocols", "x")]);
    let texts: Vec<_> =
        outcome.report.diagnostics.iter().map(|d| format!("{} {}", d.message, d.labels[0].text)).collect();
    assert!(texts[0].contains("did you mean `rewrite-target`?"), "{texts:?}");
    assert!(texts[1].contains("never existed as an annotation; the ConfigMap has a key of this name"), "{texts:?}");
    assert!(texts[2].contains("did you mean `whitelist-source-range`?"), "{texts:?}");
}

// ---- the controller's settings

#[test]
fn snippets_follow_risk_and_switch() {
    let snippet = &[("auth-snippet", "proxy_set_header X-A 1;"), ("auth-url", "http://a/ok")];
    let outcome = |data: &[(&str, &str)]| read_with(snippet, &config(data), &[]);
    let skipped = outcome(&[("allow-snippet-annotations", "true")]);
    assert!(skipped.is_skipped() && skipped.codes() == [Code::SnippetSkipped]);
    let dropped = outcome(&[("annotations-risk-level", "Critical")]);
    assert_eq!((dropped.keys(), dropped.codes()), (vec!["auth-url"], vec![Code::SnippetSkipped]));
    assert_eq!(dropped.fate("auth-snippet"), Some((Fate::Invalid, Some(Code::SnippetSkipped))));
    let used = outcome(&[("annotations-risk-level", "critical"), ("allow-snippet-annotations", "true")]);
    assert_eq!((used.keys(), used.codes()), (vec!["auth-url", "auth-snippet"], vec![]));
    let medium = outcome(&[("annotations-risk-level", "Medium")]);
    assert_eq!(medium.codes(), [Code::SnippetSkipped, Code::InvalidValueSkipped]);
    // An unknown level counts as Low; the value does not matter.
    assert!(read_with(&[("auth-realm", "")], &config(&[("annotations-risk-level", "none")]), &[]).is_skipped());
}

#[test]
fn forbidden_words_remove_the_ingress() {
    let blocked = config(&[("annotation-value-word-blocklist", "load_module,evil")]);
    assert!(read_with(&[("app-root", "/evil")], &blocked, &[]).is_skipped());
    assert!(!read_with(&[("app-root", "/good")], &blocked, &[]).is_skipped());
}

#[test]
fn without_validation_only_types_count() {
    let mut lax = Config::default();
    lax.flags.apply(["--enable-annotation-validation=false"]);
    let outcome = read_with(&[("rewrite-target", "/x?y=$1"), ("limit-rps", "x"), ("use-regex", "yes")], &lax, &[]);
    assert_eq!(outcome.keys(), ["rewrite-target"]);
    assert_eq!(outcome.codes(), [Code::InvalidValueDefault, Code::InvalidValueDefault]);
}

#[test]
fn the_prefix_is_a_flag() {
    let mut config = Config::default();
    config.flags.apply(["--annotations-prefix", "my.nginx"]);
    let annotations = json!({ "my.nginx/use-regex": "true", "nginx.ingress.kubernetes.io/app-root": "/x" });
    let mut report = Report::default();
    let reading = read(&object(&annotations, &json!({})), &config, &cluster(&[]), &mut report);
    let Reading::Settings(settings) = reading else { panic!() };
    assert!(settings.use_regex.is_some() && settings.app_root.is_none());
}

#[test]
fn the_config_map_is_read_weakly_typed() {
    let data = json!({
        "ssl-redirect": "", "hsts": "yes", "HSTS-Preload": "True", "proxy-read-timeout": "0x10", "proxy-send-timeout": "60s",
        "http-redirect-code": "303", "custom-http-errors": "404, 99,x,503", "whitelist-source-range": " 10.0.0.0/8 ,,",
        "global-auth-url": "/auth", "global-allowed-response-headers": "X-A, X B", "proxy-body-size": "8m",
        "worker-processes": "4", "ssl-redirects": "true", "no-tls-redirect-locations": "",
    });
    let mut report = Report::default();
    let config = Config::from_config_map(&config_map(&data), &mut report);
    assert!(!config.ssl_redirect && config.hsts && config.hsts_preload);
    assert_eq!((config.proxy_read_timeout, config.proxy_send_timeout, config.http_redirect_code), (16, 60, 308));
    assert_eq!(config.custom_http_errors, [404, 503]);
    assert_eq!(
        (config.whitelist_source_range.join(" "), config.global_auth_url.as_str()),
        ("10.0.0.0/8".to_owned(), "")
    );
    assert_eq!(config.global_allowed_response_headers, ["X-A"]);
    assert_eq!((config.proxy_body_size, config.no_tls_redirect_locations.len()), (8 << 20, 0));
    let count = |code: Code| report.diagnostics.iter().filter(|diagnostic| diagnostic.code == code).count();
    assert_eq!((count(Code::ConfigValueRefused), count(Code::ConfigKeyUnknown)), (4, 1));
    assert!(config.origin("ssl-redirect").is_some() && config.origin("hsts").is_none());
    assert_eq!(config.each().count() + report.ledger.iter().count(), data.as_object().unwrap().len());
}

#[test]
fn defaults_are_those_of_the_controller() {
    let config = Config::default();
    assert!(config.ssl_redirect && config.hsts && config.hsts_include_subdomains && !config.hsts_preload);
    assert!(!config.force_ssl_redirect && !config.use_forwarded_headers && !config.allow_snippet_annotations);
    assert_eq!(
        (config.http_redirect_code, config.proxy_body_size, config.proxy_next_upstream_tries),
        (308, 1 << 20, 3)
    );
    assert_eq!(config.no_auth_locations, ["/.well-known/acme-challenge"]);
    assert_eq!(config.flags.controller_class, "k8s.io/ingress-nginx");
    assert!(config.flags.deep_inspect && config.flags.enable_annotation_validation);
}

// ---- other objects

fn other(kind: &str, namespace: &str, name: &str, data: Json) -> Json {
    json!({ "apiVersion": "v1", "kind": kind, "metadata": { "namespace": namespace, "name": name }, "data": data })
}

#[test]
fn objects_that_annotations_name_must_exist_and_fit() {
    let basic = &[("auth-type", "basic"), ("auth-secret", "ht")][..];
    let unrelated = other("Secret", "default", "x", json!({}));
    let default = Config::default();
    let denied = |annotations, config: &Config, objects: &[Json]| summary(&read_with(annotations, config, objects));
    assert_eq!(denied(basic, &default, &[]), "auth-type auth-secret", "nothing is known of Secrets");
    assert_eq!(denied(basic, &default, std::slice::from_ref(&unrelated)), "denied");
    assert_eq!(
        denied(basic, &default, &[other("Secret", "default", "ht", json!({ "auth": "" }))]),
        "auth-type auth-secret"
    );
    assert_eq!(denied(basic, &default, &[other("Secret", "default", "ht", json!({ "users": "" }))]), "denied");
    let map = &[("auth-type", "basic"), ("auth-secret", "ht"), ("auth-secret-type", "auth-map")][..];
    let users = other("Secret", "default", "ht", json!({ "foo": "" }));
    assert_eq!(denied(map, &default, &[users]), "auth-type auth-secret-type auth-secret");

    let foreign = &[("auth-type", "basic"), ("auth-secret", "n1/ht")][..];
    let cross = config(&[("allow-cross-namespace-resources", "true")]);
    assert_eq!(denied(foreign, &cross, &[other("Secret", "n1", "ht", json!({ "auth": "" }))]), "auth-type auth-secret");

    let tls = &[("auth-tls-secret", "default/ca")][..];
    let secret = |data| [other("Secret", "default", "ca", data)];
    assert_eq!(denied(tls, &default, &[unrelated]), "forbidden");
    assert_eq!(denied(tls, &default, &secret(json!({ "ca.crt": "" }))), "auth-tls-secret");
    assert_eq!(denied(tls, &default, &secret(json!({ "ca.pem": "" }))), "forbidden");
    let pair = read_with(tls, &default, &secret(json!({ "tls.crt": "", "tls.key": "" })));
    assert_eq!(
        (summary(&pair).as_str(), &pair.codes()[..]),
        ("lost client-certificate", &[Code::InvalidValueOpen][..])
    );

    let headers = &[("custom-headers", "default/ch")][..];
    let map = |data| [other("ConfigMap", "default", "ch", data)];
    let allowed = config(&[("global-allowed-response-headers", "X-Foo,Cache-Control")]);
    assert_eq!(denied(headers, &allowed, &map(json!({ "X-Foo": "bar" }))), "custom-headers");
    assert_eq!(denied(headers, &default, &map(json!({ "X-Foo": "bar" }))), "denied");
    assert_eq!(denied(headers, &allowed, &map(json!({ "X-Foo": "b\na" }))), "denied");
    assert_eq!(denied(headers, &allowed, &[other("ConfigMap", "n1", "ch", json!({}))]), "denied");

    let fastcgi = &[("fastcgi-params-configmap", "ch")][..];
    assert_eq!(denied(fastcgi, &default, &map(json!({ "SCRIPT_FILENAME": "/a.php" }))), "fastcgi-params-configmap");
    assert_eq!(denied(fastcgi, &default, &map(json!({ "A B": "x" }))), "skipped");

    let service = |name| other("Service", "default", name, json!({}));
    assert_eq!(denied(&[("default-backend", "def")], &default, &[service("def")]), "default-backend");
    assert_eq!(denied(&[("default-backend", "def")], &default, &[service("web")]), "");
}

// ---- specs

#[test]
fn specs_that_look_like_configuration_are_left_out() {
    let backend = json!({ "service": { "name": "a", "port": { "number": 80 } } });
    let with_path = |path: &str| {
        let path = json!({ "path": path, "pathType": "Prefix", "backend": backend });
        object(&json!({}), &json!({ "rules": [{ "http": { "paths": [path] } }] }))
    };
    let config = Config::default();
    let Located { origin, .. } = left_out(&with_path("/a; alias /etc;"), &config).unwrap();
    assert_eq!(origin.path.to_string(), "spec.rules[0].http.paths[0].path");
    for path in ["/alias", "/root/x", "/etc/hosts", "/a(/|$)(.*)"] {
        assert_eq!(left_out(&with_path(path), &config), None, "{path}");
    }
    let mut catch_all = Config::default();
    catch_all.flags.apply(["--disable-catch-all", "--deep-inspect=false"]);
    assert_eq!(left_out(&with_path("/a; alias /etc;"), &catch_all), None);
    let default = object(&json!({}), &json!({ "defaultBackend": backend, "rules": [] }));
    assert!(left_out(&default, &catch_all).is_some() && left_out(&default, &config).is_none());
}

// ---- measured cases

/// In a case with one Ingress, a skipped Ingress serves nothing, and a denied one answers 503.
#[test]
fn measured_cases_agree() {
    let Some(directory) = shared("cases/ingress-nginx") else { return };
    // Nothing is known of Secrets where there is none, or where their data was taken out; the other two are dead for
    // reasons that are no annotation's: no path takes the requests, no endpoint does.
    let elsewhere = ["nginx-a-basic-missing", "nginx-a-basic-nokey", "nginx-r0177", "nginx-h-m05"];
    let (mut skipped, mut denied, mut served) = (0, 0, 0);
    for file in std::fs::read_dir(directory).unwrap() {
        let case: Json = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        let id = case["id"].as_str().unwrap();
        let objects = manifests(case["objects"].as_array().unwrap());
        let mut report = Report::default();
        let config = Config::from_config_map(&config_map(&case["controller"]["configMap"]), &mut report);
        let context = Context::read(&objects, World::Closed);
        let ingresses = objects.iter().filter(|object| object.object.kind == "Ingress");
        let ingresses =
            ingresses.map(|manifest| ingress::read(manifest, World::Closed, &mut report).unwrap()).collect();
        let groups = detect::group(ingresses, Known { context: &context, controllers: &[], forced: None }, &mut report);
        let ours = groups.iter().filter(|group| group.dialect == Dialect::IngressNginx);
        let ours: Vec<_> = ours.flat_map(|group| &group.ingresses).collect();
        let [ingress] = ours[..] else { continue };
        let requests = case["requests"].as_array().unwrap();
        let statuses: Vec<_> = requests.iter().map(|case| case["expect"]["respond"]["status"].as_u64()).collect();
        let outcome = Outcome { reading: read(ingress, &config, &context, &mut report), report };
        match summary(&outcome).as_str() {
            "skipped" => {
                skipped += 1;
                // 200 is the controller's own /healthz.
                let nothing = statuses.iter().all(|status| matches!(status, Some(404 | 200)));
                assert!(nothing, "{id} is not skipped: {statuses:?}");
            }
            "denied" => {
                denied += 1;
                assert!(statuses.contains(&Some(503)), "{id} is not denied: {statuses:?}");
            }
            _ => {
                served += 1;
                let dead = statuses.iter().all(|status| matches!(status, Some(404 | 503)));
                assert!(!dead || elsewhere.contains(&id), "{id} is dead: {statuses:?}");
            }
        }
    }
    assert!(skipped >= 13 && denied >= 2 && served >= 300, "{skipped} {denied} {served}");
}

#[test]
fn protection_is_told_from_the_rest() {
    let protections: Vec<_> =
        ANNOTATIONS.iter().filter(|entry| entry.category == Category::Protection).map(|entry| entry.key).collect();
    for key in ["auth-url", "auth-type", "allowlist-source-range", "auth-tls-secret", "enable-modsecurity"] {
        assert!(protections.contains(&key), "{key}");
    }
    assert!(!protections.contains(&"proxy-buffer-size"));
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Names that the controller knows, knew and never knew, with texts that its validators are made for, and others.
    fn annotation() -> impl Strategy<Value = (String, String)> {
        let known =
            ANNOTATIONS.iter().flat_map(|entry| std::iter::once(entry.key).chain(entry.aliases.iter().copied()));
        let names: Vec<_> = known.chain(DEAD.iter().map(|(name, _)| *name)).chain(["", "nonsense"]).collect();
        let texts = vec![
            "true",
            "false",
            "1",
            "",
            "on",
            "60",
            "8m",
            "cookie",
            "basic",
            "default/x",
            "n1/x",
            "a/b/c",
            "http://a/b",
            "/$1",
            "$host",
            "*",
            "10.0.0.0/8",
            "404,503",
            "error timeout",
            "a;b",
            "ü",
            "a\nb",
            "X-A, X-B",
            "CN=(",
            "5m",
        ];
        let name = prop::sample::select(names).prop_map(str::to_owned);
        let text = prop_oneof![3 => prop::sample::select(texts).prop_map(str::to_owned), 1 => any::<String>()];
        (name, text)
    }

    proptest! {
        #[test]
        fn whatever_the_values_each_annotation_has_one_fate(
            annotations in prop::collection::btree_map(annotation().prop_map(|(name, _)| name), annotation().prop_map(|(_, text)| text), 0..12),
            level in prop::sample::select(vec!["Low", "Medium", "High", "Critical"]),
            validate in any::<bool>(),
        ) {
            let mut config = config(&[("annotations-risk-level", level)]);
            config.flags.apply([if validate { "--deep-inspect" } else { "--enable-annotation-validation=false" }]);
            let annotations: Vec<_> = annotations.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            let outcome = read_with(&annotations, &config, &[other("Secret", "default", "x", json!({ "auth": "" }))]);
            let set = match &outcome.reading {
                Reading::Settings(settings) => settings.each().count(),
                Reading::Skipped { .. } => 0,
            };
            prop_assert_eq!(outcome.report.ledger.iter().count() + set, annotations.len());
            // What is wrong is said, and what is said is wrong.
            let invalid = outcome.report.ledger.iter().filter(|(_, _, fate, _)| *fate == Fate::Invalid).count();
            prop_assert_eq!(invalid > 0, outcome.codes().iter().any(|code| !matches!(code, Code::UnknownAnnotation | Code::AnnotationInert)));
        }
    }
}
