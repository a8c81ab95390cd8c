//! What has to hold for every input: the order of files does not matter, a second run gives the same bytes, converting
//! the output again changes nothing, and no bytes at all make it crash.

use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;

use crate::binary::{Run, run, run_with_input};
use crate::cases;

/// A run of the binary takes milliseconds, so fewer cases than usual.
fn cases_of(number: u32) -> Config {
    Config { cases: number, failure_persistence: None, ..Config::default() }
}

/// An Ingress of one of a few names, hosts, paths and ages: small enough to collide with others.
fn ingress() -> impl Strategy<Value = String> {
    let annotations = select(vec![
        "",
        "nginx.ingress.kubernetes.io/rewrite-target: /$2",
        "nginx.ingress.kubernetes.io/use-regex: \"true\"",
        "nginx.ingress.kubernetes.io/ssl-redirect: \"false\"",
        "nginx.ingress.kubernetes.io/canary: \"true\"\n    nginx.ingress.kubernetes.io/canary-weight: \"30\"",
        "nginx.ingress.kubernetes.io/enable-cors: \"true\"",
        "nginx.ingress.kubernetes.io/app-root: /ui",
    ]);
    let path = select(vec!["/", "/api", "/api/", "/api(/|$)(.*)", "/api/v[0-9]+"]);
    let kind = select(vec!["Prefix", "Exact", "ImplementationSpecific"]);
    let host = select(vec!["a.example.com", "b.example.com", "*.example.com", ""]);
    let place = (0..4u32, select(vec!["shop", "depot"]));
    (place, host, vec((path, kind, 0..3u32), 1..4), annotations, any::<bool>(), 0..3u32).prop_map(
        |((name, namespace), host, paths, annotation, tls, age)| {
            let mut text = format!(
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web-{name}\n  namespace: {namespace}\n  \
                 creationTimestamp: \"2024-01-0{}T00:00:00Z\"\n",
                age + 1
            );
            if !annotation.is_empty() {
                text.push_str(&format!("  annotations:\n    {annotation}\n"));
            }
            text.push_str("spec:\n  ingressClassName: nginx\n");
            if tls && !host.is_empty() {
                text.push_str(&format!("  tls:\n  - hosts: [\"{host}\"]\n    secretName: tls-{name}\n"));
            }
            text.push_str("  rules:\n  - http:\n      paths:\n");
            for (path, kind, service) in paths {
                text.push_str(&format!(
                    "      - path: {path}\n        pathType: {kind}\n        backend:\n          service:\n            \
                     name: s{service}\n            port:\n              number: 80\n"
                ));
            }
            if !host.is_empty() {
                text.push_str(&format!("    host: \"{host}\"\n"));
            }
            text
        },
    )
}

/// A folder of its own under the build's temporary folder, with one file a text.
fn write_files(name: &str, texts: &[String]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (index, text) in texts.iter().enumerate() {
        std::fs::write(folder.join(format!("{index}.yaml")), text).unwrap();
    }
    folder
}

/// Objects of one name cannot be told apart by anything but their place, so each name stays once.
fn distinct(texts: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        let key = |text: &str| text.lines().skip(3).take(2).map(str::to_owned).collect::<Vec<_>>();
        assert!(key(&text)[0].starts_with("  name: ") && key(&text)[1].starts_with("  namespace: "));
        if !kept.iter().any(|other| key(other) == key(&text)) {
            kept.push(text);
        }
    }
    kept
}

/// Whether a conversion has to have a route: a canary that is older than all else can take every Service from the others,
/// and without a host an expression for `/` stands behind the controller's own.
fn is_routed(texts: &[String], run: &Run) -> bool {
    let unreachable = run.stderr.contains("G2L144");
    unreachable || texts.iter().any(|text| text.contains("/canary:")) || run.stdout.contains("kind: HTTPRoute")
}

proptest! {
    #![proptest_config(cases_of(48))]

    #[test]
    fn the_order_of_files_does_not_change_a_byte(texts in vec(ingress(), 1..5).prop_map(distinct), seed in any::<Index>()) {
        let folder = write_files("order", &texts);
        let mut names: Vec<_> = (0..texts.len()).map(|index| format!("{index}.yaml")).collect();
        let convert = |names: &[String]| {
            let args = names.iter().flat_map(|name| ["-f", name]);
            run(&folder, &["convert"].into_iter().chain(args).collect::<Vec<_>>())
        };
        let first = convert(&names);
        first.assert_orderly();
        prop_assert!(is_routed(&texts, &first), "{}", first.stderr);
        prop_assert_eq!(&convert(&names), &first, "a second run");
        names.rotate_left(seed.index(texts.len()));
        names.reverse();
        let other = convert(&names);
        prop_assert_eq!(&other, &first, "what is said, too");

        // Under other names, a folder gives the files in another order.
        let mut reversed = texts.clone();
        reversed.reverse();
        let folder = write_files("order-by-name", &reversed);
        let other = run(&folder, &["convert", "-f", "."]);
        prop_assert_eq!(&other.stdout, &first.stdout);
    }

    #[test]
    fn converting_the_output_again_changes_nothing(texts in vec(ingress(), 1..5).prop_map(distinct)) {
        let folder = cases::testdata();
        let first = run_with_input(&folder, &["convert", "-f", "-"], texts.join("---\n").as_bytes());
        first.assert_orderly();
        prop_assert!(is_routed(&texts, &first), "{}", first.stderr);
        let again = run_with_input(&folder, &["convert", "-f", "-"], first.stdout.as_bytes());
        again.assert_orderly();
        prop_assert_eq!(again.stdout, first.stdout);
    }

    #[test]
    fn documents_of_one_file_may_stand_in_any_order(texts in vec(ingress(), 1..5).prop_map(distinct)) {
        let mut reversed = texts.clone();
        reversed.reverse();
        let [first, other] = [&texts, &reversed].map(|texts| {
            run_with_input(&cases::testdata(), &["convert", "-f", "-"], texts.join("---\n").as_bytes())
        });
        first.assert_orderly();
        prop_assert!(is_routed(&texts, &first), "{}", first.stderr);
        prop_assert_eq!(other.stdout, first.stdout);
    }

    #[test]
    fn any_bytes_are_read_without_a_crash(bytes in vec(any::<u8>(), 0..400)) {
        run_with_input(&cases::testdata(), &["convert", "-f", "-"], &bytes).assert_orderly();
    }

    #[test]
    fn any_damage_to_a_case_is_read_without_a_crash(
        case in any::<Index>(), place in any::<Index>(), damage in vec(select(b"\0\n \t:-{}[]\"'|>&*!%#,?@`\xc3\xff\r<a1".to_vec()), 0..6), cut in 0..40usize,
    ) {
        let cases = cases::all();
        let case = &cases[case.index(cases.len())];
        let mut bytes = std::fs::read(case.folder.join("input.yaml")).unwrap();
        let place = place.index(bytes.len());
        let end = (place + cut).min(bytes.len());
        bytes.splice(place..end, damage);
        run_with_input(&case.folder, &["convert", "-f", "-"], &bytes).assert_orderly();
    }
}
