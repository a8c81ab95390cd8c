//! Trees to typed values.

use std::collections::BTreeMap;

use gatelift::syntax::{Node, parse};
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Path {
    path: String,
    #[serde(default)]
    path_type: Option<Kind>,
    backend: Backend,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Kind {
    Exact,
    Prefix,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Backend {
    name: String,
    #[serde(default)]
    port: u16,
    #[serde(default)]
    weight: Option<i32>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    flags: Vec<bool>,
}

fn tree(text: &str) -> Node {
    parse(text, 0..text.len()).unwrap().unwrap()
}

fn error(text: &str) -> String {
    tree(text).read::<Vec<Path>>().unwrap_err().to_string()
}

#[test]
fn values_arrive() {
    let node = tree(
        "- path: /\n  pathType: Prefix\n  backend: {name: a, port: 80.0, weight: -1, labels: {a: b}, flags: [yes, no]}\n",
    );
    let labels = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
    let backend = Backend { name: "a".into(), port: 80, weight: Some(-1), labels, flags: vec![true, false] };
    let expected = vec![Path { path: "/".into(), path_type: Some(Kind::Prefix), backend }];
    assert_eq!(node.read::<Vec<Path>>(), Ok(expected));
}

#[test]
fn null_is_absent_in_structs_and_empty_text_in_maps() {
    let node = tree("name: a\nport:\nweight: ~\nflags: null\nlabels: {a: }\n");
    let labels = BTreeMap::from([("a".to_owned(), String::new())]);
    assert_eq!(node.read(), Ok(Backend { name: "a".into(), port: 0, weight: None, labels, flags: vec![] }));
    assert_eq!(tree("name:\n").read::<Backend>().unwrap_err().to_string(), "the field `name` is missing");
}

#[test]
fn errors_name_the_field_in_plain_words() {
    assert_eq!(
        error("- path: /\n  backend: {name: a, port: \"80\"}\n"),
        "[0].backend.port: expected a whole number, found text \"80\""
    );
    assert_eq!(
        error("- path: /\n  backend: {name: a, port: 70000}\n"),
        "[0].backend.port: expected a whole number from 0 to 65535, found the number `70000`"
    );
    assert_eq!(error("- path: 1\n"), "[0].path: expected text, found the number `1`");
    assert_eq!(error("- path: /\n"), "[0]: the field `backend` is missing");
    assert_eq!(error("- path: /\n  pathType: Regex\n"), "[0].pathType: `Regex` is none of `Exact`, `Prefix`");
    assert_eq!(error("- path: /\n  backend: []\n"), "[0].backend: expected a mapping, found a list");
    assert_eq!(error("- path: /\n  backend: x\n"), "[0].backend: expected a mapping, found text \"x\"");
    assert_eq!(
        error("- path: /\n  backend: {name: a, labels: {a/b: true}}\n"),
        "[0].backend.labels[\"a/b\"]: expected text, found the boolean `true`"
    );
    assert_eq!(error("a: b\n"), "expected a list, found a mapping");
    assert_eq!(
        error("- path: /\n  backend: {name: a, port: 1.5}\n"),
        "[0].backend.port: expected a whole number, found the number `1.5`"
    );
}

#[test]
fn error_paths_lead_to_the_value() {
    let node = tree("- path: /\n  backend: {name: a, port: \"80\"}\n");
    let error = node.read::<Vec<Path>>().unwrap_err();
    assert_eq!(node.at(&error.path()).and_then(Node::as_str), Some("80"));
}

#[test]
fn unknown_fields_are_told_on_demand() {
    let node = tree("name: a\nextra: {deep: [1]}\nport: 1\nPort: 2\n");
    let (backend, unknown) = node.read_strict::<Backend>();
    let backend = backend.unwrap();
    assert_eq!(backend.port, 1);
    assert_eq!(unknown.iter().map(ToString::to_string).collect::<Vec<_>>(), ["extra", "Port"]);
    assert_eq!(node.read(), Ok(backend));
}

#[test]
fn enums_with_content_and_untagged_enums() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum Match {
        Exact(String),
        Range { start: u8, end: u8 },
        Any,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum IntOrString {
        Int(i32),
        String(String),
    }
    assert_eq!(tree("exact: a").read(), Ok(Match::Exact("a".into())));
    assert_eq!(tree("range: {start: 1, end: 2}").read(), Ok(Match::Range { start: 1, end: 2 }));
    assert_eq!(tree("any").read(), Ok(Match::Any));
    assert_eq!(tree("any:").read(), Ok(Match::Any));
    assert!(tree("{exact: a, any: }").read::<Match>().is_err());
    assert_eq!(tree("range: {start: 1, end: x}").read::<Match>().unwrap_err().path().to_string(), "range.end");
    assert_eq!(tree("[80, http]").read(), Ok(vec![IntOrString::Int(80), IntOrString::String("http".into())]));
}

#[test]
fn real_types_read_as_from_json() {
    let text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    a/b: \"1\"\nspec:\n  rules:\n  - host: a.b\n    http:\n      paths:\n      - path: /\n        pathType: Prefix\n        backend: {service: {name: s, port: {number: 80}}}\n";
    let node = tree(text);
    let ingress: k8s_openapi::api::networking::v1::Ingress = node.read().unwrap();
    assert_eq!(ingress, serde_json::from_value(node.to_json()).unwrap());
    assert_eq!(ingress.spec.unwrap().rules.unwrap()[0].host.as_deref(), Some("a.b"));
}
