//! `check`: what a pipeline sees of it.

use std::fs;
use std::path::Path;

use crate::binary::{Run, run, run_with_input};
use crate::emit::{Scratch, snapshots};

const INGRESS: &str = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    nginx.ingress.kubernetes.io/auth-type: basic
    nginx.ingress.kubernetes.io/auth-secret: shop/users
spec:
  ingressClassName: nginx
  rules:
  - host: \"*.example.com\"
    http:
      paths:
      - path: /
        pathType: Prefix
        backend: {service: {name: web, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
";

fn scratch(name: &str, files: &[(&str, &str)]) -> Scratch {
    let scratch = Scratch::new(name);
    for (file, text) in files {
        let path = scratch.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    scratch
}

fn shown(ran: &Run) -> String {
    let text = format!(
        "{}------- stderr -------\n{}------- exit {} -------",
        ran.stdout,
        ran.stderr,
        ran.code.map_or_else(|| "by a signal".to_owned(), |code| code.to_string())
    );
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn formats_and_exit_status() {
    let scratch = scratch("check-formats", &[("web.yaml", INGRESS)]);
    for format in ["text", "concise", "json", "sarif", "github", "junit", "markdown"] {
        let ran = run(&scratch.0, &["check", "-f", "web.yaml", "--message-format", format]);
        snapshots(|| insta::assert_snapshot!(format!("check-{format}"), shown(&ran)));
    }
}

#[test]
fn levels() {
    let scratch = scratch("check-levels", &[("web.yaml", INGRESS)]);
    let code = |more: &[&str]| run(&scratch.0, &[&["check", "-f", "web.yaml"], more].concat()).code;
    assert_eq!(code(&[]), Some(1), "an annotation that protects is not carried");
    let allowed = ["--allow", "protection-not-carried"];
    assert_eq!(code(&allowed), Some(0));
    assert_eq!(code(&["--warn", "G2L119,rule-withheld"]), Some(0));
    assert_eq!(code(&[&allowed[..], &["--deny", "warnings"]].concat()), Some(1));
    assert_eq!(code(&[&allowed[..], &["--deny", "warnings", "--warn", "203", "--allow", "211"]].concat()), Some(0));
    assert_eq!(code(&[&allowed[..], &["--deny", "built-in-endpoint-lost"]].concat()), Some(1));
    let contradiction = run(&scratch.0, &["check", "-f", "web.yaml", "--deny", "203", "--warn", "203"]);
    assert_eq!((contradiction.code, contradiction.stdout.as_str()), (Some(2), ""));
    assert!(contradiction.stderr.contains("G2L203") && contradiction.stderr.contains("two levels"));
    assert_eq!(run(&scratch.0, &["check"]).code, Some(2));
    assert_eq!(run(&scratch.0, &["check", "-f", "nothing.yaml"]).code, Some(2));
}

/// A repository starts green, stays green when lines move, and is told only what is new.
#[test]
fn baseline() {
    let scratch = scratch("check-baseline", &[("web.yaml", INGRESS)]);
    let check =
        |more: &[&str]| run(&scratch.0, &[&["check", "-f", "web.yaml", "--message-format", "concise"], more].concat());
    let with = ["--baseline", "known.json", "--deny", "warnings"];
    assert_eq!(check(&["--write-baseline"]).code, Some(2), "where to?");
    assert_eq!(check(&with).code, Some(2), "a baseline that is not there is no baseline");

    let written = check(&["--baseline", "known.json", "--write-baseline"]);
    snapshots(|| insta::assert_snapshot!("check-baseline-written", shown(&written)));
    snapshots(|| insta::assert_snapshot!("baseline-file", fs::read_to_string(scratch.0.join("known.json")).unwrap()));
    let green = check(&with);
    snapshots(|| insta::assert_snapshot!("check-baseline-green", shown(&green)));
    assert_eq!(green.code, Some(0));

    let moved = INGRESS.replace("  rules:\n", "  # a comment\n  rules:\n  - host: new.example.com\n    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}\n");
    fs::write(scratch.0.join("web.yaml"), format!("# more\n\n{moved}")).unwrap();
    let grown = check(&with);
    assert_eq!(grown.code, Some(1), "{grown:?}");
    assert!(grown.stdout.contains("G2L213") && !grown.stdout.contains("error[G2L203]"), "{}", grown.stdout);

    let fixed = INGRESS.replace("\"*.example.com\"", "shop.example.com");
    fs::write(scratch.0.join("web.yaml"), fixed).unwrap();
    let fixed = check(&with);
    assert_eq!(fixed.code, Some(0), "{fixed:?}");
    assert!(fixed.stderr.contains("of them gone"), "{}", fixed.stderr);

    fs::write(scratch.0.join("known.json"), "{\"version\": 9, \"findings\": []}").unwrap();
    let other = check(&with);
    assert!(other.code == Some(2) && other.stderr.contains("version 9"), "{other:?}");
}

/// `--crds` takes the place of what is built in, with the same verdicts.
#[test]
fn given_definitions() {
    let Some(crds) = crate::oracle::shared("crds/gateway-api-v1.6.1-standard") else { return };
    let Some(objects) = crate::oracle::shared("cases/gateway-api-objects/objects.yaml") else { return };
    let places = |more: &[&str]| {
        let args = [&["validate", "-f", objects.to_str().unwrap(), "--message-format", "concise"], more].concat();
        let ran = run(Path::new("."), &args);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        let place = |line: &str| line.split(": ").next().unwrap().to_owned();
        ran.stdout.lines().map(place).collect::<std::collections::BTreeSet<_>>()
    };
    let given = places(&["--crds", crds.to_str().unwrap()]);
    assert!(given.len() > 30, "{given:?}");
    assert_eq!(given, places(&[]));
    let none = run(Path::new("."), &["validate", "-f", "x", "--crds", "testdata/pairs"]);
    assert!(none.code == Some(2) && none.stderr.contains("no CustomResourceDefinition"), "{none:?}");
}

#[test]
fn exit_zero_is_for_steps_that_only_report() {
    let scratch = scratch("check-exit-zero", &[("web.yaml", INGRESS), ("bad/a.yaml", "a: [\n")]);
    assert_eq!(run(&scratch.0, &["check", "-f", "web.yaml", "--exit-zero"]).code, Some(0));
    assert_eq!(run(&scratch.0, &["check", "-f", "bad", "--exit-zero"]).code, Some(2));
}

/// What could not be read is nothing to get used to.
#[test]
fn broken_files_are_never_green() {
    let scratch = scratch("check-broken", &[("a.yaml", "a: [\n")]);
    let write = run(&scratch.0, &["check", "-f", ".", "--baseline", "b.json", "--write-baseline"]);
    assert_eq!(write.code, Some(2));
    assert_eq!(run(&scratch.0, &["check", "-f", ".", "--baseline", "b.json"]).code, Some(2));
}

const PLAIN: &str = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example.com], secretName: shop-tls}]
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
";

/// Committed objects against the Ingresses beside them: equal, stale, and changed by hand.
#[test]
fn drift() {
    let scratch = scratch("check-drift", &[("ingress/web.yaml", PLAIN)]);
    let convert = run(&scratch.0, &["convert", "-f", "ingress", "--output-dir", "gateway"]);
    assert_eq!(convert.code, Some(0), "{}", convert.stderr);
    let check = |more: &[&str]| {
        let args = ["check", "-f", "ingress", "--against", "gateway", "--message-format", "concise"];
        run(&scratch.0, &[&args[..], more].concat())
    };
    let same = check(&[]);
    assert_eq!(same.code, Some(0), "{same:?}");
    assert!(!same.stdout.contains("G2L220"), "{}", same.stdout);
    assert_eq!(run(&scratch.0, &["convert", "-f", "ingress", "--output-dir", "gateway", "--check"]).code, Some(0));

    // The Ingress moves on: generated files are stale, and by meaning they have drifted.
    fs::write(scratch.0.join("ingress/web.yaml"), PLAIN.replace("/api", "/v2")).unwrap();
    let stale = run(&scratch.0, &["convert", "-f", "ingress", "--output-dir", "gateway", "--check", "-q"]);
    snapshots(|| insta::assert_snapshot!("convert-check-stale", shown(&stale)));
    assert_eq!((stale.code, stale.stdout.as_str()), (Some(1), ""), "{stale:?}");
    let drifted = check(&[]);
    snapshots(|| insta::assert_snapshot!("check-drifted", shown(&drifted)));
    assert_eq!(drifted.code, Some(1));
    assert_eq!(check(&["--allow", "drifted"]).code, Some(0));

    // Written otherwise, the same meaning: no drift, whatever the files look like.
    fs::write(scratch.0.join("ingress/web.yaml"), PLAIN).unwrap();
    let find = |folder: &Path| -> Vec<_> { fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect() };
    let mut folders = vec![scratch.0.join("gateway")];
    while let Some(folder) = folders.pop() {
        for path in find(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                fs::write(&path, text.replace("value: /api\n", "value: /api # by hand\n")).unwrap();
            }
        }
    }
    assert_eq!(check(&[]).code, Some(0));
    assert_eq!(run(&scratch.0, &["convert", "-f", "ingress", "--output-dir", "gateway", "--check"]).code, Some(1));
}

/// Objects that let through what a conversion would withhold have drifted, although they name the same backends.
#[test]
fn objects_without_a_protection_have_drifted() {
    let open = INGRESS.replace("auth-type", "not-auth-type");
    let scratch = scratch("check-protection", &[("ingress/web.yaml", INGRESS), ("open/web.yaml", &open)]);
    let convert = run(&scratch.0, &["convert", "-f", "open", "--output-dir", "gateway"]);
    assert_eq!(convert.code, Some(0), "{}", convert.stderr);
    let ran = run(&scratch.0, &["check", "-f", "ingress", "--against", "gateway", "--message-format", "concise"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("error[G2L220]"), "{}", ran.stdout);
}

/// Nothing to compare with is a mistake on the command line, not a drift of everything.
#[test]
fn nothing_to_compare_with() {
    let scratch = scratch("check-against-nothing", &[("ingress/web.yaml", PLAIN), ("gateway/README.md", "later\n")]);
    let against =
        |folder: &str| run(&scratch.0, &["check", "-f", "ingress", "--against", folder, "--message-format", "concise"]);
    let empty = against("gateway");
    assert_eq!(empty.code, Some(2), "{empty:?}");
    assert!(empty.stdout.contains("error[G2L008] `gateway` holds no file"), "{empty:?}");
    assert_eq!(against("gatewya").code, Some(2));
}

/// What `-f` and `--against` both name is read once.
#[test]
fn all_of_a_repository_against_a_part_of_it() {
    let scratch = scratch("check-against-below", &[("ingress/web.yaml", PLAIN)]);
    assert_eq!(run(&scratch.0, &["convert", "-f", "ingress", "--output-dir", "gateway", "-q"]).code, Some(0));
    let ran = run(&scratch.0, &["check", "-f", ".", "-R", "--against", "gateway", "--message-format", "concise"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stdout.contains("G2L012"), "{ran:?}");
}

/// `verify` on what is equal, and on what is not.
#[test]
fn verified() {
    let scratch = scratch("check-verify", &[("ingress/web.yaml", PLAIN)]);
    assert_eq!(run(&scratch.0, &["convert", "-f", "ingress", "--output-dir", "gateway", "-q"]).code, Some(0));
    let verify = |before: &str, after: &str| run(&scratch.0, &["verify", "-R", "--before", before, "--after", after]);
    snapshots(|| insta::assert_snapshot!("verify-equal", shown(&verify("gateway", "gateway"))));
    snapshots(|| insta::assert_snapshot!("verify-different", shown(&verify("ingress", "gateway"))));
}

#[test]
fn validate() {
    let route = |rest: &str| {
        format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: web, namespace: shop}}\nspec:\n{rest}"
        )
    };
    let validate = |text: &str, more: &[&str]| {
        run_with_input(
            Path::new("."),
            &[&["validate", "-f", "-", "--message-format", "concise"], more].concat(),
            text.as_bytes(),
        )
    };
    let good = validate(&route("  parentRefs: [{name: gw}]\n  rules: [{backendRefs: [{name: web, port: 80}]}]\n"), &[]);
    snapshots(|| insta::assert_snapshot!("validate-good", shown(&good)));
    let bad = validate(
        &route(
            "  hostnames: [a_b]\n  rules:\n  - backendRefs: [{name: web}]\n    retri: {}\n    retry: {attempts: 1}\n",
        ),
        &[],
    );
    snapshots(|| insta::assert_snapshot!("validate-bad", shown(&bad)));
    let experimental = route("  rules: [{retry: {attempts: 1}}]\n");
    assert!(validate(&experimental, &[]).stdout.contains("G2L007"));
    assert!(!validate(&experimental, &["--channel", "experimental"]).stdout.contains("G2L007"));
    let unknown = validate("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPFoo\nmetadata: {name: a}\n", &[]);
    assert!(unknown.code == Some(0) && unknown.stdout.contains("G2L140"), "{unknown:?}");
    assert_eq!(validate("kind: [\n", &[]).code, Some(2));
}
