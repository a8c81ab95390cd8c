//! Files to manifests.

use std::fs;
use std::path::PathBuf;

use gatelift::read::{self, Input};
use gatelift::report::{Code, Diagnostic};
use gatelift::syntax::FieldPath;

fn all(text: &str) -> Input {
    read::text("t.yaml", text, &|group, _| group.is_some())
}

fn ingress(name: &str) -> String {
    format!("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}}}\n")
}

fn labels(input: &Input) -> Vec<String> {
    input.manifests.iter().map(|manifest| manifest.object.label()).collect()
}

fn codes(input: &Input) -> Vec<Code> {
    input.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

/// `line:column` of a finding, as a renderer finds it.
fn place(input: &Input, diagnostic: &Diagnostic) -> (usize, usize) {
    let location = match (&diagnostic.text, diagnostic.labels.first()) {
        (Some(text), _) => input.sources.position(text),
        (None, Some(label)) => {
            let origin = &label.origin;
            input.sources.locate(origin.object.document, &origin.document_path()).expect("located")
        }
        (None, None) => panic!("{diagnostic:?} has no place"),
    };
    (location.line, location.column)
}

/// A directory of its own, removed afterwards.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = std::env::temp_dir().join(format!("gatelift-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self(root)
    }

    fn read(&self, paths: &[&str], recursive: bool) -> Input {
        let paths: Vec<PathBuf> = paths.iter().map(|path| self.0.join(path)).collect();
        read::files(&paths, recursive, &|_, _| true)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn objects_have_names_and_places() {
    let input = all(
        "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata:\n  name: web\n  namespace: shop\n---\n# nothing\n---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\n",
    );
    assert_eq!(labels(&input), ["Ingress shop/web", "Service s"]);
    assert!(input.diagnostics.is_empty());
    let ingress = &input.manifests[0];
    assert_eq!((ingress.group(), ingress.version()), ("networking.k8s.io", "v1"));
    assert_eq!(input.manifests[1].group(), "");
    assert_eq!(ingress.object.within, FieldPath::root());
    let name = input.sources.locate(input.manifests[1].object.document, &FieldPath::root().field("metadata.name"));
    assert_eq!(name.map(|place| place.line), Some(11));
}

#[test]
fn lists_are_taken_apart() {
    let input = all(&format!(
        "apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Service, metadata: {{name: a}}}}\n- apiVersion: v1\n  kind: List\n  items: [{{apiVersion: v1, kind: Service, metadata: {{name: b}}}}]\n- {{metadata: {{name: c}}}}\n---\n{}",
        "apiVersion: networking.k8s.io/v1\nkind: IngressList\nitems:\n- metadata: {name: d}\n- kind: Ingress\n  metadata: {name: e}\n"
    ));
    assert_eq!(labels(&input), ["Service a", "Service b", "Ingress d", "Ingress e"]);
    assert_eq!(input.manifests[1].object.within.to_string(), "items[1].items[0]");
    assert_eq!(input.manifests[2].api_version, "networking.k8s.io/v1");
    assert_eq!(input.manifests[2].object.within.to_string(), "items[0]");
    assert_eq!(input.manifests[2].object.document, input.manifests[3].object.document);
    assert_eq!(codes(&input), [Code::NotAManifest]);
    assert_eq!(place(&input, &input.diagnostics[0]), (8, 3));
    assert!(all("apiVersion: v1\nkind: List\nitems: null\n").diagnostics.is_empty());
    assert_eq!(labels(&all("apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}\n")), ["AllowList a"]);
}

#[test]
fn json_files_and_streams() {
    let input = all(
        "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"a\"}}\n{\"apiVersion\":\"v1\",\n\t\"kind\":\"Service\",\n\t\"metadata\":{\"name\":\"b\"}}\n",
    );
    assert_eq!(labels(&input), ["Service a", "Service b"]);
    let place = input.sources.locate(input.manifests[1].object.document, &FieldPath::root().field("metadata.name"));
    assert_eq!(place.map(|place| (place.line, place.column)), Some((4, 21)));
}

#[test]
fn unwanted_kinds_pass_in_silence() {
    let only_ingress = |group: Option<&str>, kind: &str| (group, kind) == (Some("networking.k8s.io"), "Ingress");
    let text = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: [}}\n---\n{{apiVersion: v1, kind: ConfigMap, metadata: {{name: 1}}}}\n---\napiVersion: other.io/v1\nkind: Ingress\nmetadata: {{name: b}}\n---\n{}",
        ingress("a")
    );
    let input = read::text("t", &text, &only_ingress);
    assert_eq!((labels(&input), codes(&input)), (vec!["Ingress a".to_owned()], vec![]));
}

#[test]
fn broken_documents_are_told_and_the_others_read() {
    let input = all(&format!(
        "{}---\na: [1\n---\n{}---\nk: 1\nl: 2\nk: 3\n---\n{}",
        ingress("a"),
        ingress("b"),
        "[".repeat(9000)
    ));
    assert_eq!(labels(&input), ["Ingress a", "Ingress b"]);
    assert_eq!(codes(&input), [Code::Syntax, Code::DuplicateKey, Code::TooComplex]);
    assert_eq!(place(&input, &input.diagnostics[0]), (5, 4));
    assert_eq!(place(&input, &input.diagnostics[1]), (13, 1));
    assert_eq!(input.diagnostics[1].notes, ["it stands first at t.yaml:11:1"]);
}

#[test]
fn what_is_no_object_is_told() {
    let input = all("replicas: 1\n---\n- a\n---\nkind: Ingress\n---\napiVersion: v1\nkind: 5\n");
    assert_eq!(codes(&input), [Code::NotAManifest, Code::NotAManifest, Code::NotAManifest, Code::WrongType]);
    assert_eq!(place(&input, &input.diagnostics[3]), (8, 7));
}

#[test]
fn names_must_be_there_and_be_text() {
    let head = "apiVersion: v1\nkind: Service\n";
    let input = all(&format!(
        "{head}---\n{head}metadata: {{generateName: a-}}\n---\n{head}metadata:\n  name: 80\n---\n{head}metadata: {{name: a, namespace: on}}\n---\n{head}metadata: x\n"
    ));
    assert_eq!(
        codes(&input),
        [Code::MissingName, Code::MissingName, Code::WrongType, Code::WrongType, Code::WrongType]
    );
    assert_eq!(place(&input, &input.diagnostics[1]), (6, 11));
    assert_eq!(place(&input, &input.diagnostics[2]), (11, 9));
    assert!(input.manifests.is_empty());
}

#[test]
fn annotations_and_labels_are_text() {
    let input = all(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n    x/y: \"true\"\n    ssl: true\n    port: 0o17 # octal\n    list: [a]\n  labels:\n    on: 1.0\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b, annotations: [], labels: ~}\n",
    );
    assert_eq!(
        codes(&input),
        [
            Code::AnnotationNotString,
            Code::AnnotationNotString,
            Code::WrongType,
            Code::AnnotationNotString,
            Code::WrongType
        ]
    );
    assert!(input.manifests.is_empty());
    let helps: Vec<_> = input.diagnostics.iter().map(|diagnostic| diagnostic.help.as_deref()).collect();
    assert_eq!(
        helps,
        [
            Some("quote the value: `ssl: \"true\"`"),
            Some("quote the value: `port: \"0o17\"`"),
            None,
            Some("quote the value: `true: \"1.0\"`"),
            None
        ]
    );
    assert_eq!(input.diagnostics[1].message, "`metadata.annotations.port` is text, and this is a number");
    assert_eq!(place(&input, &input.diagnostics[1]), (8, 11));
}

#[test]
fn a_null_annotation_is_the_empty_text() {
    // `json.Unmarshal` into `map[string]string`, and `NestedNullCoercingStringMap` of apimachinery for kubectl.
    let input = all("apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations: {x: , y: ~, z: \"\"}\n");
    assert!(input.diagnostics.is_empty());
    let annotations = input.manifests[0].node.at(&FieldPath::root().field("metadata.annotations")).unwrap();
    assert!(annotations.entries().iter().all(|entry| entry.node.as_str() == Some("")));
}

#[test]
fn templates_are_named_once_and_left_out() {
    let helm = format!(
        "{{{{- if .Values.on }}}}\n{}spec:\n  host: {{{{ .Values.host }}}}\n---\n{}---\na: {{{{ b }}}}\n{{{{- end }}}}\n",
        ingress("a"),
        ingress("b")
    );
    let input = all(&helm);
    assert_eq!((labels(&input), codes(&input)), (vec![], vec![Code::Template]));
    assert_eq!(place(&input, &input.diagnostics[0]), (1, 1));
    assert!(input.diagnostics[0].help.as_deref().unwrap().contains("helm template"));

    for text in [
        format!("{}spec:\n  rules:\n  - host: app.${{DOMAIN}}\n", ingress("a")),
        format!("{}spec: {{rules: [{{host: \"{{{{ .Values.host }}}}\"}}]}}\n", ingress("a")),
        format!("{}spec: {{tls: [{{hosts: [x, \"${{host}}\"]}}]}}\n", ingress("a")),
        format!("{}spec: {{port: ${{PORT}}}}\n", ingress("a")).replace("{port: ${PORT}}", "\n  port: ${PORT}"),
        ingress("\"{{ name }}\""),
        ingress("a-${ENV:-dev}"),
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  annotations:\n    x: ${TARGET}\n".to_owned(),
    ] {
        assert_eq!(codes(&all(&text)), [Code::Template], "{text}");
    }
}

#[test]
fn dollars_of_nginx_are_no_template() {
    let text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\n  annotations:\n    nginx.ingress.kubernetes.io/rewrite-target: /$1\n    nginx.ingress.kubernetes.io/upstream-vhost: ${host}\n    nginx.ingress.kubernetes.io/configuration-snippet: |\n      set $x \"{{ y }}\"; return 301 ${scheme}://${SITE};\n";
    let input = all(text);
    assert_eq!((labels(&input), codes(&input)), (vec!["Ingress a".to_owned()], vec![]));
}

#[test]
fn bytes_that_are_no_text_spoil_their_document_only() {
    let scratch = Scratch::new("utf8", &[]);
    fs::create_dir_all(&scratch.0).unwrap();
    let bytes = [ingress("a").as_bytes(), b"---\n# caf\xE9 \xE9\nx: 1\n---\n", ingress("b").as_bytes()].concat();
    fs::write(scratch.0.join("a.yaml"), bytes).unwrap();
    fs::write(scratch.0.join("b.yaml"), [b"\xEF\xBB\xBF", ingress("c").as_bytes()].concat()).unwrap();
    let utf16: Vec<u8> = format!("\u{FEFF}{}", ingress("d")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(scratch.0.join("c.yaml"), utf16).unwrap();
    let input = scratch.read(&[""], false);
    assert_eq!(labels(&input), ["Ingress a", "Ingress b", "Ingress c", "Ingress d"]);
    assert_eq!(codes(&input), [Code::Syntax]);
    assert_eq!(place(&input, &input.diagnostics[0]), (5, 6));
}

#[test]
fn the_last_of_two_equal_objects_counts() {
    let old = ingress("a").replace("networking.k8s.io/v1", "extensions/v1beta1");
    let there = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: default}\n";
    let other = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: other}\n";
    let input = all(&[old.as_str(), other, &ingress("b"), there, &ingress("a")].join("---\n"));
    assert_eq!(labels(&input), ["Ingress other/a", "Ingress b", "Ingress a"]);
    assert_eq!(codes(&input), [Code::DuplicateObject, Code::DuplicateObject]);
    let documents: Vec<u32> = input.diagnostics[0].labels.iter().map(|label| label.origin.object.document.0).collect();
    assert_eq!(documents, [3, 0]);
}

#[test]
fn directories_are_read_as_kubectl_reads_them() {
    let scratch = Scratch::new(
        "dirs",
        &[
            ("b.yml", &ingress("b")),
            ("a.yaml", &ingress("a")),
            ("c.json", "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"c\"}}"),
            ("d.YAML", &ingress("big")),
            ("e.txt", &ingress("text")),
            ("sub/f.yaml", &ingress("f")),
            ("sub/deep/g.yaml", &ingress("g")),
        ],
    );
    assert_eq!(labels(&scratch.read(&[""], false)), ["Ingress a", "Ingress b", "Service c"]);
    let recursive = scratch.read(&[""], true);
    assert_eq!(labels(&recursive), ["Ingress a", "Ingress b", "Service c", "Ingress g", "Ingress f"]);
    assert!(recursive.diagnostics.is_empty());
    // A named file has any extension; what is named twice is read once; the order of the paths is nothing.
    assert_eq!(
        labels(&scratch.read(&["e.txt", "sub/f.yaml", "a.yaml"], false)),
        ["Ingress a", "Ingress text", "Ingress f"]
    );
    let twice = scratch.read(&["sub/../a.yaml", "", "a.yaml", "./b.yml"], false);
    assert_eq!((labels(&twice).len(), codes(&twice)), (3, vec![]));
    assert_eq!(labels(&scratch.read(&["sub", ""], false)), labels(&scratch.read(&["", "sub"], false)));
    assert!(recursive.sources.name(0).ends_with("a.yaml"));
}

#[cfg(unix)]
#[test]
fn links_are_files_inside_directories() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::new("links", &[("real/a.yaml", &ingress("a")), ("dir/b.yaml", &ingress("b"))]);
    symlink(scratch.0.join("real"), scratch.0.join("dir/other")).unwrap();
    symlink(scratch.0.join("dir"), scratch.0.join("dir/loop")).unwrap();
    symlink(scratch.0.join("real/a.yaml"), scratch.0.join("dir/c.yaml")).unwrap();
    assert_eq!(labels(&scratch.read(&["dir"], true)), ["Ingress b", "Ingress a"]);
    // Named, a link to a directory is that directory.
    assert_eq!(labels(&scratch.read(&["dir/other"], false)), ["Ingress a"]);
    symlink(scratch.0.join("gone"), scratch.0.join("dir/d.yaml")).unwrap();
    assert_eq!(codes(&scratch.read(&["dir"], false)), [Code::Unreadable]);
}

#[test]
fn unreadable_paths_are_told_and_the_others_read() {
    let scratch = Scratch::new("missing", &[("a.yaml", &ingress("a")), ("empty/x.txt", "")]);
    let input = scratch.read(&["gone.yaml", "a.yaml", "also-gone"], false);
    assert_eq!((labels(&input), codes(&input)), (vec!["Ingress a".to_owned()], vec![Code::Unreadable; 2]));
    assert!(
        input.diagnostics[0].message.ends_with("also-gone`: it does not exist"),
        "{}",
        input.diagnostics[0].message
    );
    assert_eq!(codes(&scratch.read(&["empty"], false)), [Code::Unreadable]);
    assert_eq!(codes(&scratch.read(&["empty", "a.yaml"], false)), []);
    let url = read::files(&["https://example.com/a.yaml"], false, &|_, _| true);
    assert!(url.diagnostics[0].help.as_deref().unwrap().contains("curl"));
}

#[test]
fn crlf_and_comments_change_nothing() {
    let text = ingress("a") + "spec:\n  rules:\n  - host: x # y\n";
    let crlf = text.replace('\n', "\r\n");
    let (plain, windows) = (all(&text), all(&crlf));
    assert_eq!(plain.manifests[0].node.to_json(), windows.manifests[0].node.to_json());
    let host = FieldPath::root().field("spec.rules").index(0).key("host");
    let line =
        |input: &Input| input.sources.locate(input.manifests[0].object.document, &host).map(|at| (at.line, at.column));
    assert_eq!((line(&plain), line(&windows)), (Some((6, 11)), Some((6, 11))));
}
