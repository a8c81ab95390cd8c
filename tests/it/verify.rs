//! `verify` of Ingresses and their own conversion: it says of each difference what `convert` said.

use std::collections::BTreeSet;
use std::path::Path;

use rayon::prelude::*;
use serde_json::Value;

use crate::binary::run;
use crate::cases::{self, Case};
use crate::report;

/// Codes of traffic that changes, as `convert` tells them and as `verify` does.
struct Codes {
    convert: BTreeSet<String>,
    verify: BTreeSet<String>,
}

/// Converts a case, and verifies the output among all other objects of the input.
fn codes(case: &Case, folder: &Path) -> Codes {
    let input = std::fs::read_to_string(case.folder.join("input.yaml")).unwrap();
    let others: Vec<_> = input.split("\n---\n").filter(|document| !document.contains("\nkind: Ingress\n")).collect();
    let converted = run(&case.folder, &["convert", "-f", "input.yaml", "--message-format", "json"]);
    converted.assert_orderly();
    let said = report::parse(&converted.stderr).unwrap();
    let file = folder.join(format!("{}.yaml", case.name));
    std::fs::write(&file, format!("{}\n---\n{}", converted.stdout, others.join("\n---\n"))).unwrap();
    let after = file.to_str().unwrap();
    let verified = run(&case.folder, &["verify", "--before", "input.yaml", "--after", after, "-o", "json"]);
    let answer: Value = serde_json::from_str(&verified.stdout).unwrap_or_else(|_| panic!("{}", verified.stderr));
    let of_traffic = |code: &&str| code.starts_with("G2L2");
    let texts = |values: &Value, key: &str| -> BTreeSet<String> {
        let values = values.as_array().unwrap().iter();
        let codes = values.flat_map(|value| match &value[key] {
            Value::Array(codes) => codes.clone(),
            code => vec![code.clone()],
        });
        codes.filter_map(|code| code.as_str().filter(of_traffic).map(str::to_owned)).collect()
    };
    Codes { convert: texts(&said["diagnostics"], "code"), verify: texts(&answer["differences"], "codes") }
}

#[test]
fn explains_a_conversion_as_convert_does() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("verified");
    std::fs::create_dir_all(&folder).unwrap();
    let cases: Vec<_> = cases::all().into_iter().filter(|case| case.dialect == "ingress-nginx").collect();
    // Arguments change the conversion, comments and findings that are allowed in place are convert's alone.
    let plain = |case: &&Case| {
        let text = std::fs::read_to_string(case.folder.join("input.yaml")).unwrap_or_default();
        case.args().is_empty() && text.contains("\nkind: Ingress\n") && !text.contains("gatelift: allow")
    };
    let found: Vec<_> = cases.par_iter().filter(|case| plain(case)).map(|case| (case, codes(case, &folder))).collect();
    assert!(found.len() > 120, "only {} cases", found.len());
    let wrong: Vec<_> = found
        .iter()
        .filter(|(_, codes)| !codes.verify.is_subset(&codes.convert))
        .map(|(case, codes)| format!("{}: convert {:?}, verify {:?}", case.name, codes.convert, codes.verify))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let of = |name: &str| &found.iter().find(|(case, _)| case.name == name).unwrap().1.verify;
    assert!(of("rewrite-target-with-captures").contains("G2L218"));
    assert!(of("basic-auth").contains("G2L213"));
    assert!(of("body-size-default").contains("G2L219"));
}

#[test]
fn a_host_that_no_client_asks_for_comes_last() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catch-all");
    std::fs::create_dir_all(&folder).unwrap();
    let input = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\nspec:\n  \
                 ingressClassName: nginx\n  rules:\n  - http:\n      paths:\n      - {path: /, pathType: Prefix, backend: \
                 {service: {name: web, port: {number: 80}}}}\n";
    std::fs::write(folder.join("input.yaml"), input).unwrap();
    let converted = run(&folder, &["convert", "-f", "input.yaml"]);
    std::fs::write(folder.join("output.yaml"), &converted.stdout).unwrap();
    let verified = run(&folder, &["verify", "--before", "input.yaml", "--after", "output.yaml", "-o", "json"]);
    let answer: Value = serde_json::from_str(&verified.stdout).unwrap();
    let differences = answer["differences"].as_array().unwrap();
    let of_the_name = |difference: &Value| difference["request"]["host"] == "_";
    let first = differences.iter().position(of_the_name).unwrap();
    let (others, last) = differences.split_at(first);
    assert!(!others.is_empty() && last.iter().all(of_the_name), "{differences:?}");
    assert!(last.iter().any(|difference| difference["codes"][0] == "G2L227"), "{last:?}");
}
