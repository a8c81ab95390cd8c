//! Formats of objects, and the tree of files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gatelift::emit::{self, Changes, Entry, FileFormat, Format, Layout, TreeError};
use gatelift::gateway::Object;
use serde_json::{Value, from_value, json};

/// `snapshots/cli/NAME.snap`.
pub(crate) fn snapshots(run: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/cli");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(run);
}

fn head(kind: &str, name: &str) -> Value {
    json!({
        "apiVersion": "gateway.networking.k8s.io/v1", "kind": kind,
        "metadata": { "name": name, "namespace": "shop", "labels": { "app": "on", "y": "1" } },
    })
}

fn with_spec(mut object: Value, spec: Value) -> Value {
    object["spec"] = spec;
    object
}

fn objects() -> Vec<Object> {
    let gateway = json!({
        "gatewayClassName": "nginx",
        "listeners": [
            { "name": "http", "port": 80, "protocol": "HTTP", "hostname": "*.example.com" },
            { "name": "https", "port": 443, "protocol": "HTTPS", "tls": { "certificateRefs": [{ "name": "web-tls" }] } },
        ],
    });
    let route = json!({
        "parentRefs": [{ "name": "nginx" }],
        "hostnames": ["a.example.com", "b.example.com"],
        "rules": [{
            "matches": [{
                "path": { "type": "RegularExpression", "value": "/foo(/|$)(.*)" },
                "headers": [{ "name": "x-version", "value": "1_000" }],
            }],
            "filters": [{
                "type": "ResponseHeaderModifier",
                "responseHeaderModifier": { "set": [{ "name": "content-security-policy", "value": "a: 'b';\n  c\n" }] },
            }],
            "backendRefs": [{ "group": "", "name": "web", "port": 80, "weight": 0 }],
        }],
    });
    let policy = json!({
        "compression": [], "rateLimit": null, "timeout": { "http": { "requestTimeout": "0s", "idle": null } },
        "tls": {}, "factor": 1.5,
    });
    vec![
        Object::Gateway(from_value(with_spec(head("Gateway", "nginx"), gateway)).unwrap()),
        Object::HttpRoute(from_value(with_spec(head("HTTPRoute", "web"), route)).unwrap()),
        Object::Policy(from_value(with_spec(head("BackendTrafficPolicy", "web"), policy)).unwrap()),
    ]
}

const SOURCES: [Option<&str>; 3] = [None, Some("apps/web.yaml"), Some("apps/web.yaml")];

fn entries<'a>(objects: &'a [Object], comments: &'a [String]) -> Vec<Entry<'a>> {
    objects.iter().zip(SOURCES).map(|(object, source)| Entry { object, comments, source }).collect()
}

fn written(format: Format) -> String {
    let comments = ["from shop/ingress.yaml:3: Ingress shop/web".to_owned(), "two\nlines".to_owned()];
    emit::write(&entries(&objects(), &comments), format)
}

#[test]
fn formats() {
    snapshots(|| {
        insta::assert_snapshot!("objects-yaml", written(Format::Yaml));
        insta::assert_snapshot!("objects-json", written(Format::Json));
        insta::assert_snapshot!("objects-kyaml", written(Format::Kyaml));
        insta::assert_snapshot!("objects-name", written(Format::Name));
    });
}

/// The three formats with contents hold the same objects, nulls left out, empty values kept.
#[test]
fn formats_agree() {
    let list: Value = serde_json::from_str(&written(Format::Json)).unwrap();
    let items = list["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 3);
    assert_eq!(items[2]["spec"]["timeout"], json!({ "http": { "requestTimeout": "0s" } }));
    assert_eq!(items[2]["spec"]["tls"], json!({}));
    for format in [Format::Yaml, Format::Kyaml] {
        let documents: Vec<Value> = serde_saphyr::from_multiple(&written(format)).unwrap();
        assert_eq!(documents, items);
    }
}

#[test]
fn nothing_is_an_empty_stream() {
    for format in [Format::Yaml, Format::Kyaml, Format::Name] {
        assert_eq!(emit::write(&[], format), "");
    }
    assert_eq!(serde_json::from_str::<Value>(&emit::write(&[], Format::Json)).unwrap()["items"], json!([]));
}

fn layout(layout: Layout) -> Vec<String> {
    let objects = objects();
    let files = emit::files(&entries(&objects, &[]), layout, FileFormat::Yaml);
    assert!(files.values().all(|contents| contents.starts_with("# Written by gatelift\n")));
    files.iter().map(|(path, contents)| format!("{} {}", path.display(), contents.matches("kind:").count())).collect()
}

#[test]
fn layouts() {
    assert_eq!(
        layout(Layout::Object),
        ["shop/backendtrafficpolicy-web.yaml 1", "shop/gateway-nginx.yaml 1", "shop/httproute-web.yaml 1"]
    );
    assert_eq!(layout(Layout::Source), ["apps/web.yaml 2", "shop/gateway-nginx.yaml 1"]);
}

#[test]
fn same_kind_and_name_twice() {
    let mut objects = objects();
    objects.push(objects[1].clone());
    let all: Vec<_> = objects.iter().map(|object| Entry { object, comments: &[], source: None }).collect();
    let files = emit::files(&all, Layout::Object, FileFormat::Kyaml);
    assert!(files.contains_key(Path::new("shop/httproute-web-2.yaml")));
    assert_eq!(files.len(), 4);
}

/// A directory of its own, gone when the test is over.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gatelift-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn paths(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(PathBuf::from).collect()
}

#[test]
fn tree_is_brought_up_to_date() {
    let scratch = Scratch::new("tree");
    let directory = scratch.0.join("out");
    let objects = objects();
    let files = emit::files(&entries(&objects, &[]), Layout::Object, FileFormat::Yaml);
    let all = paths(&["shop/backendtrafficpolicy-web.yaml", "shop/gateway-nginx.yaml", "shop/httproute-web.yaml"]);

    let missing = Changes { missing: all, ..Changes::default() };
    assert_eq!(emit::compare(&directory, &files).unwrap(), missing);
    assert!(!directory.exists(), "comparing writes nothing");
    assert_eq!(emit::update(&directory, &files, false).unwrap(), missing);
    assert!(emit::compare(&directory, &files).unwrap().is_empty());

    fs::write(directory.join("shop/httproute-web.yaml"), "# Written by gatelift\nold").unwrap();
    fs::write(directory.join("shop/gone.yaml"), "# Written by gatelift\nold").unwrap();
    fs::write(directory.join("shop/mine.yaml"), "a: b\n").unwrap();
    let changes = Changes {
        stale: paths(&["shop/httproute-web.yaml"]),
        left_over: paths(&["shop/gone.yaml"]),
        ..Changes::default()
    };
    assert_eq!(emit::compare(&directory, &files).unwrap(), changes);
    assert_eq!(emit::update(&directory, &files, false).unwrap(), changes);
    assert!(emit::compare(&directory, &files).unwrap().is_empty());
    let found: BTreeMap<_, _> =
        fs::read_dir(directory.join("shop")).unwrap().map(|entry| (entry.unwrap().file_name(), ())).collect();
    assert_eq!(found.len(), 4, "mine.yaml stays, gone.yaml and temporary files do not: {found:?}");
}

#[test]
fn foreign_files_are_left_alone() {
    let scratch = Scratch::new("foreign");
    let directory = &scratch.0;
    let objects = objects();
    let files = emit::files(&entries(&objects, &[]), Layout::Object, FileFormat::Yaml);
    fs::create_dir(directory.join("shop")).unwrap();
    let path = directory.join("shop/gateway-nginx.yaml");
    fs::write(&path, "kind: Gateway # mine\n").unwrap();

    let error = emit::update(directory, &files, false).unwrap_err();
    assert!(matches!(&error, TreeError::Foreign(found) if *found == paths(&["shop/gateway-nginx.yaml"])), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "kind: Gateway # mine\n");
    assert!(!directory.join("shop/httproute-web.yaml").exists(), "nothing is written when one file is in the way");

    emit::update(directory, &files, true).unwrap();
    assert!(emit::compare(directory, &files).unwrap().is_empty());
}

#[test]
fn what_cannot_be_written_names_the_file() {
    let scratch = Scratch::new("io");
    fs::write(scratch.0.join("file"), "").unwrap();
    let objects = objects();
    let files = emit::files(&entries(&objects, &[]), Layout::Object, FileFormat::Yaml);
    let error = emit::update(&scratch.0.join("file"), &files, false).unwrap_err();
    assert!(error.to_string().contains("file/shop"), "{error}");
}
