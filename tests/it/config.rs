//! The configuration file: where it is found, what it says, what is wrong with it.

use std::fs;

use gatelift::config::Loaded;
use serde_json::Value;

use crate::binary::run;
use crate::emit::{Scratch, snapshots};

const INGRESS: &str = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/auth-type: basic
    nginx.ingress.kubernetes.io/auth-secret: shop/users
    team.example.com/owner: payments
spec:
  ingressClassName: internal
  rules:
  - host: shop.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: internal}
spec: {controller: k8s.io/ingress-nginx}
";

const TOML: &str = "target = \"envoy-gateway\"
topology = \"namespace\"
skip = [\"old\", \"*.tpl.yaml\"]

[class-map]
internal = \"eg\"

[levels]
warn = [\"protection-not-carried\"]
allow = [\"built-in-endpoint-lost\"]

[[annotations]]
name = \"team.example.com/*\"
level = \"deny\"
fate = \"dropped\"
reason = \"owners belong into a label\"
";

const YAML: &str = "target: envoy-gateway
topology: namespace
skip: [old, \"*.tpl.yaml\"]
class-map: {internal: eg}
levels:
  warn: [protection-not-carried]
  allow: [built-in-endpoint-lost]
annotations:
- name: team.example.com/*
  level: deny
  fate: dropped
  reason: owners belong into a label
";

fn repository(name: &str, config: &str, text: &str) -> Scratch {
    let scratch = Scratch::new(name);
    for (file, text) in [
        ("deploy/web.yaml", INGRESS),
        ("deploy/old/broken.yaml", "a: [\n"),
        ("deploy/x.tpl.yaml", "a: {{ x }}\n"),
        (config, text),
    ] {
        let path = scratch.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    scratch
}

/// Both formats say the same, from the top of the repository and from below it.
#[test]
fn toml_and_yaml_are_found_upwards() {
    assert_eq!(Loaded::read("a.toml", TOML).unwrap().config, Loaded::read("a.yaml", YAML).unwrap().config);
    let skip = |text: &str| text.replace("\"old\"", "\"deploy/old\"").replace("[old", "[deploy/old");
    let mut outputs = Vec::new();
    for (config, text) in [("gatelift.toml", TOML), ("gatelift.yaml", YAML)] {
        let scratch = repository(&format!("config-{config}"), config, &skip(text));
        let args = ["convert", "-f", ".", "-R", "--message-format", "concise"];
        let below = run(&scratch.0.join("deploy"), &args);
        assert!(below.stdout.contains("gatewayClassName: eg"), "{below:?}");
        let top = run(&scratch.0, &args);
        assert_eq!(top.stdout, below.stdout);
        outputs.push(below);
    }
    let [toml, yaml] = outputs.as_slice() else { panic!() };
    assert_eq!(toml, yaml);
    snapshots(|| insta::assert_snapshot!("config-convert", format!("{}exit {:?}", toml.stderr, toml.code)));
}

#[test]
fn flags_win() {
    let scratch = repository("config-flags", "gatelift.toml", TOML);
    let convert = |more: &[&str]| run(&scratch.0, &[&["convert", "-f", "deploy"], more].concat());
    assert!(convert(&["--class-map", "internal=other"]).stdout.contains("gatewayClassName: other"));
    let denied = convert(&["--target", "standard", "--deny", "protection-not-carried", "--message-format", "concise"]);
    assert!(denied.stderr.contains("error[G2L119]"), "{}", denied.stderr);
    let without = convert(&["--no-config", "--message-format", "concise"]);
    assert!(without.stdout.contains("gatewayClassName: internal") && !without.stderr.contains("G2L016"));
    assert_eq!(without.code, Some(2), "the template is read: {}", without.stderr);
    fs::rename(scratch.0.join("gatelift.toml"), scratch.0.join("other.toml")).unwrap();
    assert!(convert(&["--config", "other.toml"]).stdout.contains("gatewayClassName: eg"));
    assert_eq!(convert(&["--config", "gone.toml"]).code, Some(2));
    fs::write(scratch.0.join("gatelift.toml"), "").unwrap();
    fs::write(scratch.0.join("gatelift.yaml"), "").unwrap();
    let both = convert(&[]);
    assert!(both.code == Some(2) && both.stderr.contains("both gatelift.toml and gatelift.yaml"), "{both:?}");
}

/// An annotation that a rule accepts is no finding, and what depends on it is written.
#[test]
fn a_rule_accepts_an_annotation() {
    let rule = "annotations:\n- {name: nginx.ingress.kubernetes.io/auth-*, level: allow, fate: ignored, reason: the mesh asks}\n";
    let scratch = repository("config-accepts", "gatelift.yaml", rule);
    let ran = run(&scratch.0, &["check", "-f", "deploy/web.yaml", "--message-format", "json"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let entries = report["ledger"]["entries"].as_array().unwrap();
    let fate =
        |name: &str| entries.iter().find(|e| e["field"].as_str().unwrap().contains(name)).unwrap()["fate"].clone();
    assert_eq!((fate("auth-type"), fate("auth-secret")), ("ignored".into(), "ignored".into()));
    assert!(!ran.stdout.contains("G2L119"));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let cases = [
        (
            "unknown.toml",
            "tagret = \"standard\"\n[levels]\ndeni = []\n[[annotations]]\nname = \"a\"\nreason = \"b\"\nlevle = \"warn\"\n",
        ),
        ("unknown.yaml", "levels:\n  deni: []\nxyz: 1\n"),
        ("value.toml", "topology = \"shard\"\n"),
        ("target.yaml", "# c\ntarget: envoy-gatway\n"),
        ("code.toml", "[levels]\ndeny = [\"warnings\", \"rule-witheld\"]\n"),
        ("level.toml", "[levels]\ndeny = [\"G2L203\"]\nallow = [\"203\"]\n"),
        ("missing.yaml", "annotations:\n- name: a\n"),
        ("misspelt.yaml", "annotations:\n- name: a\n  resaon: b\n"),
        ("name.yaml", "gateway: web\n"),
        ("type.yaml", "skip: charts\n"),
        ("syntax.toml", "target = \n"),
        ("syntax.yaml", "target: [\n"),
        ("list.yaml", "- a\n"),
    ];
    let mut said = String::new();
    for (name, text) in cases {
        let scratch = repository("config-wrong", name, text);
        let ran = run(&scratch.0, &["check", "-f", "deploy/web.yaml", "--config", name]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(&format!("{name}:")), "{name}: {}", ran.stderr);
        said += &ran.stderr;
    }
    snapshots(|| insta::assert_snapshot!("config-errors", said));
}

#[test]
fn the_schema_takes_what_is_read() {
    let schema: Value = serde_json::from_str(&gatelift::config::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value: Value = serde_saphyr::from_str(YAML).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    for wrong in ["tagret: standard", "topology: shard", "levels: {deni: []}", "annotations: [{name: a}]"] {
        assert!(!validator.is_valid(&serde_saphyr::from_str(wrong).unwrap()), "{wrong}");
    }
}
