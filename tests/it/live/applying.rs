//! Diff and apply.

use std::fs;
use std::path::{Path, PathBuf};

use http::Method;
use serde_json::{Value as Json, json};

use super::{Live, chosen, live, ran};
use crate::emit::Scratch;

const SOURCE: &[&str] = &["--source", "ingress", "--message-format", "concise"];

/// An Ingress for each name, as a file.
fn manifest(folder: &Path, namespace: &str, names: &[&str]) -> PathBuf {
    let items: Vec<Json> = names
        .iter()
        .map(|name| {
            let backend = json!({ "service": { "name": name, "port": { "number": 80 } } });
            let paths = json!([{ "path": "/", "pathType": "Prefix", "backend": backend }]);
            json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                "metadata": { "name": name, "namespace": namespace },
                "spec": { "ingressClassName": "nginx",
                    "rules": [{ "host": format!("{name}.example.com"), "http": { "paths": paths } }] } })
        })
        .collect();
    let file = folder.join("ingress.json");
    fs::write(
        &file,
        serde_json::to_vec_pretty(&json!({ "apiVersion": "v1", "kind": "List", "items": items })).unwrap(),
    )
    .unwrap();
    file
}

fn arguments<'a>(verb: &[&'a str], file: &'a Path) -> Vec<&'a str> {
    chosen(&[verb, SOURCE, &["-f", file.to_str().unwrap()]].concat())
}

fn route(namespace: &str, name: &str) -> String {
    format!("/apis/gateway.networking.k8s.io/v1/namespaces/{namespace}/httproutes/{name}")
}

fn gateway(namespace: &str) -> String {
    format!("/apis/gateway.networking.k8s.io/v1/namespaces/{namespace}/gateways/nginx")
}

fn get(live: &Live, path: &str) -> Option<Json> {
    live.store.send(Method::GET, path, None).ok()
}

#[test]
fn diff_is_clean_after_apply_and_apply_twice_is_no_change() {
    let Some(live) = live("diff_is_clean_after_apply_and_apply_twice_is_no_change") else { return };
    let (namespace, scratch) = ("live-twice", Scratch::new("live-twice"));
    live.store.fresh_namespace(namespace);
    let file = manifest(&scratch.0, namespace, &["a", "b"]);

    let before = live.run(&arguments(&["diff"], &file));
    assert_eq!(before.status, 1, "{before:?}");
    let name = format!("gateway.networking.k8s.io.v1.Gateway.{namespace}.nginx");
    assert!(before.out.contains(&format!("--- LIVE/{name}\n+++ MERGED/{name}\n@@ -0,0 +1,")), "{}", before.out);
    assert!(!before.out.contains("managedFields") && !before.out.contains("uid:"), "{}", before.out);

    let asked = live.run(&arguments(&["apply", "--dry-run=server"], &file));
    assert!(asked.status == 0 && asked.out.contains("created in live-twice (server dry run)"), "{asked:?}");
    let client = live.run(&arguments(&["apply", "--dry-run=client"], &file));
    assert!(client.status == 0 && client.out.contains("would be applied"), "{client:?}");
    assert!(get(&live, &gateway(namespace)).is_none(), "a dry run stores nothing");

    let first = live.run(&arguments(&["apply"], &file));
    assert_eq!(first.status, 0, "{first:?}");
    assert_eq!(first.out.matches(" created in ").count(), 3, "{first:?}");
    assert!(first.out.starts_with("gateway.gateway.networking.k8s.io/nginx created"), "{first:?}");
    let stored = get(&live, &gateway(namespace)).unwrap();
    let second = live.run(&arguments(&["apply"], &file));
    assert_eq!(second.status, 0, "{second:?}");
    assert_eq!(second.out.matches(" unchanged in ").count(), 3, "{second:?}");
    let again = get(&live, &gateway(namespace)).unwrap();
    assert_eq!(stored["metadata"]["generation"], again["metadata"]["generation"]);
    assert_eq!(stored["spec"], again["spec"]);
    let clean = live.run(&arguments(&["diff"], &file));
    assert_eq!((clean.status, clean.out.as_str()), (0, ""), "{clean:?}");

    let file = manifest(&scratch.0, namespace, &["a"]);
    let changed = live.run(&arguments(&["diff"], &file));
    assert!(changed.status == 1 && changed.out.contains("-    hostname: b.example.com"), "{changed:?}");
    let requests = live.run(&arguments(&["diff", "--requests", "-n", namespace], &file));
    assert_eq!(requests.status, 1, "{requests:?}");
    assert!(requests.out.contains("GET http://b.example.com/\n  before  forward to live-twice/b:80"), "{requests:?}");

    // Not part of the output any more: pruned when asked, and what others made stays.
    let foreign = json!({ "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": { "name": "foreign", "namespace": namespace, "labels": { "app.kubernetes.io/managed-by": "gatelift" } },
        "spec": { "parentRefs": [{ "name": "nginx" }] } });
    live.store.apply(&foreign).unwrap();
    let kept = live.run(&arguments(&["apply"], &file));
    assert!(kept.status == 0 && get(&live, &route(namespace, "b-b-example-com")).is_some(), "{kept:?}");
    let pruned = live.run(&arguments(&["apply", "--prune"], &file));
    assert!(pruned.status == 0 && pruned.out.contains("/b-b-example-com deleted in live-twice"), "{pruned:?}");
    assert!(get(&live, &route(namespace, "b-b-example-com")).is_none());
    assert!(get(&live, &route(namespace, "foreign")).is_some());
}

#[test]
fn an_external_program_shows_the_difference() {
    let Some(live) = live("an_external_program_shows_the_difference") else { return };
    let (namespace, scratch) = ("live-external", Scratch::new("live-external"));
    live.store.fresh_namespace(namespace);
    let file = manifest(&scratch.0, namespace, &["a"]);
    let program = scratch.0.join("show");
    fs::write(&program, "#!/bin/sh\necho \"$1\"; ls \"$3\"; exit $GIVEN\n").unwrap();
    #[cfg(unix)]
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    for (given, status) in [("1", 1), ("0", 0), ("3", 2)] {
        let mut command = live.command(&arguments(&["diff"], &file));
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("GIVEN", given);
        command.env("KUBECTL_EXTERNAL_DIFF", format!("{} -u bad;arg", program.display()));
        let ran = ran(command);
        assert_eq!(ran.status, status, "{ran:?}");
        assert!(
            ran.out.starts_with(&format!("-u\ngateway.networking.k8s.io.v1.Gateway.{namespace}.nginx\n")),
            "{ran:?}"
        );
    }
}

#[test]
fn fields_of_others_are_a_conflict() {
    let Some(live) = live("fields_of_others_are_a_conflict") else { return };
    let (namespace, scratch) = ("live-conflict", Scratch::new("live-conflict"));
    live.store.fresh_namespace(namespace);
    let file = manifest(&scratch.0, namespace, &["a"]);
    let theirs = json!({ "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
        "metadata": { "name": "a-a-example-com", "namespace": namespace },
        "spec": { "hostnames": ["theirs.example.com"], "parentRefs": [{ "name": "nginx" }] } });
    live.store.apply(&theirs).unwrap();
    let refused = live.run(&arguments(&["apply"], &file));
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.out.contains("a-a-example-com in conflict"), "{refused:?}");
    assert!(refused.err.contains("error[G2L510]") && refused.err.contains("1 created, 1 in conflict"), "{refused:?}");
    let text = live.run(&chosen(&["apply", "--source", "ingress", "-f", file.to_str().unwrap()]));
    assert!(text.err.contains("`spec.hostnames`: conflict with \"tester\""), "{}", text.err);
    let forced = live.run(&arguments(&["apply", "--force-conflicts"], &file));
    assert!(forced.status == 0 && forced.out.contains("a-a-example-com configured"), "{forced:?}");
    let stored = get(&live, &route(namespace, "a-a-example-com")).unwrap();
    assert_eq!(stored["spec"]["hostnames"], json!(["a.example.com"]));
}

/// What gatelift cannot know of the cluster: here the namespace is not there.
#[test]
fn what_the_api_server_refuses_is_told_at_its_line() {
    let Some(live) = live("what_the_api_server_refuses_is_told_at_its_line") else { return };
    let (namespace, scratch) = ("live-refused", Scratch::new("live-refused"));
    live.store.fresh_namespace(namespace);
    let file = manifest(&scratch.0, "live-refused-missing", &["a"]);
    let ran = live.run(&arguments(&["apply"], &file));
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains("ingress.json:") && ran.err.contains("error[G2L511]"), "{ran:?}");
    assert!(ran.err.contains("namespaces \"live-refused-missing\" not found"), "{ran:?}");
    let diff = live.run(&arguments(&["diff"], &file));
    assert_eq!(diff.status, 2, "{diff:?}");
    assert!(diff.err.contains("error[G2L511]"), "{diff:?}");
}

#[test]
fn an_ingress_is_never_touched() {
    let Some(live) = live("an_ingress_is_never_touched") else { return };
    let (namespace, scratch) = ("live-ingress", Scratch::new("live-ingress"));
    live.store.fresh_namespace(namespace);
    let file = manifest(&scratch.0, namespace, &["a", "b"]);
    let list: Json = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    live.store.apply_all(list["items"].as_array().unwrap());
    let path = format!("/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses");
    let before = get(&live, &path).unwrap()["items"].clone();
    // From the cluster this time: its own output does not come back as input.
    let apply = |more: &[&'static str]| live.run(&chosen(&[&["apply", "-n", namespace], SOURCE, more].concat()));
    assert_eq!(apply(&[]).status, 0);
    let again = apply(&["--prune"]);
    assert!(again.status == 0 && again.out.matches(" unchanged in ").count() == 3, "{again:?}");
    assert_eq!(get(&live, &path).unwrap()["items"], before);
}

/// What controllers say: `status` of the stored objects, set by the test.
#[test]
fn waiting_tells_what_the_controllers_say() {
    let Some(live) = live("waiting_tells_what_the_controllers_say") else { return };
    let (namespace, scratch) = ("live-wait", Scratch::new("live-wait"));
    live.store.fresh_namespace(namespace);
    let file = manifest(&scratch.0, namespace, &["shop"]);
    assert_eq!(live.run(&arguments(&["apply"], &file)).status, 0);
    let late = live.run(&arguments(&["apply", "--wait", "--timeout", "1s"], &file));
    assert!(late.status == 1 && late.err.contains("error[G2L514]"), "{late:?}");

    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({ "type": kind, "status": status, "reason": reason, "message": message, "observedGeneration": 9,
            "lastTransitionTime": "2026-01-01T00:00:00Z" })
    };
    let good = |kind: &str| condition(kind, "True", kind, "");
    let set = |path: &str, status: Json| {
        let mut object = get(&live, path).unwrap();
        object["status"] = status;
        live.store.send(Method::PUT, &format!("{path}/status"), Some(&object)).unwrap();
    };
    set(&gateway(namespace), json!({ "conditions": [good("Accepted"), good("Programmed")] }));
    let parents = |resolved: Json| {
        json!({ "parents": [{ "controllerName": "example.com/test", "parentRef": { "name": "nginx" },
            "conditions": [good("Accepted"), resolved] }] })
    };
    let path = route(namespace, "shop-shop-example-com");
    set(&path, parents(condition("ResolvedRefs", "False", "BackendNotFound", "Service \"shop\" not found")));
    let wrong = live.run(&arguments(&["apply", "--wait", "--timeout", "30s"], &file));
    assert_eq!(wrong.status, 1, "{wrong:?}");
    let text = fs::read_to_string(&file).unwrap();
    let line = 1 + text.lines().position(|line| line.contains("\"name\": \"shop\"")).unwrap();
    assert!(wrong.err.contains("error[G2L513] HTTPRoute live-wait/shop-shop-example-com (parent nginx): ResolvedRefs is False: BackendNotFound"), "{wrong:?}");
    assert!(wrong.err.contains(&format!("ingress.json:{line}:")), "line {line}: {wrong:?}");

    set(&path, parents(good("ResolvedRefs")));
    let ready = live.run(&arguments(&["apply", "--wait", "--timeout", "30s"], &file));
    assert_eq!(ready.status, 0, "{ready:?}");
}
