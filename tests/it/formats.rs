//! Formats of the report for machines and for comments: SARIF, GitHub's workflow commands, JUnit, Markdown.

use std::path::Path;

use gatelift::Summary;
use gatelift::report::render;
use serde_json::{Value, json};

use crate::binary::run;
use crate::emit::{Scratch, snapshots};
use crate::messages::{Texts, report, summary};

#[test]
fn snapshots_of_each() {
    let (report, texts) = (report(), Texts::new(2));
    snapshots(|| {
        insta::assert_snapshot!("messages-sarif", render::sarif(&report, &texts));
        insta::assert_snapshot!("messages-github", render::github(&report, &texts));
        insta::assert_snapshot!("messages-junit", render::junit(&report, &texts));
        insta::assert_snapshot!("messages-markdown", render::markdown(&report, &summary(&report), &texts));
    });
}

#[test]
fn order_of_finding_does_not_matter() {
    let (forward, texts) = (report(), Texts::new(2));
    let mut backward = forward.clone();
    backward.diagnostics.reverse();
    assert_eq!(render::sarif(&forward, &texts), render::sarif(&backward, &texts));
    assert_eq!(render::github(&forward, &texts), render::github(&backward, &texts));
    assert_eq!(render::junit(&forward, &texts), render::junit(&backward, &texts));
    let summary = Summary::default();
    assert_eq!(render::markdown(&forward, &summary, &texts), render::markdown(&backward, &summary, &texts));
}

/// The part of the OASIS schema for SARIF 2.1.0 that gatelift's output lies in, written after the text of the standard
/// (sections 3.13 to 3.52). No property beside those of the standard is taken.
fn sarif_schema() -> Value {
    let closed = |required: Value, properties: Value| json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false });
    let text = json!({ "type": "string", "minLength": 1 });
    let message = |required: Value| closed(required, json!({ "text": text, "markdown": text }));
    let level = json!({ "enum": ["none", "note", "warning", "error"] });
    let from_one = json!({ "type": "integer", "minimum": 1 });
    let region = closed(
        json!([]),
        json!({ "startLine": from_one, "startColumn": from_one, "endLine": from_one, "endColumn": from_one }),
    );
    let artifact = closed(json!([]), json!({ "uri": { "type": "string", "pattern": "^[^ <>\"{}|^`\\\\]+$" } }));
    let physical = closed(json!(["artifactLocation"]), json!({ "artifactLocation": artifact, "region": region }));
    let logical = closed(json!([]), json!({ "fullyQualifiedName": text }));
    let location = closed(
        json!([]),
        json!({
            "physicalLocation": physical,
            "logicalLocations": { "type": "array", "uniqueItems": true, "items": logical },
            "message": message(json!(["text"])),
        }),
    );
    let locations = json!({ "type": "array", "items": location });
    let rule = closed(
        json!(["id"]),
        json!({
            "id": text,
            "name": text,
            "shortDescription": message(json!(["text"])),
            "fullDescription": message(json!(["text"])),
            "help": message(json!(["text"])),
            "defaultConfiguration": closed(json!([]), json!({ "level": level })),
        }),
    );
    let result = closed(
        json!(["message"]),
        json!({
            "ruleId": text,
            "ruleIndex": { "type": "integer", "minimum": 0 },
            "level": level,
            "message": message(json!(["text"])),
            "partialFingerprints": { "type": "object", "additionalProperties": { "type": "string" } },
            "locations": locations,
            "relatedLocations": locations,
        }),
    );
    let driver = closed(
        json!(["name"]),
        json!({ "name": text, "version": text, "rules": { "type": "array", "uniqueItems": true, "items": rule } }),
    );
    let run = closed(
        json!(["tool"]),
        json!({
            "tool": closed(json!(["driver"]), json!({ "driver": driver })),
            "columnKind": { "enum": ["utf16CodeUnits", "unicodeCodePoints"] },
            "results": { "type": "array", "items": result },
        }),
    );
    closed(
        json!(["version", "runs"]),
        json!({ "$schema": { "type": "string" }, "version": { "enum": ["2.1.0"] }, "runs": { "type": "array", "items": run } }),
    )
}

/// What is wrong with a SARIF log; the schema does not say that rules are found by their index.
fn sarif_errors(log: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    let mut errors: Vec<_> = validator.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).collect();
    for run in log["runs"].as_array().into_iter().flatten() {
        for result in run["results"].as_array().into_iter().flatten() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            if run["tool"]["driver"]["rules"][index]["id"] != result["ruleId"] {
                errors.push(format!("rule {index} is not {}", result["ruleId"]));
            }
        }
    }
    errors
}

#[test]
fn sarif_fits_the_standard() {
    let report = report();
    let mut log: Value = serde_json::from_str(&render::sarif(&report, &Texts::new(2))).unwrap();
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), report.diagnostics.len());
    assert_eq!(sarif_errors(&log), Vec::<String>::new());
    log["runs"][0]["results"][0]["level"] = "info".into();
    log["runs"][0]["results"][1]["ruleIndex"] = 0.into();
    log["runs"][0]["results"][2]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    assert_eq!(sarif_errors(&log).len(), 3, "the check finds what is wrong");
}

/// Every file format of `--report` from a real run, in the format that the name asks for.
#[test]
fn report_files() {
    let scratch = Scratch::new("report-files");
    let file = |name: &str| scratch.0.join(name).to_str().unwrap().to_owned();
    let names = ["r.sarif", "r.xml", "r.md", "r.json", "r"].map(file);
    let mut args = vec!["convert", "-f", "testdata/ingress-nginx/basic-auth", "-o", "name", "-q"];
    names.iter().for_each(|name| args.extend(["--report", name]));
    let ran = run(Path::new(env!("CARGO_MANIFEST_DIR")), &args);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let [sarif, junit, markdown, json, plain] = names.map(|name| std::fs::read_to_string(name).unwrap());
    let log: Value = serde_json::from_str(&sarif).unwrap();
    assert_eq!(sarif_errors(&log), Vec::<String>::new());
    let results = log["runs"][0]["results"].as_array().unwrap();
    let at = |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert!(results.iter().any(|result| at(result) == "testdata/ingress-nginx/basic-auth/input.yaml"), "{sarif}");
    let failures = results.iter().filter(|result| result["level"] == "error").count();
    assert!(failures > 0 && junit.contains(&format!("failures=\"{failures}\"")), "{junit}");
    assert_eq!(junit.matches("<testcase ").count(), results.len());
    assert!(markdown.starts_with("## gatelift: ") && markdown.contains("| error | G2L119"), "{markdown}");
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap()["version"], 1);
    assert_eq!(json, plain);
    let left_over: Vec<_> = std::fs::read_dir(&scratch.0).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left_over.len(), 5, "{left_over:?}");
}

/// The same of several files is said once, with the other places.
#[test]
fn the_same_is_said_once() {
    let scratch = Scratch::new("grouped");
    let template = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: \"${NAME}\"}\n";
    for name in ["a.yaml", "b.yaml", "c.yaml"] {
        std::fs::write(scratch.0.join(name), template).unwrap();
    }
    let text = run(&scratch.0, &["check", "-f", "."]).stdout;
    assert_eq!(text.matches("error[G2L004]").count(), 1, "{text}");
    assert!(text.contains("and 2 more places: ./b.yaml:3, ./c.yaml:3"), "{text}");
    let each = run(&scratch.0, &["check", "-f", ".", "--message-format", "concise"]).stdout;
    assert_eq!(each.matches("error[G2L004]").count(), 3, "{each}");
}

#[test]
fn formats_on_standard_error() {
    for format in ["text", "concise", "json", "sarif", "github", "junit", "markdown"] {
        let args = ["convert", "-f", "input.yaml", "-o", "name", "--message-format", format];
        let ran = run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/ingress-nginx/basic-auth"), &args);
        let text = format!("{}------- stderr -------\n{}------- exit {:?} -------", ran.stdout, ran.stderr, ran.code);
        let text = text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        if format != "json" {
            snapshots(|| insta::assert_snapshot!(format!("convert-{format}"), text));
        }
    }
}
