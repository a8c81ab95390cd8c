//! Formats of messages.

use std::sync::Arc;

use gatelift::Summary;
use gatelift::model::{ObjectRef, Origin};
use gatelift::report::render::{self, Infos, Place, Places};
use gatelift::report::{Code, Diagnostic, Fate, Report};
use gatelift::syntax::{DocumentId, FieldPath, Span, TextPosition};
use serde_json::Value;

use crate::emit::snapshots;

const INGRESS: &str = r#"apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: 8m
    nginx.ingress.kubernetes.io/enable-cors: true # größer
spec:
  rules:
  - host: "*.example.com"
    http: {}
"#;

/// Files whose fields are found by the text of their line: the last key of the path.
pub struct Texts(Vec<(String, String)>);

impl Texts {
    pub fn new(files: usize) -> Self {
        Self((0..files).map(|n| (format!("shop/ingress-{n}.yaml"), INGRESS.to_owned())).collect())
    }

    fn place(&self, file: usize, start: usize, end: usize) -> Option<Place<'_>> {
        let (file, text) = self.0.get(file)?;
        let before = text.get(..start)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Some(Place {
            file,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            text,
            span: start..end,
        })
    }
}

impl Places for Texts {
    fn locate(&self, origin: &Origin) -> Option<Place<'_>> {
        let file = origin.object.document.0 as usize;
        let text = &self.0.get(file)?.1;
        let path = origin.path.to_string();
        let key = path.rsplit(['.', '/']).next().unwrap_or_default().trim_end_matches(['"', ']']);
        let key = if path.is_empty() { "apiVersion" } else { key };
        let line = text.lines().find(|line| line.contains(&format!("{key}:")))?;
        let start = text.find(line)? + line.find(|c: char| c != ' ' && c != '-')?;
        let end = text.find(line)? + line.find(" #").unwrap_or(line.len());
        self.place(file, start, end)
    }

    fn position(&self, position: &TextPosition) -> Option<Place<'_>> {
        self.place(position.file, position.span.0 as usize, position.span.1 as usize)
    }
}

fn ingress(document: u32, name: &str) -> Arc<ObjectRef> {
    Arc::new(ObjectRef {
        kind: "Ingress".to_owned(),
        namespace: "shop".to_owned(),
        name: name.to_owned(),
        document: DocumentId(document),
        within: FieldPath::root(),
    })
}

fn annotation(object: &Arc<ObjectRef>, name: &str) -> Origin {
    Origin::field(object, FieldPath::annotation(&format!("nginx.ingress.kubernetes.io/{name}")))
}

pub fn report() -> Report {
    let web = ingress(0, "web");
    let live = ingress(99, "live");
    let mut report = Report::default();
    report.push(
        Diagnostic::new(Code::SettingNotCarried, "`proxy-body-size` has no field on target `standard`")
            .at(&annotation(&web, "proxy-body-size"), "dropped: request bodies over 8m will be accepted")
            .note("affects HTTPRoute shop/web rule `web-api`\nand HTTPRoute shop/web-2")
            .help("use `--target envoy-gateway`, or accept it with `--allow G2L303`"),
    );
    report.push(
        Diagnostic::new(Code::AnnotationNotString, "annotation value must be a string")
            .at(&annotation(&web, "enable-cors"), "this is a YAML boolean; the API server refuses it")
            .help("quote the value"),
    );
    let host = Origin::field(&web, FieldPath::root().field("spec.rules").index(0).key("host"));
    report.push(
        Diagnostic::new(Code::WildcardWider, "`*.example.com` takes more hosts than before")
            .at(&host, "")
            .at(&Origin::field(&ingress(1, "api"), FieldPath::root().field("spec.rules")), "also named here")
            .at(&Origin::object(&live), "and in the cluster"),
    );
    report.push(
        Diagnostic::new(Code::ClassNotServed, "class `haproxy`\nis not read")
            .at(&Origin::field(&live, FieldPath::root().field("spec.ingressClassName")), "left alone"),
    );
    report.push(
        Diagnostic::new(Code::Syntax, "a \u{1b}[31mtab\u{1b}[0m where a space belongs")
            .in_text(TextPosition::new(0, Span { start: 4, end: 5 })),
    );
    report.push(Diagnostic::new(Code::Unproved, "one host was not decided"));
    report.ledger.record(&annotation(&web, "proxy-body-size"), Fate::Dropped, Some(Code::SettingNotCarried));
    report.ledger.record(&annotation(&web, "enable-cors"), Fate::Invalid, Some(Code::AnnotationNotString));
    report.ledger.record(&host, Fate::Carried, None);
    report.ledger.record(&Origin::field(&live, FieldPath::root().field("spec.rules")), Fate::Ignored, None);
    report
}

pub fn summary(report: &Report) -> Summary {
    Summary::new(["Ingress"; 3], ["Gateway", "HTTPRoute", "HTTPRoute"], &report.ledger)
}

#[test]
fn formats() {
    let (report, texts) = (report(), Texts::new(2));
    snapshots(|| {
        insta::assert_snapshot!("messages-text", render::text(&report, &texts, false, Infos::Each));
        insta::assert_snapshot!("messages-concise", render::concise(&report, &texts));
        insta::assert_snapshot!("messages-json", render::json(&report, &summary(&report), &texts));
        insta::assert_snapshot!("summary", summary(&report).to_string());
    });
}

/// Twelve objects with the same finding make one block; a different message makes its own.
#[test]
fn the_same_is_said_once() {
    let mut report = Report::default();
    for document in (0..12).rev() {
        let object = ingress(document, &format!("web-{document}"));
        report.push(
            Diagnostic::new(Code::SettingNotCarried, "`proxy-body-size` has no field on target `standard`")
                .at(&annotation(&object, "proxy-body-size"), "dropped")
                .note(format!("affects HTTPRoute shop/web-{document}")),
        );
    }
    report.push(
        Diagnostic::new(Code::SettingNotCarried, "`enable-cors` has no field on target `standard`")
            .at(&annotation(&ingress(3, "web-3"), "enable-cors"), "dropped"),
    );
    let text = render::text(&report, &Texts::new(12), false, Infos::Each);
    assert_eq!(text.matches("[G2L303]").count(), 2, "{text}");
    snapshots(|| insta::assert_snapshot!("messages-grouped", text));
}

#[test]
fn order_of_finding_does_not_matter() {
    let (forward, texts) = (report(), Texts::new(2));
    let mut backward = forward.clone();
    backward.diagnostics.reverse();
    assert_eq!(render::text(&forward, &texts, false, Infos::Each), render::text(&backward, &texts, false, Infos::Each));
    assert_eq!(render::concise(&forward, &texts), render::concise(&backward, &texts));
}

#[test]
fn colours_only_when_asked_for() {
    let (report, texts) = (report(), Texts::new(2));
    assert!(render::text(&report, &texts, true, Infos::Each).contains("\u{1b}["));
    assert!(!render::text(&report, &texts, false, Infos::Each).contains('\u{1b}'), "not even the input's own");
    assert!(!render::concise(&report, &texts).contains('\u{1b}'));
}

/// Infos of one code are one line with the first place; errors and warnings stay as they are.
#[test]
fn infos_are_counted() {
    let texts = Texts::new(1);
    let mut report = Report::default();
    for code in [Code::HealthEndpoint, Code::HealthEndpoint, Code::TrailingSlashKept, Code::WildcardWider] {
        report.push(Diagnostic::new(code, format!("said {}", report.diagnostics.len())));
    }
    let blocks = |infos| {
        let text = render::text(&report, &texts, false, infos);
        text.lines().filter(|line| line.contains("[G2L")).map(str::to_owned).collect::<Vec<_>>()
    };
    let line = |code: Code, rest: &str| format!("{}[{code}]: {rest}", code.entry().severity);
    assert_eq!(blocks(Infos::Each).len(), 4);
    let mut expected = vec![
        line(Code::HealthEndpoint, "said 0, and 1 more"),
        line(Code::TrailingSlashKept, "said 2"),
        line(Code::WildcardWider, "said 3"),
    ];
    let mut counted = blocks(Infos::Counted);
    expected.sort();
    counted.sort();
    assert_eq!(counted, expected);
}

/// Places that a text does not have are drawn without a mark, not with a panic.
#[test]
fn places_outside_the_text() {
    let texts = Texts(vec![("empty.yaml".to_owned(), String::new()), ("é.yaml".to_owned(), "é".to_owned())]);
    for (start, end) in [(0, 0), (0, 9), (1, 1), (1, 2), (5, 9), (9, 5)] {
        for file in 0..2 {
            struct Fixed<'a>(&'a Texts, usize, std::ops::Range<usize>);
            impl Places for Fixed<'_> {
                fn locate(&self, _: &Origin) -> Option<Place<'_>> {
                    let (file, text) = &self.0.0[self.1];
                    Some(Place { file, line: 1, column: 1, text, span: self.2.clone() })
                }
                fn position(&self, _: &TextPosition) -> Option<Place<'_>> {
                    None
                }
            }
            let mut report = Report::default();
            report.push(Diagnostic::new(Code::WrongType, "x").at(&annotation(&ingress(0, "a"), "b"), "y"));
            let places = Fixed(&texts, file, start..end);
            assert!(render::text(&report, &places, false, Infos::Each).contains("error[G2L005]: x"));
            assert!(render::json(&report, &Summary::default(), &places).contains("G2L005"));
        }
    }
}

#[test]
fn json_fits_its_schema() {
    let schema: Value = serde_json::from_str(&render::json_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let report = report();
    let mut value: Value = serde_json::from_str(&render::json(&report, &summary(&report), &Texts::new(2))).unwrap();
    let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    value["diagnostics"][0]["severity"] = "bad".into();
    assert!(!validator.is_valid(&value));
}
